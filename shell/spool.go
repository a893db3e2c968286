package shell

import (
	"context"

	"marsh/jobs"
)

// Spool keeps on disk what jobs wrote and nobody has received.
type Spool interface {
	jobs.Spool
	// SetQuotas sets how many bytes it may keep, of each job and of all together.
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

// applyQuotas gives the spool the quotas of the settings, also for the jobs that run.
func (s *Shell) applyQuotas() {
	if s.Spool != nil {
		s.Spool.SetQuotas(int64(s.Settings.Int(JobQuota)), int64(s.Settings.Int(ShellQuota)))
	}
}
