// Package remote makes a machine at the other end of a byte stream a [jobs.Host].
//
// Its one idea: a [Session] here and [Serve] there are the two halves of one Host. What
// is run on the Session is run by the Host that Serve was given, and nobody who writes
// records or takes them can tell that there is a wire between, except that it may break:
// then every waiter is released, with an error of kind KindBroken that names the machine.
//
// The package knows neither SSH nor the shell. Each half has three goroutines (reader,
// writer, keepalive), which it waits for; the format is package wire's.
package remote
