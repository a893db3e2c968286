package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"marsh/examples"
	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/builtin"
	"marsh/shell/format"
)

// The examples of the help pages do what they say they do.
func TestHelpExamples(t *testing.T) {
	ran := 0
	for _, cmd := range builtin.Commands() {
		for _, x := range cmd.Examples {
			if x.Skip != "" {
				continue
			}
			ran++
			t.Run(cmd.Name, func(t *testing.T) { runExample(t, x) })
		}
	}
	if ran < 12 {
		t.Errorf("only %d examples were run", ran)
	}
}

// runExample runs an example in a shell and directory of its own.
func runExample(t *testing.T, x shell.Example) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("one\ntwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sh := inProcess().newShell(shell.Options{Dir: dir, Events: shell.NewEventLog(dir)})
	defer closeShell(sh)
	var screen bytes.Buffer
	out := format.NewPrinter(&screen, &screen, format.Options{})
	err := sh.Engine().Run(t.Context(), jobs.Script{Text: x.Line, Name: "example"}, out)
	if err != nil {
		t.Errorf("%s\nends with %v", x.Line, err)
	}
	if err := out.Flush(); err != nil {
		t.Error(err)
	}
	if x.Want == "" {
		return
	}
	if err := (examples.Walk{Name: x.Line, Text: x.Want}).Check(screen.String()); err != nil {
		t.Error(err)
	}
}

// marsh help finds what get-help finds, and takes its parameters.
func TestHelp(t *testing.T) {
	home := t.TempDir()
	for _, c := range []struct {
		args, want string
	}{
		{"", "usage: marsh "},
		{"start-job", "NAME\n    start-job - "},
		{"-full start-job", "PARAMETERS OF EVERY COMMAND"},
		{"start-job -Full", "PARAMETERS OF EVERY COMMAND"},
		{"start-job -nosuch", "marsh: help: flag provided but not defined: -nosuch"},
		{"start-job --examples", "# run a block"},
		{"start-job -parameter *name*", "    -Name <"},
		{"language", "NAME\n    about_language - "},
		{"remote jobs", "one command or topic at a time"},
		{"*job*", "about_jobs "},
		{"strat-job", "marsh: there is no help on strat-job; did you mean start-job?"},
		{"nosuch", "marsh: there is no help on nosuch; get-help lists what there is"},
	} {
		got := begin(t, home, "", append([]string{"help"}, strings.Fields(c.args)...)...).wait()
		if text := got.stdout + got.stderr; !strings.Contains(text, c.want) || (got.status != 0) != (got.stdout == "") {
			t.Errorf("marsh help %s: status %d, no %q in\n%s", c.args, got.status, c.want, text)
		}
	}
}

// The manual page has all topics, commands, options and words of the usage, and troff has
// nothing to say about it.
func TestManual(t *testing.T) {
	got := begin(t, t.TempDir(), "", "help", "--man").wait()
	for _, c := range builtin.Commands() {
		if want := "\n\\fB" + strings.ReplaceAll(c.Name, "-", `\-`); !c.Hidden && !strings.Contains(got.stdout, want) {
			t.Errorf("the manual page has no %s", c.Name)
		}
	}
	for _, name := range builtin.TopicNames() {
		title := strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(name, "about_"), "_", " "))
		if name != "about_marsh" && !strings.Contains(got.stdout, `.SH "`+title+`"`) {
			t.Errorf("the manual page has no %s", title)
		}
	}
	groff, err := exec.LookPath("groff")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED: what troff says of the manual page: %v", err)
	}
	run := exec.CommandContext(t.Context(), groff, "-man", "-Tutf8", "-ww", "-z")
	run.Stdin = strings.NewReader(got.stdout)
	if out, err := run.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("groff: %v\n%s", err, out)
	}
}

// about_marsh explains every option and word of the usage.
func TestUsageIsExplained(t *testing.T) {
	text, err := os.ReadFile("shell/builtin/pages/about_marsh.md")
	if err != nil {
		t.Fatal(err)
	}
	words := regexp.MustCompile(`[\s\[|](--?[a-zA-Z-]+)`).FindAllStringSubmatch(usage, -1)
	for name := range subcommands {
		words = append(words, []string{"", "marsh " + name})
	}
	for _, w := range words {
		if !strings.Contains(string(text), "`"+w[1]) {
			t.Errorf("about_marsh does not explain %s", w[1])
		}
	}
	if len(words) < 12 {
		t.Errorf("only %d words of the usage were found", len(words))
	}
}

// Where there is no terminal, $COLUMNS says how wide a page is.
func TestHelpWidth(t *testing.T) {
	cmd := exec.Command(fast(t), "help", "jobs")
	cmd.Env = append(environment(t.TempDir()), "COLUMNS=40")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if head, _, _ := strings.Cut(string(out), "\n\n"); !strings.Contains(head, "about_jobs - what runs in the\n") {
		t.Errorf("got\n%s", head)
	}
}
