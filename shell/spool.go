package shell

import (
	"context"

	"marsh/jobs"
)

// Spool keeps on disk what jobs wrote and nobody has received. Its quotas are in bytes, of
// each job and of all together; what sets them takes 0 for the default.
type Spool interface {
	jobs.Spool
	Quotas() (job, shell int64)
	SetQuotas(job, shell int64)
	// Close removes everything that is on disk.
	Close(ctx context.Context) error
}

// keep says where the jobs keep what nobody has received.
func (s *Shell) keep() jobs.Keep {
	if s.Spool == nil {
		return jobs.Keep{}
	}
	return jobs.Keep{Memory: jobs.NewMemory(0), Spool: s.Spool}
}

// Quotas returns how many bytes on disk the results of each job, and of all together, may
// take; 0 where nothing goes to disk.
func (s *Shell) Quotas() (job, shell int64) {
	if s.Spool == nil {
		return 0, 0
	}
	return s.Spool.Quotas()
}

// SetQuotas changes them, also for the jobs that run; 0 is the default.
func (s *Shell) SetQuotas(job, shell int64) {
	if s.Spool != nil {
		s.Spool.SetQuotas(job, shell)
	}
}
