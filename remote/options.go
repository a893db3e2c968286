package remote

import (
	"time"

	"marsh/remote/wire"
)

// Defaults and bounds.
const (
	defaultInterval = 5 * time.Second
	defaultGrace    = 2 * time.Second
	defaultEnding   = 12 * time.Second // a grace of 5 s, as long for what KILL does not end at once, and the way
	defaultWindow   = 512 << 10

	// What an end that cannot see its peer does without: a client notices a dead link in
	// 15 s; an agent is told by the end of its input, and is patient with a client that
	// sleeps (a closed laptop, Ctrl-Z).
	sessionMisses = 3
	serveMisses   = 120

	// maxRuns is how many runs a session has at a time.
	maxRuns = 1024
)

// Options are the settings of a Session or of Serve. The zero Options are good.
type Options struct {
	Name  string // of the machine at the other end; for a Session its name as a Host
	Build string // names this program in the handshake

	// Interval is the time between two signs of life; 0 is 5 s. After Misses intervals
	// in which nothing came the link is dead, 2 at least; 0 is 3 for a Session (15 s) and
	// 120 for Serve (10 min).
	Interval time.Duration
	Misses   int

	// Grace bounds the wait for the other end's answer to a cancel or a goodbye; 0 is 2 s.
	Grace time.Duration

	// Ending is for how long an end that answers, and so lives, is waited for besides, while
	// it ends the programs of the run, or all; 0 is 12 s. A stop with a grace of its own has
	// as much more.
	Ending time.Duration

	// Leave is called by Serve when no run is left, before the other end is told of the end: it
	// ends what the host goes on with by itself. nil does nothing.
	Leave func()

	// Window is how many bytes of records a run may be ahead of its reader, for a
	// Session; 0 is 512 KiB. It is brought within wire.MinWindow and wire.MaxWindow.
	Window int
}

func (o Options) withDefaults(misses int) Options {
	if o.Interval <= 0 {
		o.Interval = defaultInterval
	}
	if o.Misses <= 0 {
		o.Misses = misses
	}
	o.Misses = max(o.Misses, 2) // the first tick only asks
	if o.Grace <= 0 {
		o.Grace = defaultGrace
	}
	if o.Ending <= 0 {
		o.Ending = defaultEnding
	}
	if o.Window <= 0 {
		o.Window = defaultWindow
	}
	o.Window = min(max(o.Window, wire.MinWindow), wire.MaxWindow)
	return o
}
