package builtin

import (
	"context"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
)

func TestWordMeaning(t *testing.T) {
	w := completionWorld(t)
	w.check("word-meaning get-job GJB frobnicate ./run.sh ./notes.txt count string nothing", `{"Meanings":["command","command","program","program","unknown","variable","variable","unknown"]}
`)
}

func TestStatementEnd(t *testing.T) {
	w := newWorld(t)
	block := "\nforeach {\n" + strings.Repeat("  get-job\n", 50) + "}\nget-job\nget-job {\n"
	ends := func(text string, from, want int) {
		t.Helper()
		var out recorder
		s := jobs.Script{Text: "statement-end (args[1]) (args[2])", Args: jobs.List{text, int64(from)}}
		if err := w.shell.Engine().Run(t.Context(), s, &out); err != nil {
			t.Fatal(err)
		}
		if got := out.all[0].Value.(*jobs.Map).Int("End"); got != int64(want) {
			t.Errorf("%d lines from %d: the end is %d, want %d", strings.Count(text, "\n")+1, from, got, want)
		}
	}
	for from := 2; from <= 52; from++ {
		ends(block, from, 53)
	}
	ends("x = {\n", 1, 0)
	ends("get-job", 0, 1)
	ends("get-job", -7, 1)
	ends("get-job", 99, 1)
	ends("x = {\n1,\n)\n2", 1, 3) // an error ends it too
	ends("x = 1; y = {\n1,\n}\nz = {\n", 1, 3)
}

// What the prompt asks leaves no trace in what a script can see, also where it fails or
// is given up.
func TestQuestionsLeaveNoTrace(t *testing.T) {
	w := completionWorld(t)
	w.run("!exit 3")
	w.run("write-error one; write-error two")
	traces := func() string {
		return w.run("=$?") + w.run("=#$error") + w.run("=$LASTEXITCODE")
	}
	events := func() int { return strings.Count(w.run("get-eventlog marsh"), "\n") }
	logged := events()
	w.run("write-error three") // reading the log was a command that went well
	before := traces()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithDeadline(t.Context(), time.Now())
	defer stop()
	for _, text := range []string{
		"prompt-info", "complete-line '$job.' 5", "complete-line 'sudo ' 5", "word-meaning get-job nothing", "statement-end 'x {' 1",
		"word-meaning -nothing", "complete-line 1 2 3 4", "edit-text x", "prompt-text 1 x",
	} {
		for _, ctx := range []context.Context{t.Context(), ended, late} {
			_ = w.shell.Engine().Run(ctx, jobs.Script{Text: text}, &recorder{})
		}
	}
	if after := traces(); after != before || !strings.HasPrefix(before, "false\n") {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	if n := events(); n != logged {
		t.Errorf("%d events were logged", n-logged)
	}
}

// The user's own function makes the prompt, and leaves no trace either.
func TestPromptText(t *testing.T) {
	w := newWorld(t)
	ask := func(function, want string) {
		t.Helper()
		if function != "" {
			w.check(function, "")
		}
		var out recorder
		s := jobs.Script{Text: "prompt-text (args[1]) (args[2])", Args: jobs.List{jobs.List{"a", "b"}, "/tmp"}}
		if err := w.shell.Engine().Run(t.Context(), s, &out); err != nil {
			t.Error(err)
		}
		if got := out.text(); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s gives %s, want %s", function, got, want)
		}
	}
	ask("", "")
	ask("prompt = 5", "")
	ask("function prompt(sessions, dir) print('noise'); return sessions[2] .. #sessions .. dir end", `{"Text":"b2/tmp"}`)
	ask("function prompt() return 5 end", `{"Error":"it returned no text"}`)
	ask("function prompt() end", `{"Error":"it returned no text"}`)
	ask("function prompt() error('oops') end", `{"Error":"test:1: oops`)
	w.run("!exit 4")
	before := w.run("=$?") + w.run("=#$error") + w.run("=$LASTEXITCODE")
	ask("function prompt() pcall(function() return run{'sh', '-c', 'exit 5'} end) get_job{name = 'nothing'} return 'p' end", `{"Text":"p"}`)
	if after := w.run("=$?") + w.run("=#$error") + w.run("=$LASTEXITCODE"); after != before {
		t.Errorf("before %s, after %s", before, after)
	}
}
