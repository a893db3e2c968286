package jobs

import "context"

// Detacher is how somebody who waits for a run asks that it go on as a job. It travels
// in the context of the run, and the host that runs it answers: with an error of kind
// [KindDetached] when the run has become a job, or with a warning when it cannot. A host
// that knows nothing of this goes on as before. It may be used by several goroutines at
// a time.
type Detacher struct{ asked chan struct{} }

// NewDetacher makes a Detacher.
func NewDetacher() *Detacher { return &Detacher{make(chan struct{}, 1)} }

// Detach asks. It does not wait; what was asked and not answered yet is not asked twice.
func (d *Detacher) Detach() {
	select {
	case d.asked <- struct{}{}:
	default:
	}
}

// Asked returns the channel on which each request comes. That of a nil Detacher is nil.
func (d *Detacher) Asked() <-chan struct{} {
	if d == nil {
		return nil
	}
	return d.asked
}

// detacherKey is the key of a Detacher in a context.
type detacherKey struct{}

// WithDetacher returns a context for a run that d may ask to go on as a job. A nil d
// hides that of ctx from what is run within.
func WithDetacher(ctx context.Context, d *Detacher) context.Context {
	return context.WithValue(ctx, detacherKey{}, d)
}

// DetacherOf returns the Detacher of a run's context; nil where there is none.
func DetacherOf(ctx context.Context) *Detacher {
	d, _ := ctx.Value(detacherKey{}).(*Detacher)
	return d
}

// Detached is what ends the waiting for a run that goes on as a job. line is what the
// person who waited is told. It is an error of kind [KindDetached].
func Detached(line string) *Error { return &Error{Kind: KindDetached, Msg: line} }
