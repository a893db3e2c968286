package jobs

import (
	"context"
	"time"
)

// StreamKind says which of the seven streams a record belongs to. The numbers are
// those of the redirections (2> is the error stream); they cross the wire and
// never change.
type StreamKind uint8

// The streams.
const (
	Output StreamKind = iota + 1
	ErrorStream
	Warning
	Verbose
	Debug
	Information
	Progress
)

var streamNames = [...]string{"", "output", "error", "warning", "verbose", "debug", "information", "progress"}

// String returns the stream's name, such as "output".
func (k StreamKind) String() string {
	if k == 0 || int(k) >= len(streamNames) {
		return "unknown"
	}
	return streamNames[k]
}

// Record is one thing written by a script.
type Record struct {
	Seq    uint64     // position in the Stream or run that carries it, from 1; 0 before it has one
	Time   time.Time  // when it was written; zero when not known
	Stream StreamKind // the stream it was written to
	Value  Value      // what was written
	Host   string     // the machine it came from, stamped once, where it crosses the wire; "" for this one

	// HideHost says that Host is kept but not shown: the target was a single one,
	// or the user asked for it.
	HideHost bool
}

// Out returns a record of the output stream.
func Out(v Value) Record { return Record{Stream: Output, Value: v} }

// Script is a piece of marsh's language, always as text: whoever runs it parses it.
type Script struct {
	Text string // the source
	Name string // what error messages call it: a file's name, "line"; "" reads as "block"
	Line int    // the line of Name on which Text begins; 0 reads as 1
	Args List   // arrive as ... and args
	// Using holds the values captured where the script was written, by name
	// ($using:x); nil when there are none. Names that begin with "(" are the
	// shell's own.
	Using *Map
	// Beside asks for a run next to the session's own, in a copy of its variables,
	// instead of in turn with what is typed there.
	Beside bool
	// Terminal says that a person looks at what this writes as it comes, so that progress
	// is worth telling, and that a program may have the terminal that the host has, if
	// it has one.
	Terminal bool
}

// Sink takes records. Write may block until there is room; it returns an error
// when ctx ends or when nobody will ever read the record ([ErrClosed]). A Sink may
// be used by several goroutines at a time.
type Sink interface {
	Write(ctx context.Context, r Record) error
}

// SinkFunc is a function that is a Sink.
type SinkFunc func(ctx context.Context, r Record) error

// Write calls f.
func (f SinkFunc) Write(ctx context.Context, r Record) error { return f(ctx, r) }

// Host is where scripts run: this shell, or a session to another machine.
type Host interface {
	// Name is the name that the operator knows the machine by.
	Name() string
	// Run runs s and writes what it writes to out. It returns when the script has
	// ended and everything it wrote has been handed to out: nil, or the error that
	// nothing in the script caught, as an *Error. When ctx ends the script is
	// cancelled and Run returns soon, with an error of kind KindStopped.
	Run(ctx context.Context, s Script, out Sink) error
}

// Target says which machine to connect to, as the operator wrote it.
type Target struct {
	Name    string        // an ssh_config alias, host, user@host, user@host:port or ssh:// URL
	User    string        // overrides the user of Name and of the configuration
	Port    int           // overrides the port; 0 is not given
	KeyFile string        // a private key to use first; "" is not given
	Batch   bool          // nobody may be asked for anything: a job connects
	Timeout time.Duration // for connecting, all told; 0 is the default (ConnectTimeout, else 10 s)
}
