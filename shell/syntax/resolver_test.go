package syntax

import (
	"slices"
	"strings"
)

// world is a Resolver with the commands, programs and variables of the tests.
type world struct{}

var aliases = map[string]string{
	"icm": "invoke-command", "where": "where-object", "foreach": "foreach-object",
	"select": "select-object", "cd": "set-location", "gjb": "get-job",
	"enter-pssession": "enter-session", "exit-pssession": "exit-session", "new-pssession": "new-session",
}

var commandNames = strings.Fields(`start-job get-job receive-job wait-job stop-job remove-job invoke-command
	new-session get-session remove-session enter-session exit-session get-content write-output
	where-object foreach-object select-object sort-object set-location get-eventlog start-sleep measure`)

var inlineNames = []string{"where-object", "foreach-object", "sort-object"}

var programNames = strings.Fields(`ls date cat echo grep wc uptime hostname git apt-get mkfs.ext4 g++ [ test
	/bin/ls ./x.sh find sh tail sleep 7 7z`)

var variableNames = strings.Fields(`print string table math ipairs pairs pcall error select type tostring tonumber
	require setmetatable getmetatable io os unpack assert next rawget coroutine hosts job`)

func (world) Command(name string) (CommandInfo, bool) {
	name = strings.ToLower(name)
	if to, ok := aliases[name]; ok {
		name = to
	}
	if !slices.Contains(commandNames, name) {
		return CommandInfo{}, false
	}
	return CommandInfo{Name: name, Inline: slices.Contains(inlineNames, name), List: strings.HasPrefix(name, "get-")}, true
}

func (world) Program(word string) bool  { return slices.Contains(programNames, word) }
func (world) Variable(name string) bool { return slices.Contains(variableNames, name) }

func (world) Suggest(name string) string {
	if name == "get-jbo" {
		return "get-job"
	}
	return ""
}
