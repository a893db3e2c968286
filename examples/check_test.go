package examples_test

import (
	"strings"
	"testing"

	"marsh/examples"
)

// A walk-through and the screen it wants.
const walk = `# A remark.
local:~> get-job $j
Id   Name  State
--   ----  -----
1    Job1  Completed …
local:~> get-content log
…
… the end …
local:~> exit
`

const screen = `# A remark.
local:~> get-job $j

Id    Name    State
----  ------  -------
1     Job1    Completed  True

local:~> get-content log
one
two
at 12:00 the end came
local:~> exit
`

func TestCheck(t *testing.T) {
	if err := (examples.Walk{Name: "w", Text: walk}).Check(screen); err != nil {
		t.Error(err)
	}
}

// Each kind of mismatch is found, and the error shows what was wanted and what was seen.
func TestCheckFindsMismatches(t *testing.T) {
	for name, m := range map[string]struct{ old, new, says string }{
		"another word":          {"Completed", "Failed", "Failed"},
		"another prompt":        {"local:~> exit", "Server01:~> exit", "Server01:~> exit"},
		"a line is missing":     {"1     Job1    Completed  True\n", "", "get-content log"},
		"a line too many":       {"local:~> get-content", "surprise\nlocal:~> get-content", "surprise"},
		"more at the end":       {"local:~> exit\n", "local:~> exit\nmore\n", "more"},
		"the end is missing":    {"local:~> exit\n", "", "nothing more came"},
		"no header":             {"Id    Name    State\n", "", "Id Name State"},
		"no rule":               {"----  ------  -------\n", "", "-- ---- -----"},
		"nothing after …":       {"at 12:00 the end came\n", "", "the end"},
		"… does not fit inside": {"the end came", "a beginning", "the end"},
		"words run together":    {"Job1    Completed", "Job1Completed", "Job1Completed"},
		"letter case":           {"Job1", "job1", "job1"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(screen, m.old, m.new, 1)
			if changed == screen {
				t.Fatal("nothing was changed")
			}
			err := examples.Walk{Name: "w", Text: walk}.Check(changed)
			if err == nil || !strings.HasPrefix(err.Error(), "w: ") || !strings.Contains(err.Error(), m.says) {
				t.Errorf("got %v, want an error about %q", err, m.says)
			}
		})
	}
}

// Every walk-through is played, has prompts, and cannot be satisfied by any screen.
func TestAll(t *testing.T) {
	all := examples.All()
	if len(all) < 3 {
		t.Fatalf("only %d walk-throughs", len(all))
	}
	for _, w := range all {
		if len(w.Lines()) < 5 || w.Check("") == nil || w.Check("anything\n") == nil {
			t.Errorf("%s wants nothing", w.Name)
		}
	}
}

func TestLines(t *testing.T) {
	got := examples.Walk{Text: walk}.Lines()
	want := []string{"# A remark.", "get-job $j", "get-content log", "exit"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q", got)
	}
}
