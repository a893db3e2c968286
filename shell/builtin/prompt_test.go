package builtin

import (
	"context"
	"fmt"
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
	block := "foreach {\n" + strings.Repeat("  get-job\n", 50) + "}\nget-job\nget-job {\n"
	for from := range 51 {
		w.check(fmt.Sprintf("statement-end [==[%s]==] %d", "\n"+block, from), "{\"End\":52}\n")
	}
	w.check("statement-end 'x {' 1", "{\"End\":0}\n")
	w.check("statement-end 'get-job' 0", "{\"End\":1}\n")
}

// What the prompt asks leaves no trace in what a script can see, also where it fails or
// is given up.
func TestQuestionsLeaveNoTrace(t *testing.T) {
	w := completionWorld(t)
	w.check("pcall(error, 'x'); !exit 3 -erroraction silentlycontinue", "")
	w.run("write-error before")
	look := "write-output $? $LASTEXITCODE ; =#$error ; =get-variable | measure-object | select-object -expandproperty Count; get-eventlog marsh | measure-object | select-object -expandproperty Count; =get-location"
	w.run("get-job nothing-of-this-name")
	before := w.run("$seen = $?\n" + look)
	w.run("get-job nothing-of-this-name")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithDeadline(t.Context(), time.Now())
	defer stop()
	for _, text := range []string{"prompt-info", "complete-line '$job.' 5", "complete-line 'sudo ' 5", "word-meaning get-job nothing", "statement-end 'x {' 1", "word-meaning -nothing", "complete-line 1 2 3 4"} {
		for _, ctx := range []context.Context{t.Context(), ended, late} {
			_ = w.shell.Engine().Run(ctx, jobs.Script{Text: text}, &recorder{})
		}
	}
	after := w.run("$seen = $?\n" + look)
	// One error of get-job is more.
	if strings.Count(before, "\n") < 4 || len(before) != len(after) {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	w.run("$seen = nil")
}
