package builtin

import (
	"testing"

	"marsh/shell"
)

// The throttle of a shell where nothing is set is the one that is documented.
func TestThrottleOption(t *testing.T) {
	w := newWorld(t)
	if got := w.shell.Settings.Int(shell.ThrottleLimit); got != DefaultThrottle {
		t.Errorf("it is %d, want %d", got, DefaultThrottle)
	}
	w.check("invoke-command -computername a -throttlelimit -1 { 1 }", "failed: invoke-command: -ThrottleLimit: -1 is out of range; it can be 1 to 10000\n")
	w.check("new-session a -port 65536", "failed: new-session: -Port: 65536 is out of range; it can be 1 to 65535\n")
	w.check("get-session -state opne", "failed: get-session: -State: \"opne\" is not one of Opened, Disconnected, Broken, Closed\n")
}

func TestOptions(t *testing.T) {
	for script, want := range map[string]string{
		"get-option ambiguouswidth | foreach Value":                               "1\n",
		"set-option amb 2; get-option amb* | foreach Value":                       "2\n",
		"set-option AmbiguousWidth 3":                                             "failed: set-option: AmbiguousWidth: 3 is out of range; it can be 1 to 2\n",
		"set-option highlighting $false; get-option highlighting | foreach Value": "false\n",
		"set-option highlighting perhaps":                                         "failed: set-option: Highlighting: \"perhaps\" is not $true or $false\n",
		"set-option h 1":                                                          "failed: set-option: \"h\" could be Highlighting, HistorySuggestions\n",
		"set-option nosuch 1":                                                     "failed: set-option: there is no option nosuch; there are AmbiguousWidth, Colors, Highlighting, HistorySuggestions, JobQuota, MemoryLimit, ShellQuota, ThrottleLimit\n",
		"set_option{name = 'colors', value = {command = '1;32'}}; =get_option('colors')[1].Value.COMMAND": "\"1;32\"\n",
		"set-option colors red":                                     "failed: set-option: Colors: a table is wanted, not a text\n",
		"set-option colors ({nosuch = '1'})":                        "failed: set-option: Colors: there is no class \"nosuch\"; there are text, command, program, unknown, parameter, string, variable, keyword, number, comment, operator, open\n",
		"set-option colors ({command = '1m\\27[2J'})":               "failed: set-option: Colors: command is the numbers of an SGR sequence with ; between them, such as 1;32, and not \"1m\\x1b[2J\"\n",
		"get-option nosuch":                                         "error: get-option: there is no option nosuch; there are AmbiguousWidth, Colors, Highlighting, HistorySuggestions, JobQuota, MemoryLimit, ShellQuota, ThrottleLimit\n",
		"$j = start-job { set-option amb 2 }; receive-job $j -wait": "error: set-option: options are the shell's: they cannot be set in a job or another block that runs beside it\n",
		"get-option | measure-object | foreach Count":               "8\n",
	} {
		t.Run(script, func(t *testing.T) { newWorld(t).check(script, want) })
	}
}
