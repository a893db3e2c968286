package builtin

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

// DefaultThrottle is how many targets a command works on at a time where neither it nor
// the option ThrottleLimit says so.
const DefaultThrottle = 64

// Returns how many targets to work on at a time: as given, where that is not 0.
func throttle(c *shell.Call, given int) int {
	if given > 0 {
		return given
	}
	return c.Engine.Shell.Settings.Int(shell.ThrottleLimit)
}

// connection is the parameters that say how to connect.
type connection struct {
	UserName       string        `help:"the user to log in as"`
	Port           int           `param:"min=1,max=65535" help:"the port to connect to"`
	KeyFilePath    string        `param:"alias=IdentityFilePath,kind=file" help:"the private key to use first"`
	ConnectTimeout time.Duration `param:"alias=ConnectingTimeout" help:"give up connecting after this many seconds; 10 if not given"`
}

// target returns where to connect to: the machine of that name.
func (p connection) target(c *shell.Call, name string) jobs.Target {
	t := jobs.Target{Name: name, User: p.UserName, Port: p.Port, Timeout: p.ConnectTimeout}
	if p.KeyFilePath != "" {
		t.KeyFile = c.Path(p.KeyFilePath)
	}
	return t
}

// target is one machine that a command runs on: over a connection made for the
// command alone, in a session, or this one.
type target struct {
	name    string
	connect jobs.Target          // where a connection is made
	session *shell.SessionHandle // where there is one already
	local   bool                 // this machine, without SSH
}

// computerTargets returns a target for each machine that the names stand for,
// duplicates too.
func computerTargets(c *shell.Call, names []string, proto jobs.Target) ([]target, error) {
	names, err := machines(c, names)
	if err != nil {
		return nil, err
	}
	out := make([]target, len(names))
	for i, n := range names {
		t := proto
		t.Name = n
		out[i] = target{name: n, connect: t, local: strings.EqualFold(n, "localhost") || n == "."}
	}
	return out, nil
}

// sessionTargets finds the sessions that values mean: objects, numbers or names.
func sessionTargets(c *shell.Call, vals jobs.List) ([]target, error) {
	var out []target
	for _, v := range vals {
		found := findSessions(c.Engine.Shell.Sessions, v)
		if len(found) == 0 {
			return nil, jobs.Errorf(jobs.KindNotFound, "there is no session %s here; get-session lists those there are", sessionText(v))
		}
		for _, h := range found {
			out = append(out, target{name: h.Name(), session: h})
		}
	}
	return out, nil
}

func sessionText(v jobs.Value) string {
	if m, ok := v.(*jobs.Map); ok {
		return fmt.Sprintf("%s (to %s)", m.String("Name"), m.String("ComputerName"))
	}
	return jobs.Text(v)
}

// findSessions finds sessions by object, number or name (with wildcards).
func findSessions(s *shell.Sessions, v jobs.Value) []*shell.SessionHandle {
	if l, ok := v.(jobs.List); ok {
		var out []*shell.SessionHandle
		for _, e := range l {
			out = append(out, findSessions(s, e)...)
		}
		return out
	}
	var out []*shell.SessionHandle
	for _, h := range s.All() {
		if sessionIs(h, v) {
			out = append(out, h)
		}
	}
	return out
}

func sessionIs(h *shell.SessionHandle, v jobs.Value) bool {
	if m, ok := v.(*jobs.Map); ok {
		return m.Type == jobs.TypeSession && m.String("InstanceId") == h.InstanceID
	}
	text := jobs.Text(v)
	if n, err := strconv.Atoi(text); err == nil {
		return h.ID == n
	}
	return like(text, h.Label)
}

// open gives the target's host, and what ends what opening began.
func (t target) open(ctx context.Context, e *shell.Engine) (jobs.Host, func(), error) {
	switch {
	case t.session != nil:
		if t.session.State() != "Opened" {
			return nil, nil, jobs.Errorf(jobs.KindState, "the session %s to %s is %s; open another one with new-session", t.session.Label, t.name, strings.ToLower(t.session.State()))
		}
		return t.session, nil, nil
	case t.local:
		f, err := e.Fork(ctx, false)
		if err != nil {
			return nil, nil, err
		}
		return f, f.Close, nil
	case e.Shell.Connect == nil:
		return nil, nil, jobs.Errorf(jobs.KindUnsupported, "this shell makes no connections to other machines; type exit-session first, and reach %s from there", t.name)
	}
	t.connect.Batch = t.connect.Batch || jobs.InBackground(ctx)
	s, err := e.Shell.Connect(ctx, t.connect)
	if err != nil {
		return nil, nil, atHost(err, t.name)
	}
	e.Shell.SessionOpened(shell.ConnectionOpened, s)
	return temporary{s}, func() {
		s.Close()
		e.Shell.SessionEvent(shell.ConnectionClosed, s)
	}, nil
}

// task returns the target as a task of a job. On this machine it begins as things are
// now, and ends with all that it started, as any job here.
func (t target) task(c *shell.Call) (jobs.TaskSpec, error) {
	if t.local {
		ts, err := c.Engine.LocalTask(c.Ctx, false, "")
		ts.Location = t.name
		return ts, err
	}
	t.connect.Batch = true
	ts := jobs.TaskSpec{Location: t.name, Open: func(ctx context.Context) (jobs.Host, func(), error) { return t.open(ctx, c.Engine) }}
	if t.session != nil {
		ts.Session = t.session.InstanceID
	}
	return ts, nil
}

// atHost says on which machine an error happened, unless it says so itself.
func atHost(err error, name string) error {
	e := *jobs.AsError(err)
	if e.Host == "" {
		e.Host = name
	}
	return &e
}

// temporary is a connection that lasts for one command. Jobs that the command
// started there end with it: it says so.
type temporary struct{ shell.Session }

// Run runs the script, then warns of jobs that it leaves to be stopped.
func (t temporary) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	err := t.Session.Run(ctx, s, out)
	if n := runningJobs(ctx, t.Session); n > 0 {
		out.Write(ctx, jobs.Record{Time: time.Now(), Stream: jobs.Warning, Host: t.Name(), Value: fmt.Sprintf(
			"%s still running on %s was stopped: the connection was made for this command only; use new-session and invoke-command -session to let it run on", countJobs(n), t.Name())})
	}
	return err
}

// askTimeout bounds the small questions that are asked of a host by the way.
const askTimeout = 2 * time.Second

// runningJobs asks a host how many of its jobs have not ended; 0 when it does not
// answer in time.
func runningJobs(ctx context.Context, h jobs.Host) int {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	n := 0
	h.Run(ctx, jobs.Script{Text: "prompt-info", Name: "prompt", Beside: true}, jobs.SinkFunc(func(_ context.Context, r jobs.Record) error {
		if m, ok := r.Value.(*jobs.Map); ok && r.Stream == jobs.Output {
			n = int(m.Int("Running"))
		}
		return nil
	}))
	return n
}

func countJobs(n int) string {
	if n == 1 {
		return "1 job"
	}
	return fmt.Sprintf("%d jobs", n)
}

// isExit reports whether err asks to leave the shell or the session.
func isExit(err error) bool {
	return errors.Is(err, jobs.KindExit) || errors.Is(err, jobs.KindExitSession)
}
