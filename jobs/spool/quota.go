package spool

import (
	"sync"

	"marsh/jobs"
)

// Quotas of what is on disk, in bytes.
const (
	DefaultJobQuota   = 1 << 30 // of one job
	DefaultShellQuota = 8 << 30 // of all jobs of one shell
)

// ledger knows how much of a shell's quota is used. What is to be written is reserved
// first, so that no number of writers goes past a quota.
type ledger struct {
	mu       sync.Mutex
	perJob   int64         // guarded by mu
	perShell int64         // guarded by mu
	used     int64         // guarded by mu
	freed    chan struct{} // closed and forgotten when there is more room; nil when nobody asked; guarded by mu
}

// account is the part of a ledger that one job uses.
type account struct {
	*ledger
	job  int   // its number
	mine int64 // how much of used is the job's; guarded by mu
}

// setQuotas changes the quotas; 0 is the default. What is stored already stays.
func (l *ledger) setQuotas(job, shell int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.perJob, l.perShell = DefaultJobQuota, DefaultShellQuota
	if job > 0 {
		l.perJob = job
	}
	if shell > 0 {
		l.perShell = shell
	}
	l.tell()
}

func (l *ledger) quotas() (job, shell int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.perJob, l.perShell
}

// tell wakes those who wait for room. mu is held.
func (l *ledger) tell() {
	if l.freed != nil {
		close(l.freed)
		l.freed = nil
	}
}

// change returns a channel that is closed when there is more room.
func (l *ledger) change() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.freed == nil {
		l.freed = make(chan struct{})
	}
	return l.freed
}

// room returns how many bytes the job may store now; at most 0 where a quota is full.
func (a *account) room() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return min(a.perJob-a.mine, a.perShell-a.used)
}

// reserve takes n bytes of the quotas, or nothing with an error of kind KindLimit that
// says which of them is full.
func (a *account) reserve(n int64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case n > a.perJob-a.mine:
		return jobs.Errorf(jobs.KindLimit, "what it wrote and nobody received fills its quota of %s on disk", jobs.Bytes(a.perJob))
	case n > a.perShell-a.used:
		return jobs.Errorf(jobs.KindLimit, "what jobs wrote and nobody received fills the shell's quota of %s on disk, of which this job has %s; receiving from any of them makes room",
			jobs.Bytes(a.perShell), jobs.Bytes(a.mine))
	}
	a.mine += n
	a.used += n
	return nil
}

// refund gives back what was reserved and not used. It wakes nobody: those whose disk is
// full would wake one another without end. Whom it kept from something tries again soon.
func (a *account) refund(n int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mine -= n
	a.used -= n
}

// release gives back what is not on disk any more, and wakes those who wait for room.
func (a *account) release(n int64) {
	if n == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mine -= n
	a.used -= n
	a.tell()
}
