package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of error an [Error] is. The numbers cross the wire and never
// change; new kinds go to the end.
type Kind uint8

// The kinds of errors.
const (
	KindOther        Kind = iota
	KindSyntax            // the text is not the language: it did not run
	KindIncomplete        // the text ends too early: more lines would complete it
	KindScript            // a script raised an error
	KindNotFound          // no such command, job, session, file
	KindUsage             // wrong parameters
	KindExitStatus        // a program ended with a status other than 0, or on a signal
	KindStopped           // stopped: cancelled, interrupted
	KindTimeout           // a deadline passed
	KindUnreachable       // the machine could not be reached, or its name not found
	KindRefused           // the machine refused the connection
	KindHostKey           // the host key is unknown, changed or revoked
	KindAuth              // the machine does not take our keys
	KindBroken            // the connection broke
	KindProtocol          // the other end does not keep to the protocol
	KindValue             // a value cannot be carried
	KindClosed            // nobody reads any more, or the thing is closed
	KindState             // the thing is in a state in which this cannot be done
	KindIO                // a file or pipe could not be read or written
	KindExit              // not an error: the script asked to leave the shell (exit N)
	KindExitSession       // not an error: the script asked to leave the session
	KindUnsupported       // not built yet, or not on this machine
	KindPermission        // not allowed
	KindNeverStarted      // a job's task that was stopped while it waited for its turn
	KindLimit             // a bound was reached: memory, disk, time, number
	KindDetached          // not an error: the run goes on as a job
	numKinds
)

var kindNames = [numKinds]string{
	"Other", "Syntax", "Incomplete", "Script", "NotFound", "Usage", "ExitStatus", "Stopped", "Timeout",
	"Unreachable", "Refused", "HostKey", "Auth", "Broken", "Protocol", "Value", "Closed", "State", "IO",
	"Exit", "ExitSession", "Unsupported", "Permission", "NeverStarted", "Limit", "Detached",
}

// String returns the kind's name, such as "NotFound".
func (k Kind) String() string {
	if k >= numKinds {
		return kindNames[KindOther]
	}
	return kindNames[k]
}

// Error lets a Kind be the target of errors.Is: errors.Is(err, KindNotFound).
func (k Kind) Error() string { return k.String() }

// Error is an error that keeps its kind across the wire.
type Error struct {
	Kind   Kind
	Op     string // the command or operation, such as "receive-job"; may be ""
	Host   string // the machine it happened on; "" for this one
	Msg    string // what happened, to what, what to do: lower case, no period
	Status int    // the exit status, where Kind is KindExitStatus or KindExit
	Detail string // more lines: the source with a caret, what the remote printed; may be ""
	Line   int    // the line of the source, where known; 0 otherwise

	err error // the cause, near only
}

// Errorf makes an Error of the given kind. A %w verb makes its operand the cause.
func Errorf(kind Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Msg: err.Error(), err: errors.Unwrap(err)}
}

// Error returns "op: msg", or the message alone.
func (e *Error) Error() string {
	if e.Op != "" {
		return e.Op + ": " + e.Msg
	}
	return e.Msg
}

// Unwrap returns the cause, if it is known on this side of the wire.
func (e *Error) Unwrap() error { return e.err }

// Is reports whether target is e's Kind, or an Error of the same kind with no
// message.
func (e *Error) Is(target error) bool {
	switch t := target.(type) {
	case Kind:
		return e.Kind == t
	case *Error:
		return t.Kind == e.Kind && t.Msg == ""
	}
	return false
}

// WithOp returns a copy of e whose operation is op, unless it has one.
func (e *Error) WithOp(op string) *Error {
	c := *e
	if c.Op == "" {
		c.Op = op
	}
	return &c
}

// ErrClosed is returned by a Sink nobody reads any more.
var ErrClosed = &Error{Kind: KindClosed, Msg: "nobody reads this any more"}

// AsError returns err as an *Error: itself, or one of a fitting kind around it;
// nil for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	kind := KindOther
	switch {
	case errors.Is(err, context.Canceled):
		return &Error{Kind: KindStopped, Msg: "stopped", err: err}
	case errors.Is(err, context.DeadlineExceeded):
		kind = KindTimeout
	}
	return &Error{Kind: kind, Msg: err.Error(), err: err}
}

// ErrorValue returns err as a Map of type [TypeError], as it is written to the
// error stream and put into $error.
func ErrorValue(err error) *Map {
	e := AsError(err)
	m := NewMap(TypeError, "Message", e.Error(), "Kind", e.Kind.String(), "Op", e.Op, "Host", e.Host, "Msg", e.Msg)
	if e.Kind == KindExitStatus || e.Kind == KindExit {
		m.Set("ExitStatus", int64(e.Status))
	}
	if e.Detail != "" {
		m.Set("Detail", e.Detail)
	}
	if e.Line != 0 {
		m.Set("Line", int64(e.Line))
	}
	return m
}

// ErrorFromValue is the inverse of [ErrorValue]; any other value gives an error of
// kind [KindScript] with the value's text.
func ErrorFromValue(v Value) *Error {
	m, ok := v.(*Map)
	if !ok || m.Type != TypeError {
		return &Error{Kind: KindScript, Msg: Text(v)}
	}
	kind, _ := ParseKind(m.String("Kind"))
	return &Error{
		Kind: kind, Op: m.String("Op"), Host: m.String("Host"), Msg: m.String("Msg"),
		Status: int(m.Int("ExitStatus")), Detail: m.String("Detail"), Line: int(m.Int("Line")),
	}
}

// ParseKind finds a kind by name, in any letter case.
func ParseKind(name string) (Kind, bool) {
	for i, n := range kindNames {
		if strings.EqualFold(n, name) {
			return Kind(i), true
		}
	}
	return KindOther, false
}
