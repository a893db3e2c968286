package builtin

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/format"
)

const (
	maxNamed   = 5  // jobs that a line names; of more the number is said
	namedWidth = 40 // columns of a command in such a line
)

// leaveInfo is for whoever ends the shell.
type leaveInfo struct{}

// Run writes the jobs that the end of the shell would stop, those in its sessions behind its
// own, and then a map: {Running} is how many they are, {Names} names them in a line; {Unread}
// and {UnreadNames} are the same of the jobs that have ended and whose results nobody has
// received.
func (p *leaveInfo) Run(c *shell.Call) error {
	var running, unread []string
	for _, j := range c.Engine.Shell.Jobs.All() {
		switch {
		case !j.State().Ended():
			running = append(running, named(j.Value(), ""))
			if err := c.Out(j.Value()); err != nil {
				return err
			}
		case j.HasMoreData():
			unread = append(unread, fmt.Sprintf("%d %s", j.ID, j.Name))
		}
	}
	for _, r := range sessionJobs(c) {
		running = append(running, named(r.Value.(*jobs.Map), " in the session to "+r.Host))
		if err := c.Write(r); err != nil {
			return err
		}
	}
	return c.Out(jobs.NewMap("", "Running", int64(len(running)), "Names", inLine(running), "Unread", int64(len(unread)), "UnreadNames", inLine(unread)))
}

// named names a job in a line.
func named(m *jobs.Map, where string) string {
	id, _ := m.Get("Id")
	if where == "" {
		where = " on " + m.String("Location")
	}
	command, _, _ := strings.Cut(m.String("Command"), "\n")
	return fmt.Sprintf("%s %s (%s)%s", jobs.Text(id), m.String("Name"), format.Cut(command, namedWidth), where)
}

// inLine joins names, of which it shows the first ones.
func inLine(names []string) string {
	if len(names) > maxNamed {
		names = append(names[:maxNamed:maxNamed], fmt.Sprintf("%d more", len(names)-maxNamed))
	}
	return strings.Join(names, ", ")
}

// sessionJobs asks all open sessions, at the same time, which of their jobs run; one that does
// not answer in time is left out.
func sessionJobs(c *shell.Call) (all []jobs.Record) {
	sessions := c.Engine.Shell.Sessions.All()
	found := make([][]jobs.Record, len(sessions))
	var wg sync.WaitGroup
	for i, h := range sessions {
		if h.State() == "Opened" {
			wg.Go(func() { found[i] = activeJobs(c.Ctx, h) })
		}
	}
	wg.Wait()
	for _, f := range found {
		all = append(all, f...)
	}
	return all
}

// activeJobs asks a host which of its jobs have not ended.
func activeJobs(ctx context.Context, h jobs.Host) (found []jobs.Record) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	script := jobs.Script{Text: "get-job -state NotStarted,Running,Blocked,Stopping,Disconnected", Name: "prompt", Beside: true}
	h.Run(ctx, script, jobs.SinkFunc(func(_ context.Context, r jobs.Record) error {
		if m, ok := r.Value.(*jobs.Map); ok && r.Stream == jobs.Output && m.Type == jobs.TypeJob {
			found = append(found, r)
		}
		return nil
	}))
	return found
}
