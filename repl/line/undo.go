package line

// maxUndo is how many runes the states that can be gone back to hold together.
const maxUndo = 4 << 20

// An undoer knows the states that the line was in.
type undoer struct {
	past   []buffer // oldest first
	future []buffer // undone, the latest last
	held   int      // the runes in past
}

// Notes the state that a change is made to. What was undone cannot be redone then.
func (u *undoer) push(b buffer) {
	u.future = nil
	u.past = append(u.past, b)
	u.held += len(b.text)
	for u.held > maxUndo && len(u.past) > 1 {
		u.held -= len(u.past[0].text)
		u.past = u.past[1:]
	}
}

// Goes back one state from now; reports false when there is none.
func (u *undoer) undo(now buffer) (buffer, bool) {
	n := len(u.past) - 1
	if n < 0 {
		return now, false
	}
	b := u.past[n]
	u.past, u.future = u.past[:n], append(u.future, now)
	u.held -= len(b.text)
	return b, true
}

// Goes forward again; reports false when nothing was undone.
func (u *undoer) redo(now buffer) (buffer, bool) {
	n := len(u.future) - 1
	if n < 0 {
		return now, false
	}
	b := u.future[n]
	u.future, u.past = u.future[:n], append(u.past, now)
	u.held += len(now.text)
	return b, true
}
