package shell

import (
	"context"

	"marsh/jobs"
	"marsh/shell/proc"
)

// Isolation is what a job's own process begins with.
type Isolation struct {
	Dir   string      // its directory
	Env   []string    // its environment, NAME=value
	Group *proc.Group // what it and all that comes of it belong to
	Limit int64       // bytes of memory for it and what it starts; 0 is no limit of its own
}

// IsolatedTask returns a task that runs in a process of its own on this machine, in the
// environment of this moment, in directory dir as seen from this one ("" is this one).
// Limit bounds its memory, in bytes; 0 does not. What the job leaves running ends with its
// process. The error is of kind KindUnsupported where no processes can be started, or of
// kind KindUsage for a limit that is too small.
func (e *Engine) IsolatedTask(dir string, limit int64) (jobs.TaskSpec, error) {
	start := e.Shell.Isolate
	if start == nil {
		return jobs.TaskSpec{}, jobs.Errorf(jobs.KindUnsupported, "-Isolated is not possible here: there is no program to start")
	}
	if limit != 0 && limit < minMemoryLimit {
		return jobs.TaskSpec{}, jobs.Errorf(jobs.KindUsage, "-MemoryLimit: at least %s", jobs.Bytes(minMemoryLimit))
	}
	f := e.fork()
	if dir != "" {
		if err := f.SetDir(dir); err != nil {
			return jobs.TaskSpec{}, err
		}
	}
	i := Isolation{Dir: f.Dir(), Env: f.Environ(), Group: f.Shell.Watchdog.NewGroup(f.tag), Limit: limit}
	return jobs.TaskSpec{Location: e.Name(), Open: func(ctx context.Context) (jobs.Host, func(), error) {
		s, err := start(ctx, i)
		if err != nil {
			return nil, nil, err
		}
		return isolatedHost{s}, func() {
			if err := s.Close(); err != nil {
				f.Shell.leftRunning(err)
			}
		}, nil
	}}, nil
}

// isolatedHost is the session with a job's own process. It is this machine: nothing
// that comes from there bears a name of its own.
type isolatedHost struct{ Session }

// Run runs the script in the process.
func (h isolatedHost) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	err := h.Session.Run(ctx, s, unstamped{out, h.Name()})
	if e := jobs.AsError(err); e != nil && e.Host == h.Name() {
		c := *e
		c.Host = ""
		return &c
	}
	return err
}

// unstamped takes the name of a host off what comes from there.
type unstamped struct {
	jobs.Sink
	host string
}

// Write writes the record without the name.
func (u unstamped) Write(ctx context.Context, r jobs.Record) error {
	if r.Host == u.host {
		r.Host = ""
	}
	return u.Sink.Write(ctx, r)
}
