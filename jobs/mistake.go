package jobs

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// stackLines bounds the stack in the Detail of a mistake, in lines; each call has two.
const stackLines = 16

// Mistake returns the error of a panic p: of kind KindOther, with the calls that
// led to it, the latest eight, as its Detail. Call it in the deferred function that recovers.
func Mistake(p any) *Error {
	if e, ok := p.(error); ok {
		if own, ok := e.(*Error); ok && strings.HasPrefix(own.Msg, mistake) {
			return own
		}
	}
	what, _, _ := strings.Cut(fmt.Sprint(p), "\n")
	return &Error{Kind: KindOther, Msg: mistake + what, Detail: stack(string(debug.Stack()))}
}

// Returns where the panic came from, of the stack of who recovers.
func stack(all string) string {
	if i := strings.LastIndex(all, "\npanic("); i >= 0 {
		all = all[i+1:]
		for range 2 { // of the panic itself
			_, all, _ = strings.Cut(all, "\n")
		}
	}
	lines := strings.SplitN(all, "\n", stackLines+1)
	return strings.TrimSpace(strings.Join(lines[:min(len(lines), stackLines)], "\n"))
}

const mistake = "a mistake in marsh: "

// Guard calls f, and returns its error, or that of a panic in it (see [Mistake]): what
// goes wrong in one job, command or printer is not to end the shell.
func Guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = Mistake(p)
		}
	}()
	return f()
}
