package bars

import (
	"context"

	"marsh/jobs"
)

// Printer prints what one statement writes, by way of [Screen.Over].
type Printer interface {
	jobs.Sink
	Flush() error
}

// Output is the end of one statement: it shows its progress as bars, and has all else
// printed above them.
type Output struct {
	Printer Printer
	Screen  *Screen
}

// Write shows r. Progress is not an error where it cannot be shown.
func (o *Output) Write(ctx context.Context, r jobs.Record) error {
	if r.Stream != jobs.Progress {
		return o.Printer.Write(ctx, r)
	}
	if ctx.Err() != nil {
		return jobs.AsError(context.Cause(ctx))
	}
	o.Screen.Set(r)
	return nil
}

// Flush prints what is held back and takes the bars away: the statement has ended, or a
// program gets the terminal.
func (o *Output) Flush() error {
	err := o.Printer.Flush()
	o.Screen.Clear()
	return err
}
