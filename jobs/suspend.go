package jobs

// ErrSuspended ends a script whose program was suspended (Ctrl-Z): what the script
// would have done next is dropped, and the program is a job. It is nothing to show:
// the operator was told.
var ErrSuspended = &Error{Kind: KindStopped, Msg: "suspended", Status: suspendedStatus}

// suspendedStatus is what shells give for a program that Ctrl-Z stopped: 128 and the
// number of SIGTSTP.
const suspendedStatus = 128 + 20

// Suspend notes that the task stands still until somebody does something about it,
// and what, and reports whether it has not been noted or ended before.
func (t *Task) Suspend(reason *Error) bool { return t.become(Blocked, reason) }

// GoOn notes that a task which was suspended goes on, and reports whether it was.
func (t *Task) GoOn() bool {
	return t.State() == Blocked && t.become(Running, nil)
}
