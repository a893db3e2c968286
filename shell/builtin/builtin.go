package builtin

import (
	"slices"

	"marsh/shell"
)

// Commands returns all the commands of marsh.
func Commands() []*shell.Command {
	return slices.Concat(
		jobCommands,
		resumeCommands,
		sessionCommands,
		invokeCommands,
		contentCommands,
		outfileCommands,
		outputCommands,
		progressCommands,
		objectCommands,
		formattingCommands,
		jsonCommands,
		variableCommands,
		locationCommands,
		sleepCommands,
		eventlogCommands,
		commandCommands,
		userCommands,
		optionCommands,
		helpCommands,
		exitCommands,
		promptCommands,
		historyCommands,
		laterCommands,
	)
}
