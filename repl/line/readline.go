package line

import (
	"context"
	"errors"
	"io"

	"github.com/chzyer/readline"

	"marsh/repl"
)

// ReadLine reads a line: Enter ends it; Ctrl-C drops it; Ctrl-D, where nothing is
// typed, is io.EOF, as is a terminal that is gone and a closed Editor.
func (e *Editor) ReadLine(ctx context.Context, q repl.Request) (text string, err error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if e.Dumb {
		return e.plain.readLine(ctx, q)
	}
	lib, cur, err := e.start(ctx, q)
	if err != nil {
		return "", err
	}
	defer cur.ask.close()
	defer func() { e.term.leave(err == repl.ErrInterrupted) }()
	if err := e.term.makeRaw(); err != nil {
		return "", gone(err)
	}
	if err := e.screen.begin(q, cur.view(), e.Theme.with(q.Style.Colors).palette()); err != nil {
		return "", gone(err)
	}
	stop := e.onCancel(ctx, e.keys.cancel)
	text, err = lib.Readline()
	stop()
	return e.finish(ctx, text, err)
}

// Prepares for reading a line; io.EOF when none can be read any more.
func (e *Editor) start(ctx context.Context, q repl.Request) (*readline.Instance, *reading, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over() {
		return nil, nil, io.EOF
	}
	if e.lib == nil {
		lib, err := readline.NewEx(e.config())
		if err != nil {
			return nil, nil, err
		}
		e.lib = lib
	}
	e.keys.begin()
	e.cur = e.newReading(ctx, q)
	e.lib.Operation.SetBuffer(e.cur.buf.string())
	return e.lib, e.cur, nil
}

func (e *Editor) newReading(ctx context.Context, q repl.Request) *reading {
	r := &reading{
		ctx: ctx, q: q, m: measureOf(q), screen: e.screen, hints: !q.Style.NoHint, buf: beginning(q),
		kills: &e.kills, needle: &e.needle, recall: recall{at: len(q.History)},
		ask: &asker{ctx: ctx, complete: q.Complete, post: e.keys.post, rescue: e.rescue},
	}
	if q.Secret {
		r.q.History, r.q.Complete, r.q.Highlight = nil, nil, nil
	}
	return r
}

// Returns what a line begins with: one that goes on behind a newline is indented as
// the row before it is.
func beginning(q repl.Request) buffer {
	b := written(q.Text)
	if n := len(b.text); q.Again && n > 0 && b.text[n-1] == '\n' {
		b = b.insert(b.at(n - 1).indentation())
	}
	return b
}

// Takes the line off the screen's hands, and says how it ended.
func (e *Editor) finish(ctx context.Context, text string, err error) (string, error) {
	hint := ""
	switch {
	case ctx.Err() != nil:
		text, err = "", context.Cause(ctx)
	case errors.Is(err, readline.ErrInterrupt):
		text, err, hint = "", repl.ErrInterrupted, "^C"
	}
	if endErr := e.screen.end(hint); err == nil {
		err = endErr
	}
	return text, err
}
