package jobs

import (
	"context"
	"errors"
	"time"
)

// hurry is a stop with a grace of its own.
type hurry struct{ grace time.Duration }

func (h *hurry) Error() string { return errStopped.Error() }

// Unwrap has it be the usual stop to all but [Grace].
func (h *hurry) Unwrap() error { return errStopped }

// StoppedWithin returns the cause of a stop with that grace, for a context.
func StoppedWithin(grace time.Duration) error { return &hurry{grace} }

// StopWithin is Stop with that grace for the programs, here and on other machines, between TERM and
// KILL; at 0 they get KILL at once.
func (j *Job) StopWithin(ctx context.Context, grace time.Duration) error {
	for _, t := range j.tasks {
		t.stopFor(StoppedWithin(grace))
	}
	return wait(ctx, j.done)
}

// StopWithin is Stop with a grace, as that of a job.
func (t *Task) StopWithin(ctx context.Context, grace time.Duration) error {
	t.stopFor(StoppedWithin(grace))
	return wait(ctx, t.done)
}

// Grace returns the grace that ctx was ended with, or usual where none was said.
func Grace(ctx context.Context, usual time.Duration) time.Duration {
	if grace, ok := GraceOf(ctx); ok {
		return grace
	}
	return usual
}

// GraceOf returns the grace that ctx was ended with, and whether one was said.
func GraceOf(ctx context.Context) (grace time.Duration, ok bool) {
	h, ok := errors.AsType[*hurry](context.Cause(ctx))
	if !ok {
		return 0, false
	}
	return h.grace, true
}
