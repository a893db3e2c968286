package builtin

import (
	"testing"

	"marsh/jobs"
)

func TestObjectCommands(t *testing.T) {
	w := newWorld(t)
	for script, want := range map[string]string{
		`write-output 1 2 3 | where-object { it > 1 }`:                         "2\n3\n",
		`write-output 1 2 3 | where { $_ ~= 2 }`:                               "1\n3\n",
		`write-output a b c | foreach-object { it .. "!" }`:                    "\"a!\"\n\"b!\"\n\"c!\"\n",
		`write-output 1 2 | foreach { it } -begin { "b" } -end { "e" }`:        "\"b\"\n1\n2\n\"e\"\n",
		`local sum = 0; write-output 1 2 3 | foreach { sum = sum + it }; =sum`: "6\n",
		`write-output a b c d | select -first 2`:                               "\"a\"\n\"b\"\n",
		`write-output a b c d | select -first 2 -skip 1`:                       "\"b\"\n\"c\"\n",
		`write-output a b c d | select -last 2`:                                "\"c\"\n\"d\"\n",
		`write-output a b c d | select -last 2 -skip 1`:                        "\"b\"\n\"c\"\n",
		`write-output a b | select -first 0`:                                   "",
		`write-output a b a A 1 "1" | select -unique`:                          "\"a\"\n\"b\"\n\"A\"\n1\n\"1\"\n",
		`write-output 10 9 100 b A a B | sort-object`:                          "9\n10\n100\n\"A\"\n\"a\"\n\"B\"\n\"b\"\n",
		`write-output 10 9 100 | sort-object -descending`:                      "100\n10\n9\n",
		`write-output 3 1 2 | sort-object -top 2`:                              "1\n2\n",
		`write-output 3 1 2 | sort-object { -it }`:                             "3\n2\n1\n",
		`write-output 3 1 3 | sort-object -unique`:                             "1\n3\n",
		`write-output a b A | group -noelement`:                                "{\"Count\":1,\"Name\":\"a\"}\n{\"Count\":1,\"Name\":\"b\"}\n{\"Count\":1,\"Name\":\"A\"}\n",
		`write-output 1 2 3 4 | group { it % 2 }`:                              "{\"Count\":2,\"Name\":\"1\",\"Group\":[1,3]}\n{\"Count\":2,\"Name\":\"0\",\"Group\":[2,4]}\n",
		`write-output 1 2 3 | measure -sum -average -min -max`:                 "{\"Count\":3,\"Average\":2,\"Sum\":6,\"Maximum\":3,\"Minimum\":1}\n",
		`write-output "a b" c | measure -line -word -character`:                "{\"Lines\":2,\"Words\":3,\"Characters\":4}\n",
		`write-output | measure -sum`:                                          "{\"Count\":0,\"Sum\":0}\n",
	} {
		w.check(script, want)
	}
}

func TestObjectProperties(t *testing.T) {
	w := newWorld(t)
	const people = `write-output ({Name="Zoe", Age=30}), ({Name="adam", Age=9}), ({Name="Bob", Age=10}), ({Name="Eve"}) | `
	for script, want := range map[string]string{
		`where Age -gt 9 | select -expand name`:    "\"Zoe\"\n\"Bob\"\n",
		`where Name -eq ADAM | foreach Age`:        "9\n",
		`where Name -like "*O*" | foreach Name`:    "\"Zoe\"\n\"Bob\"\n",
		`where Name -match "^[be]" | foreach Name`: "\"Bob\"\n\"Eve\"\n",
		`where Name -in eve,bob | foreach Name`:    "\"Bob\"\n\"Eve\"\n",
		`where Age | foreach Name`:                 "\"Zoe\"\n\"adam\"\n\"Bob\"\n",
		`sort-object Name | foreach Name`:          "\"adam\"\n\"Bob\"\n\"Eve\"\n\"Zoe\"\n",
		`sort-object Age -bottom 1 | foreach Name`: "\"Zoe\"\n",
		`select -first 1 -property AGE,Missing`:    "{\"Age\":30,\"Missing\":null}\n",
		`select -first 1 -property n*`:             "{\"Name\":\"Zoe\"}\n",
		`select -first 1 -excludeproperty n*`:      "{\"Age\":30}\n",
		`measure Age -sum -max`:                    "{\"Count\":3,\"Sum\":49,\"Maximum\":30,\"Property\":\"Age\"}\n",
		`select -last 1 -expandproperty Age`:       "error: select-object: a value has no property Age\n",
		`measure Name -sum | foreach Count`:        "error: measure-object: \"Zoe\" is not a number\nerror: measure-object: \"adam\" is not a number\nerror: measure-object: \"Bob\" is not a number\nerror: measure-object: \"Eve\" is not a number\n0\n",
	} {
		w.check(people+script, want)
	}
}

func TestObjectUsage(t *testing.T) {
	w := newWorld(t)
	for script, kind := range map[string]jobs.Kind{
		`write-output 1 | where-object`:                       jobs.KindUsage,
		`write-output 1 | where-object a b`:                   jobs.KindUsage,
		`write-output 1 | where-object a -eq b -ne c`:         jobs.KindUsage,
		`write-output 1 | where-object a -match "("`:          jobs.KindUsage,
		`write-output 1 | foreach-object`:                     jobs.KindUsage,
		`write-output 1 | select-object -first -1`:            jobs.KindUsage,
		`write-output 1 | select-object -first 1 -last 1`:     jobs.KindUsage,
		`write-output 1 | foreach-object { error("broken") }`: jobs.KindScript,
		`write-output 1 | sort-object { it.x.y }`:             jobs.KindScript,
	} {
		w.fails(script, kind)
	}
}

func TestSelectFirstEndsTheProducer(t *testing.T) {
	newWorld(t).check(`yes | select-object -first 2`, "\"y\"\n\"y\"\n")
}
