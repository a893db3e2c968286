package jobs

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// maxStack bounds the stack in the Detail of a mistake, in bytes.
const maxStack = 8 << 10

// Mistake returns the error of a panic p: of kind KindOther, with the stack, cut at 8
// KiB, as its Detail. Call it in the deferred function that recovers.
func Mistake(p any) *Error {
	if e, ok := p.(error); ok {
		if own, ok := e.(*Error); ok && strings.HasPrefix(own.Msg, mistake) {
			return own
		}
	}
	what, _, _ := strings.Cut(fmt.Sprint(p), "\n")
	stack := debug.Stack()
	return &Error{Kind: KindOther, Msg: mistake + what, Detail: string(stack[:min(len(stack), maxStack)])}
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
