package builtin

import (
	"slices"

	"marsh/shell"
)

// Commands returns all the commands of marsh.
func Commands() []*shell.Command {
	return slices.Concat(
		jobCommands,
		sessionCommands,
		invokeCommands,
		helpCommands,
		exitCommands,
		promptCommands,
		outputCommands,
		contentCommands,
		outfileCommands,
		objectCommands,
		formattingCommands,
		jsonCommands,
		variableCommands,
		locationCommands,
		sleepCommands,
		eventlogCommands,
	)
}
