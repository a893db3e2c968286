package lua

import "context"

// Interrupt has f called before the next instruction of the script that runs, on the
// goroutine that runs the state; never, where none comes. It can be called by any
// goroutine. A second one before that takes the place of the first.
//
// There the variables are whole, as they are while Exec and Wait run.
func (s *State) Interrupt(f func()) {
	s.due.Store(&f)
	s.wanted.Store(true)
}

// Attends to those who want something of the state.
func (s *State) attend(ctx context.Context) {
	s.wanted.Store(false) // not later: who comes now sets it again
	if f := s.due.Swap(nil); f != nil {
		(*f)()
	}
	s.answer(ctx)
}

// wait runs f, which waits and touches nothing of the state.
func (s *State) wait(f func() error) error {
	if s.opt.Wait == nil {
		return f()
	}
	return s.opt.Wait(f)
}
