package builtin

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"marsh/examples"
	"marsh/jobs"
	"marsh/jobs/jobstest"
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
				if err := (examples.Walk{Name: x.Line, Text: x.Want}).Check(got); err != nil && x.Want != "" {
					t.Error(err)
				}
			})
		}
	}
}

// Runs a script and returns what a person would see.
func printed(w *world, script string) (string, error) {
	var b bytes.Buffer
	p := format.NewPrinter(&b, &b, format.Options{})
	ctx, cancel := context.WithTimeout(w.t.Context(), jobstest.Patience)
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
		if len(cmd.Examples) == 0 {
			t.Errorf("%s: there is no example", cmd.Name)
		}
		for _, x := range cmd.Examples {
			if x.Line == "" || x.Says == "" {
				t.Errorf("%s: an example says nothing", cmd.Name)
			}
		}
	}
}

// The default page is short, -full has it all, and each parameter has a page of its own.
func TestGetHelp(t *testing.T) {
	w := newWorld(t)
	for _, cmd := range Commands() {
		page := w.page("get-help " + cmd.Name)
		if !strings.HasPrefix(page, "NAME\n    "+cmd.Name+" - ") || strings.Contains(page, "\nPARAMETERS") {
			t.Errorf("%s:\n%s", cmd.Name, page)
		}
		full := w.page("get-help -full " + cmd.Name)
		for _, want := range []string{"\nSYNTAX\n    " + cmd.Name, "\nPARAMETERS OF EVERY COMMAND\n    -ErrorAction", "\nINPUT\n", "\nOUTPUT\n", "\nIN LUA\n    " + luaName(cmd) + "("} {
			if !strings.Contains(full, want) {
				t.Errorf("%s: no %q in\n%s", cmd.Name, want, full)
			}
		}
		for _, p := range cmd.Params {
			if !strings.Contains(full, "\n    -"+p.Name) {
				t.Errorf("%s: the page has no -%s", cmd.Name, p.Name)
			}
			if one := w.page("get-help " + cmd.Name + " -parameter " + p.Name); !strings.HasPrefix(one, "    -"+p.Name) {
				t.Errorf("%s -parameter %s: %q", cmd.Name, p.Name, one)
			}
		}
	}
}

// Returns what a line prints.
func (w *world) page(line string) string {
	w.t.Helper()
	got, err := printed(w, line)
	if err != nil {
		w.t.Errorf("%s: %v", line, err)
	}
	return got
}

func TestOverview(t *testing.T) {
	w := newWorld(t)
	page := w.page("get-help")
	for _, cmd := range w.shell.Commands.All() {
		if !strings.Contains(page, "\n    "+cmd.Name+" ") {
			t.Errorf("the overview has no %s", cmd.Name)
		}
	}
	for _, name := range TopicNames() {
		if !strings.Contains(page, "\n    "+name+" ") {
			t.Errorf("the overview has no %s", name)
		}
	}
}

func TestGetHelpFinds(t *testing.T) {
	w := newWorld(t)
	for line, want := range map[string]string{
		"get-help WJB":                 "NAME\n    wait-job - ",
		"help Get-PSSession":           "NAME\n    get-session - ",
		"get-help about_Jobs":          "NAME\n    about_jobs - ",
		"get-help lua":                 "NAME\n    about_lua - ",
		"get-help *-sleep":             "NAME\n    start-sleep - ", // one alone is shown
		"get-help start-job -detailed": "NAME\n    start-job - ",
	} {
		if got := w.page(line); !strings.HasPrefix(got, want) {
			t.Errorf("%s:\n%s", line, got)
		}
	}
}

func TestGetHelpLists(t *testing.T) {
	w := newWorld(t)
	for _, line := range []string{"get-help *job*", "get-help job"} {
		got := w.run(line + " | foreach Name")
		for _, want := range []string{`"about_jobs"`, `"start-job"`, `"wait-job"`} {
			if !strings.Contains(got, want+"\n") {
				t.Errorf("%s: no %s in %s", line, want, got)
			}
		}
	}
	if got := w.run("get-help about_* | foreach Category"); strings.Trim(got, "\"Topic\n") != "" || got == "" {
		t.Errorf("about_* lists %s", got)
	}
}

func TestGetHelpRefuses(t *testing.T) {
	w := newWorld(t)
	for line, want := range map[string]string{
		"get-help nosuch":                          "there is no help on nosuch; get-help lists what there is",
		"get-help start-jbo":                       "there is no help on start-jbo; did you mean start-job?",
		"get-help about_joobs":                     "there is no help on about_joobs; did you mean about_jobs?",
		"get-help nosuch*":                         "no command or topic is called like nosuch*; get-help lists those there are",
		"get-help about_jobs -parameter x":         "about_jobs is a topic, which has no parameters",
		"get-help start-job -parameter zz*":        "no parameter of start-job is called like zz*",
		"get-help start-job -parameter nosuchname": "unknown parameter -nosuchname",
		"get-help -parameter x":                    "-Parameter belongs to a command: get-help NAME -parameter x",
	} {
		if got := w.run(line); !strings.HasPrefix(got, "failed: ") || !strings.Contains(got, want) {
			t.Errorf("%s: %s", line, got)
		}
	}
}

// Pages are laid out for the width there is.
func TestGetHelpWidth(t *testing.T) {
	w := newWorld(t)
	for columns, limit := range map[string]int{"200": 100, "80": 80, "40": 40, "3": 40, "x": 80} {
		longest := 0
		full, _, _ := strings.Cut(w.page(`$env:COLUMNS = "`+columns+`"; get-help invoke-command -full`), "\nEXAMPLES")
		for line := range strings.Lines(full) {
			longest = max(longest, len([]rune(strings.TrimRight(line, "\n"))))
		}
		if longest > limit || longest < limit-20 {
			t.Errorf("COLUMNS=%s: the longest line has %d columns", columns, longest)
		}
	}
}

func TestGetCommand(t *testing.T) {
	w := newWorld(t)
	w.check("get-command *-job | foreach-object Name", `"get-job"
"receive-job"
"remove-job"
"resume-job"
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

// A command that a user declares has its page like any other.
func TestGetHelpOfUserCommands(t *testing.T) {
	w := newWorld(t)
	w.page(`define_command{name = "restart-web", aliases = {"rw"}, synopsis = "restart the web servers", help = "One after the other.",
		params = {{name = "Site", pos = 0, required = true, values = {"east", "west"}, help = "which of them"}, {name = "Wait", type = "seconds", min = 0, max = 60, help = "between two"}},
		examples = {{line = "restart-web east", says = "those in the east"}}, run = function(p) end}`)
	page := w.page("get-help rw -full")
	for _, want := range []string{
		"NAME\n    restart-web - restart the web servers\n", "\nALIASES\n    rw\n", "\nDESCRIPTION\n    One after the other.\n",
		"(required; position 0; one of east, west)\n        which of them\n", "-Wait <seconds> (0 to 60)\n", "# those in the east\n",
		"\nIN LUA\n    restart_web(Site, {Wait = seconds})\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if got := w.page("get-help *web*"); got != page && !strings.Contains(got, "restart-web") {
		t.Errorf("get-help *web*: %s", got)
	}
	w.check("get-help restrat-web", "failed: get-help: there is no help on restrat-web; did you mean restart-web?\n")
	w.check("get-help about_* | where-object Name -eq about_lua | foreach-object Category", "\"Topic\"\n")
	if lua := w.page("get-help lua"); !strings.Contains(lua, "restart_web(Site, {Wait = seconds})") {
		t.Error("about_lua has no restart_web")
	}
}

// The name of a command that is to come says so.
func TestGetHelpOfWhatIsToCome(t *testing.T) {
	if page := newWorld(t).page("get-help disconnect-session"); !strings.HasPrefix(page, "NAME\n    disconnect-session - not there yet: ") {
		t.Error(page)
	}
}
