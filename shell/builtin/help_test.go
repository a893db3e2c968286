package builtin

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/shell/format"
)

// The examples of the help pages are transcripts: they print what they say.
func TestExamples(t *testing.T) {
	for _, cmd := range Commands() {
		for _, x := range cmd.Examples {
			t.Run(cmd.Name+"/"+x.Says, func(t *testing.T) {
				if x.Skip != "" {
					t.Skip(x.Skip)
				}
				got, err := printed(newWorld(t), x.Line)
				if err != nil {
					t.Fatalf("%s: %v", x.Line, err)
				}
				if x.Want != "" && strings.TrimRight(got, "\n") != x.Want {
					t.Errorf("%s\nprints %q, want %q", x.Line, got, x.Want)
				}
			})
		}
	}
}

// Runs a script and returns what a person would see.
func printed(w *world, script string) (string, error) {
	var b bytes.Buffer
	p := format.NewPrinter(&b, &b, format.Options{})
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	err := w.shell.Engine().Run(ctx, jobs.Script{Text: script, Name: "example"}, p)
	if ferr := p.Flush(); err == nil {
		err = ferr
	}
	return b.String(), err
}

// Every command says what it is for, every parameter too, and every command with
// something to show has an example.
func TestCommandsAreExplained(t *testing.T) {
	for _, cmd := range Commands() {
		if cmd.Synopsis == "" || strings.HasSuffix(cmd.Synopsis, ".") || strings.ToLower(cmd.Synopsis[:1]) != cmd.Synopsis[:1] {
			t.Errorf("%s: the synopsis is %q", cmd.Name, cmd.Synopsis)
		}
		if cmd.Hidden {
			continue
		}
		for _, p := range cmd.AllParams() {
			if p.Help == "" || strings.HasSuffix(p.Help, ".") {
				t.Errorf("%s -%s: the help is %q", cmd.Name, p.Name, p.Help)
			}
		}
		for _, x := range cmd.Examples {
			if x.Line == "" || x.Says == "" {
				t.Errorf("%s: an example says nothing", cmd.Name)
			}
		}
	}
}

func TestGetHelp(t *testing.T) {
	w := newWorld(t)
	for _, cmd := range Commands() {
		page, err := printed(w, "get-help "+cmd.Name)
		if err != nil || !strings.HasPrefix(page, "NAME\n    "+cmd.Name+" - ") || !strings.Contains(page, cmd.Usage()) {
			t.Errorf("%s: %v\n%s", cmd.Name, err, page)
		}
		for _, p := range cmd.Params {
			if !strings.Contains(page, "    -"+p.Name) {
				t.Errorf("%s: the page has no -%s", cmd.Name, p.Name)
			}
			one, err := printed(w, "get-help "+cmd.Name+" -parameter "+p.Name)
			if err != nil || !strings.HasPrefix(one, "-"+p.Name) {
				t.Errorf("%s -parameter %s: %q, %v", cmd.Name, p.Name, one, err)
			}
		}
	}
	overview, err := printed(w, "get-help")
	for _, cmd := range w.shell.Commands.All() {
		if !strings.Contains(overview, "  "+cmd.Name+" ") {
			t.Errorf("the overview has no %s (%v)", cmd.Name, err)
		}
	}
	w.check("get-help nosuch", "failed: get-help: there is no command nosuch; get-command lists those there are\n")
	w.check("get-help start-jbo", "failed: get-help: there is no command start-jbo; did you mean start-job?\n")
	w.check("get-help start-job -parameter nosuch | out-null", "failed: start-job: unknown parameter -nosuch; it has -ScriptBlock, -FilePath, -Name, -ArgumentList, -WorkingDirectory, -ErrorAction\n")
}

func TestGetCommand(t *testing.T) {
	w := newWorld(t)
	w.check("get-command *-job | foreach-object Name", `"get-job"
"receive-job"
"remove-job"
"start-job"
"stop-job"
"wait-job"
`)
	w.check("get-command enter-pssession, gjb | foreach-object Name", "\"enter-session\"\n\"get-job\"\n")
	w.check("get-command nosuch", "error: get-command: there is no command nosuch; get-command lists those there are\n")
	for _, cmd := range w.shell.Commands.All() {
		for _, name := range cmd.Names() {
			if w.shell.Commands.Lookup(name) != cmd {
				t.Errorf("%s is not %s", name, cmd.Name)
			}
		}
	}
}
