package shell_test

import (
	"strings"
	"testing"

	"marsh/jobs"
)

const declareThem = `
local calls = 0
counted = 0
define_command{
  name = "restart-web", aliases = {"rw"}, synopsis = "restart a site", help = "It is gone for a moment.",
  params = {
    {name = "Site", pos = 0, required = true, values = {"east", "West"}, help = "which"},
    {name = "Wait", type = "switch"}, {name = "Count", type = "int", min = 1, max = 9, default = 3},
    {name = "Within", type = "seconds"}, {name = "Then", type = "block", pos = 1}, {name = "Rest", type = "value", rest = true, pos = 2},
  },
  examples = {{line = "restart-web east", says = "restart it"}},
  run = function(p)
    calls = calls + 1
    counted = counted + 1
    emit(p.site .. " " .. tostring(p.WAIT) .. " " .. p.Count .. " " .. tostring(p.Within))
    if p.Then then emit(p.Then(7)) end
    if p.Rest then emit(#p.Rest) end
  end,
}
define-command up { for v in it.Input do emit(v:upper()) end }
define-command fails -params What { if it.What == "lua" then local x = nil; x() elseif it.What == "program" then sh -c "exit 3" else write-error $it.What end; "went on" }
define-command twice { for v in it.Input do emit(v); emit(v) end }
define-command nested { write-output a b | up | twice }
`

func TestUserCommands(t *testing.T) {
	w := newWorld(t)
	w.check(declareThem, "")
	for script, want := range map[string]string{
		"restart-web east":                     "\"east nil 3 nil\"\n",
		"rw WEST -wait -within 2m -count 4":    "\"West true 4 120\"\n",
		"rw west { it * 6 } 8 9":               "\"West nil 3 nil\"\n42\n2\n",
		"restart_web(\"east\", {wait = true})": "\"east true 3 nil\"\n",
		"$x = restart-web east; =$x":           "\"east nil 3 nil\"\n",
		"=restart_web({site = 'east'})":        "\"east nil 3 nil\"\n",
		"rw":                                   "failed: restart-web: -Site is missing; it is used as: restart-web [-Site] <string> [-Wait] [-Count <int>] [-Within <seconds>] [[-Then] <block>] [[-Rest] <value,…>]\n",
		"rw north":                             "failed: restart-web: -Site: \"north\" is not one of east, West\n",
		"rw east -count 10":                    "failed: restart-web: -Count: 10 is out of range; it can be 1 to 9\n",
		"rw east -cuont 1":                     "failed: restart-web: unknown parameter -cuont; did you mean -Count? It has -Site, -Wait, -Count, -Within, -Then, -Rest, -ErrorAction\n",
		"write-output a b | up":                "\"A\"\n\"B\"\n",
		"nested":                               "\"A\"\n\"A\"\n\"B\"\n\"B\"\n",
		"up":                                   "",
		"fails lua":                            "failed: fails: test:21: attempt to call nil 'x' (a local)\n",
		"fails program":                        "failed: fails: sh: exit status 3\n",
		"fails lua -erroraction silentlycontinue; = $?": "false\n",
		"fails soft":            "error: soft\n\"went on\"\n",
		"fails soft -ea stop":   "failed: fails: write-error: soft\n",
		"fails soft -ea ignore": "\"went on\"\n",
		"write-output x | twice | twice | measure-object":                                "{\"Count\":4}\n",
		"$j = start-job { define-command injob { 5 }; injob; up }; receive-job $j -wait": "5\n",
		"$j = start-job { restart-web east }; receive-job $j -wait":                      "error: restart-web: test:14: attempt to perform arithmetic on nil 'counted' (a global)\n",
		"nested | foreach { rw west } | select-object -first 1":                          "\"West nil 3 nil\"\n",
		"get-command rw | foreach { it.Name .. ' ' .. it.Source }":                       "\"restart-web user\"\n",
		"remove-command get-job":                                                         "error: remove-command: get-job is a command of marsh and cannot be removed\n",
		"define-command get-job { 1 }":                                                   "failed: define-command: get-job cannot be declared: get-job is a command of marsh; choose another name\n",
		"define-command while { 1 }":                                                     "failed: define-command: \"while\" cannot be the name of a command: it is a word of Lua\n",
		"define-command print { 1 }":                                                     "failed: define-command: \"print\" cannot be the name of a command: it is a name of Lua's library\n",
		"define-command x -alias up { 1 }":                                               "failed: define-command: x cannot be declared: up is a name of the command up; remove-command up makes it free\n",
		"define-command x -params A:nosuch { 1 }":                                        "failed: define-command: the parameter A has the type \"nosuch\", which is not one of string, int, number, switch, time, seconds, duration, block, value, list, job, session, host, file\n",
		"define-command x -params A, a { 1 }":                                            "failed: define-command: two parameters are called a\n",
		"define-command x -params Input { 1 }":                                           "failed: define-command: \"Input\" cannot be the name of a parameter: letters and digits, and not Input\n",
		"define-command x -params ErrorAction { 1 }":                                     "failed: define-command: two parameters are called ErrorAction\n",
	} {
		t.Run(script, func(t *testing.T) {
			got := (&world{t, w.dir, w.shell}).run(script)
			if got != want {
				t.Errorf("%s\ngot  %swant %s", script, got, want)
			}
		})
	}
	w.check("=counted > 5", "true\n")
	w.check("$f = up; remove-command up", "")
	if got := w.run("up"); !strings.Contains(got, "up: no such command") {
		t.Errorf("a command that was removed: %s", got)
	}
}

// What is declared in a text can be used in the lines behind.
func TestUserCommandInItsOwnText(t *testing.T) {
	w := newWorld(t)
	w.check("define-command greet -params Name { \"hello \" .. it.Name }\ngreet World\nif true then\n  greet you | foreach { it:upper() }\nend", "\"hello World\"\n\"HELLO YOU\"\n")
	w.check("define_command{name = 'bye', run = function() return 'bye' end}\nbye", "\"bye\"\n")
	w.check("define-command later { 'this' }; define-command later { 'that' }; later", "\"that\"\n")
}

// A command that reads its input one by one gives the Lua state back while it waits, so
// that the blocks before and behind it run, however much goes through.
func TestUserCommandStreams(t *testing.T) {
	w := newWorld(t)
	w.check("define-command pass { for v in it.Input do emit(v) end }", "")
	w.check("seq 1000 | foreach { it } | pass | where { true } | pass | foreach { it } | measure-object | foreach { it.Count }", "1000\n")
	w.check("write-output 1 2 3 | foreach { for i = 1, 300 do emit(i) end } | pass | foreach { write-output $it } | pass | measure-object | foreach { it.Count }", "900\n")
	w.check("yes | foreach { it } | pass | pass | select-object -first 2", "\"y\"\n\"y\"\n")
	b := w.start("foreach-object -begin { emit(1); start-sleep 1000 } {} | pass")
	b.records(1)
	b.cancel()
	if err := b.wait(); jobs.AsError(err).Kind != jobs.KindStopped {
		t.Errorf("ended with %v", err)
	}
}

// Input belongs to the call that it was made for.
func TestUserCommandInputIsItsOwn(t *testing.T) {
	w := newWorld(t)
	w.check("define-command keep { kept = it.Input }; define-command call -params F:block { it.F() }", "")
	w.check("write-output 1 2 | keep; kept()", "failed: what is piped into keep can only be read by its own function, while that runs\n")
	w.check("define-command lend { $input = it.Input; call { input() } }; lend", "failed: lend: call: what is piped into lend can only be read by its own function, while that runs\n")
}

// In an engine that it was not declared in a command runs with its own local variables.
func TestUserCommandElsewhere(t *testing.T) {
	w := newWorld(t)
	w.check("local n = 40\nglobal = 'seen'\ndefine-command sum -params A:int { n = n + it.A; emit(n); emit(tostring(global)) }", "")
	w.check("sum 1; sum 1", "41\n\"seen\"\n42\n\"seen\"\n")
	w.check("$j = start-job { sum 2; define-command other { 1 } }; receive-job $j -wait", "42\n\"nil\"\n")
	w.check("get-command other", "error: get-command: there is no command other; get-command lists those there are\n")
	w.check("$j = sum 5 &", "")
	w.check("get-job | wait-job | receive-job", "45\n\"nil\"\n")
}

// A job, a session and a file are found by what was typed.
func TestUserCommandTypes(t *testing.T) {
	w := newWorld(t)
	w.check("define-command what -params J:job, F:file, L:list, T:time { local p = it; if p.J then emit(p.J.Name) end; if p.F then emit(p.F) end; if p.L then emit(#p.L) end; if p.T then emit(p.T.Year or tostring(p.T)) end }", "")
	w.check("$j = start-job -name build { 1 }; what build; what $j; what $j.Id; what -f x/../y -l a,b", "\"build\"\n\"build\"\n\"build\"\n\"DIR/y\"\n2\n")
	w.check("what nosuch", "failed: what: -J: there is no job nosuch here; get-job lists those there are\n")
}
