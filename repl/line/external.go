package line

import (
	"strings"

	"marsh/repl"
)

// Has the line edited by the user's own editor, which gets the terminal meanwhile.
func (e *Editor) edit(cur *reading) error {
	if cur.q.Edit == nil || cur.q.Secret {
		return nil
	}
	cur.menu, cur.search = nil, nil
	before := cur.buf
	text, err := e.lend(cur)
	if err == nil {
		text = pasted(strings.TrimRight(text, "\n"))
		if len(text) <= repl.MaxLine {
			cur.buf = written(text)
		}
		cur.changed(before)
	}
	return err
}

// Gives the terminal to the editor, and takes it back.
func (e *Editor) lend(cur *reading) (string, error) {
	if err := e.screen.pause(); err != nil {
		return "", err
	}
	if err := e.term.restore(); err != nil {
		return "", err
	}
	text, err := cur.q.Edit(cur.ctx, cur.buf.string())
	if rawErr := e.term.makeRaw(); err == nil {
		err = rawErr
	}
	q := cur.q
	q.Again = false
	if drawErr := e.screen.begin(q, cur.view(), e.Theme.with(q.Style.Colors).palette()); err == nil {
		err = drawErr
	}
	return text, err
}
