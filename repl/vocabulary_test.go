package repl

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/shell/syntax"
)

// An oracle is a host that knows what words mean, and answers when it is let.
type oracle struct {
	let chan struct{} // one answer for each token; nil answers at once

	mu    sync.Mutex
	asked [][]string // the words of each question, guarded by mu
}

func (o *oracle) Name() string { return "oracle" }

func (o *oracle) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	var words []string
	answer := jobs.List{}
	for _, v := range s.Args[0].(jobs.List) {
		words = append(words, v.(string))
		answer = append(answer, map[bool]string{true: "command", false: "unknown"}[v == "get-job"])
	}
	o.mu.Lock()
	o.asked = append(o.asked, words)
	o.mu.Unlock()
	if o.let != nil {
		select {
		case <-o.let:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return out.Write(ctx, jobs.Out(jobs.NewMap("", "Meanings", answer)))
}

func (o *oracle) questions() [][]string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.asked)
}

// Makes a vocabulary, and what waits until it has the line drawn anew.
func listening(t *testing.T) (v *vocabulary, drawn chan struct{}) {
	drawn = make(chan struct{}, 100)
	ctx, cancel := context.WithCancel(t.Context())
	v = newVocabulary(ctx, jobstest.Patience, func() {
		select {
		case drawn <- struct{}{}:
		default: // nobody is waiting for so many
		}
	})
	t.Cleanup(func() { cancel(); <-v.done })
	return v, drawn
}

// A word of a slow machine is what its beginning was until the answer comes; what is
// typed meanwhile is asked about at once.
func TestVocabularyOfASlowMachine(t *testing.T) {
	v, drawn := listening(t)
	o := &oracle{let: make(chan struct{})}
	defer v.begin(t.Context(), o)()
	if m := v.meaning("g"); m != syntax.Pending {
		t.Errorf("g is %v before anybody was asked", m)
	}
	o.let <- struct{}{}
	<-drawn
	for _, w := range []string{"g", "ge", "get-job"} {
		if m := v.meaning(w); m != syntax.Unknown {
			t.Errorf("%s is %v", w, m)
		}
	}
	o.let <- struct{}{}
	<-drawn
	if !slices.Contains(o.questions()[1], "get-job") { // it was not asked about together with ge
		o.let <- struct{}{}
		<-drawn
	}
	if m := v.meaning("get-job"); m != syntax.IsCommand {
		t.Errorf("get-job is %v", m)
	}
	if n := len(o.questions()); n > 3 {
		t.Errorf("%d questions: %q", n, o.questions())
	}
}

// This machine's answer is there before the line is drawn.
func TestVocabularyOfThisMachine(t *testing.T) {
	v, _ := listening(t)
	o := &oracle{}
	defer v.begin(t.Context(), o)()
	v.spans("get-job", true)
	for len(o.questions()) == 0 || v.meaning("get-job") == syntax.Pending { // a machine that is too slow for it
		v.spans("get-job", true)
	}
	spans := v.spans("get-job", true)
	if len(spans) != 1 || spans[0].Class != syntax.ClassCommand {
		t.Errorf("spans %+v", spans)
	}
}

// A line that has been entered ends the questions about it; they are asked again when
// the next one has the words, and nothing is asked while no line is read.
func TestVocabularyBetweenLines(t *testing.T) {
	v, drawn := listening(t)
	o := &oracle{let: make(chan struct{})}
	end := v.begin(t.Context(), o)
	v.meaning("get-job")
	for len(o.questions()) == 0 {
		v.settle(meaningNow)
	}
	end()
	for v.settle(meaningNow) { // until the question has been given up
	}
	if m := v.meaning("other"); m != syntax.Pending || len(o.questions()) != 1 {
		t.Errorf("between lines other is %v after %q", m, o.questions())
	}
	defer v.begin(t.Context(), o)()
	v.meaning("get-job")
	o.let <- struct{}{}
	<-drawn
	if m := v.meaning("get-job"); m != syntax.IsCommand {
		t.Errorf("get-job is %v", m)
	}
	v.forget()
	if m := v.meaning("get-job"); m != syntax.Pending {
		t.Errorf("get-job is %v after all was forgotten", m)
	}
	o.let <- struct{}{}
	<-drawn
}

func TestVocabularyIsBounded(t *testing.T) {
	v, _ := listening(t)
	o := &oracle{}
	defer v.begin(t.Context(), o)()
	for i := range maxWords + 100 {
		v.meaning("w" + strings.Repeat("x", i%200) + string(rune('a'+i%26)) + strings.Repeat("y", i/200))
	}
	if m := v.meaning(strings.Repeat("x", maxWordLen+1)); m != syntax.Unknown {
		t.Errorf("a very long word is %v", m)
	}
	for v.settle(meaningNow) {
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.known) > maxWords {
		t.Errorf("%d words are remembered", len(v.known))
	}
	for _, q := range o.questions() {
		if len(q) > maxBatch {
			t.Errorf("%d words in one question", len(q))
		}
	}
}

// What another machine makes up is not believed.
func TestVocabularyAnswersMadeUp(t *testing.T) {
	v, _ := listening(t)
	for _, said := range []jobs.Value{nil, "x", jobs.List{}, jobs.List{"command", "command"}, jobs.List{int64(7)}, jobs.List{"COMMAND"}} {
		h := &fake{name: "x", do: map[string]func(context.Context, jobs.Script, jobs.Sink) error{
			"word-meaning (args[1])": func(ctx context.Context, _ jobs.Script, out jobs.Sink) error {
				return out.Write(ctx, jobs.Out(jobs.NewMap("", "Meanings", said)))
			}}}
		end := v.begin(t.Context(), h)
		v.meaning("get-job")
		for v.settle(meaningNow) {
		}
		if m := v.meaning("get-job"); m != syntax.Pending {
			t.Errorf("%v was taken for %v", said, m)
		}
		end()
	}
}

// A line that is run while words are asked about does not wait for the answers.
func TestQuestionsDoNotHoldUpALine(t *testing.T) {
	h := &fake{name: "localhost", dir: "~"}
	h.do = map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"word-meaning (args[1])": func(ctx context.Context, _ jobs.Script, _ jobs.Sink) error {
			<-ctx.Done() // the end of the line, or of the shell
			return context.Cause(ctx)
		}}
	var r *REPL
	r, out := prepare(Options{Local: h}, "x")
	o := r.o.Editor
	r.o.Editor = highlighter{o.(*typist)}
	r.Run(t.Context())
	if !strings.Contains(out.String(), "localhost ran x") {
		t.Error(out.String())
	}
}

// A highlighter colours every line before it is read.
type highlighter struct{ *typist }

func (h highlighter) ReadLine(ctx context.Context, q Request) (string, error) {
	if q.Highlight != nil {
		q.Highlight("get-job")
	}
	return h.typist.ReadLine(ctx, q)
}

// Where the user wants no colours, nobody is asked what words mean.
func TestNoHighlighting(t *testing.T) {
	for _, on := range []bool{true, false} {
		r, _ := prepare(Options{Local: &fake{name: "localhost"}, Style: func() Style { return Style{Plain: !on} }})
		r.words, _ = listening(t)
		q := r.request("> ")
		r.listen(t.Context(), &q)()
		if (q.Highlight != nil) != on {
			t.Errorf("wanted %v: highlighted %v", on, q.Highlight != nil)
		}
	}
}
