package builtin

import (
	"testing"

	"marsh/jobs"
)

func TestOutputCommands(t *testing.T) {
	w := newWorld(t)
	for script, want := range map[string]string{
		`write-output a 1 1.5 "2"`:                          "\"a\"\n1\n1.5\n\"2\"\n",
		`write-output x | write-output`:                     "\"x\"\n",
		`write-error it broke; write-output on`:             "error: it broke\n\"on\"\n",
		`write-error gone -erroraction silentlycontinue`:    "",
		`write-error fatal -erroraction stop; write-output`: "failed: write-error: fatal\n",
		`write-warning look out`:                            "warning: look out\n",
		`write-verbose more`:                                "verbose: more\n",
		`write-debug most`:                                  "debug: most\n",
		`write-information 7`:                               "information: 7\n",
		`write-host a b`:                                    "information: a b\n",
		`write-output p | write-host`:                       "information: p\n",
		`write-output a b | out-null`:                       "",
		`start-sleep 0`:                                     "",
		`start-sleep -milliseconds 1`:                       "",
	} {
		w.check(script, want)
	}
	for _, script := range []string{`start-sleep`, `start-sleep -1`, `start-sleep 1e30`, `start-sleep 1 -milliseconds 1`, `write-progress a -percentcomplete 101`, `write-warning`} {
		w.fails(script, jobs.KindUsage)
	}
}

func TestFormattingCommands(t *testing.T) {
	w := newWorld(t)
	for script, want := range map[string]string{
		`write-output ({a=1,b="x"}) | format-table`:            "\"\"\n\"a  b\"\n\"-  -\"\n\"1  x\"\n\"\"\n",
		`write-output ({a=1,b="x"}) | format-table b`:          "\"\"\n\"b\"\n\"-\"\n\"x\"\n\"\"\n",
		`write-output ({a=1,b="long text"}) | ft -width 8`:     "\"\"\n\"a  b\"\n\"-  -\"\n\"1  long…\"\n\"\"\n",
		`write-output ({a=1,bb="x"}) | format-list`:            "\"\"\n\"a  : 1\"\n\"bb : x\"\n\"\"\n",
		`write-output text | fl`:                               "\"text\"\n",
		`write-output ({a=1}) text | convertto-json`:           "\"{\\\"a\\\":1}\"\n\"\\\"text\\\"\"\n",
		`write-output 1 2 | convertto-json -asarray`:           "\"[1,2]\"\n",
		`convertto-json ({a=1}) -indent`:                       "\"{\\n  \\\"a\\\": 1\\n}\"\n",
		`convertfrom-json '{"b":1,"a":[1.5,null,true]}'`:       "{\"b\":1,\"a\":[1.5,null,true]}\n",
		`convertfrom-json '[1,"x"]'`:                           "1\n\"x\"\n",
		`convertfrom-json '[1,"x"]' -noenumerate`:              "[1,\"x\"]\n",
		`write-output '{"a":' '1} {"a":2}' | convertfrom-json`: "{\"a\":1}\n{\"a\":2}\n",
		`convertfrom-json '{"a":'`:                             "failed: convertfrom-json: not JSON: unexpected EOF\n",
		`convertfrom-json '1 }'`:                               "1\nfailed: convertfrom-json: not JSON: invalid character '}' looking for beginning of value\n",
	} {
		w.check(script, want)
	}
}

func TestGetVariable(t *testing.T) {
	w := newWorld(t)
	w.check(`alpha = 1; beta = "x"; get-variable a*`, "{\"Name\":\"alpha\",\"Value\":1}\n")
	w.check(`get-variable beta -valueonly`, "\"x\"\n")
	w.check(`get-variable gamma`, "error: get-variable: there is no variable gamma\n")
}
