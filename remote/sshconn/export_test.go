package sshconn

// ErrSlow is the cause with which a test ends a context as if the time for connecting had
// run out, so that no test depends on how long anything takes.
var ErrSlow = errSlow
