package repl

import (
	"context"
	"sync"
	"time"

	"marsh/jobs"
	"marsh/shell/syntax"
)

// Bounds of what is known of words.
const (
	maxWords    = 4096                 // words that are remembered, and asked about, until a statement has run
	maxWordLen  = 256                  // bytes of a word that is asked about
	maxBatch    = 256                  // words of one question
	meaningWait = 2 * time.Second      // see vocabulary.wait
	meaningNow  = 8 * time.Millisecond // how long a key waits for the answer of this machine
)

// vocabulary knows what words mean on the host that lines run on. What it does not know
// it asks, on a goroutine of its own, and only while a line is read. All of it is
// thrown away when a statement has run, as that may have changed everything.
type vocabulary struct {
	redraw func()        // shows the line anew
	wait   time.Duration // for an answer; then the words stay undecided
	wake   chan struct{} // holds one token when there is something to ask
	done   chan struct{} // closed when the goroutine has ended

	mu     sync.Mutex
	host   jobs.Host                 // the words are of this host; guarded by mu
	ctx    context.Context           // ends with the line being read; nil when none is; guarded by mu
	known  map[string]syntax.Meaning // Pending: asked, or to be asked; guarded by mu
	wanted []string                  // to be asked; guarded by mu
	turns  int                       // how often all was forgotten; guarded by mu
	asking chan struct{}             // closed when nothing is to be asked any more; nil when nothing is; guarded by mu
}

// Makes a vocabulary whose goroutine ends with ctx.
func newVocabulary(ctx context.Context, wait time.Duration, redraw func()) *vocabulary {
	v := &vocabulary{redraw: redraw, wait: wait, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go v.serve(ctx)
	return v
}

// Begins a line that will run on h. end is to be called when it has been read: what
// is still being asked then is given up.
func (v *vocabulary) begin(ctx context.Context, h jobs.Host) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.host != h {
		v.host, v.known, v.wanted = h, nil, nil
		v.turns++
	}
	v.ctx = ctx
	return func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		cancel()
		v.ctx = nil
	}
}

// Forgets everything.
func (v *vocabulary) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.known, v.wanted = nil, nil
	v.turns++
}

// Returns the parts of text. local says that the host is this machine: it answers so
// fast that waiting for it is not felt, and the line is not drawn twice.
func (v *vocabulary) spans(text string, local bool) []syntax.Span {
	spans := syntax.Spans(text, v.meaning)
	if !local || !v.settle(meaningNow) {
		return spans
	}
	return syntax.Spans(text, v.meaning)
}

// Waits until everything was asked, but no longer than limit; reports whether there was
// anything to ask.
func (v *vocabulary) settle(limit time.Duration) bool {
	v.mu.Lock()
	asking := v.asking
	v.mu.Unlock()
	if asking == nil {
		return false
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-asking:
	case <-timer.C:
	}
	return true
}

// Says what word means, as far as it is known. Until the answer comes it is what the
// beginning of the word means, which is how it was shown a key before.
func (v *vocabulary) meaning(word string) syntax.Meaning {
	if len(word) > maxWordLen {
		return syntax.Unknown
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	m, ok := v.known[word]
	if !ok {
		v.want(word)
	}
	if m != syntax.Pending {
		return m
	}
	for n := len(word) - 1; n > 0; n-- {
		if m := v.known[word[:n]]; m != syntax.Pending {
			return m
		}
	}
	return syntax.Pending
}

// Puts a word on the list of those to be asked; v.mu is held.
func (v *vocabulary) want(word string) {
	if len(v.known) >= maxWords || v.ctx == nil {
		return
	}
	if v.known == nil {
		v.known = map[string]syntax.Meaning{}
	}
	v.known[word] = syntax.Pending
	v.wanted = append(v.wanted, word)
	if v.asking == nil {
		v.asking = make(chan struct{})
	}
	select {
	case v.wake <- struct{}{}:
	default:
	}
}

// Asks what is wanted until ctx ends.
func (v *vocabulary) serve(ctx context.Context) {
	defer close(v.done)
	for {
		select {
		case <-v.wake:
		case <-ctx.Done():
			return
		}
		for v.askOnce() {
		}
		v.rest()
	}
}

// Lets those go who wait for the answers, when there is nothing to ask.
func (v *vocabulary) rest() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.asking != nil && len(v.wanted) == 0 {
		close(v.asking)
		v.asking = nil
	}
}

// Asks about one batch of words; reports false when there is none.
func (v *vocabulary) askOnce() bool {
	v.mu.Lock()
	ctx, h, turn := v.ctx, v.host, v.turns
	n := min(len(v.wanted), maxBatch)
	words := v.wanted[:n:n]
	v.wanted = v.wanted[n:]
	v.mu.Unlock()
	if n == 0 {
		return false
	}
	var answer []syntax.Meaning
	if ctx != nil {
		answer = v.askMeanings(ctx, h, words)
	}
	if v.take(turn, words, answer, ctx == nil || ctx.Err() != nil) {
		v.redraw()
	}
	return true
}

// Takes the answer about words, unless all was forgotten since; reports whether
// anything is known that was not. What was given up with its line is asked again.
func (v *vocabulary) take(turn int, words []string, answer []syntax.Meaning, givenUp bool) (news bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.turns != turn {
		return false
	}
	for i, w := range words {
		switch {
		case len(answer) == len(words):
			v.known[w], news = answer[i], true
		case givenUp:
			delete(v.known, w)
		}
	}
	return news
}

// The words of word-meaning's answers.
var meanings = map[string]syntax.Meaning{
	"unknown": syntax.Unknown, "command": syntax.IsCommand, "program": syntax.IsProgram, "variable": syntax.IsVariable,
}

// Asks h what words mean; nil when it does not say so in time.
func (v *vocabulary) askMeanings(ctx context.Context, h jobs.Host, words []string) []syntax.Meaning {
	ctx, cancel := context.WithTimeout(ctx, v.wait)
	defer cancel()
	list := make(jobs.List, len(words))
	for i, w := range words {
		list[i] = w
	}
	out := &collector{max: 1}
	if h.Run(ctx, jobs.Script{Text: "word-meaning (args[1])", Args: jobs.List{list}}, out) != nil {
		return nil
	}
	m := out.first()
	if m == nil {
		return nil
	}
	said, _ := m.Get("Meanings")
	return readMeanings(said)
}

// Reads the answer, which another machine may have made up.
func readMeanings(said jobs.Value) []syntax.Meaning {
	list, _ := said.(jobs.List)
	answer := make([]syntax.Meaning, len(list))
	for i, v := range list {
		word, _ := v.(string)
		answer[i] = meanings[word]
	}
	return answer
}
