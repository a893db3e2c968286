package builtin

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

var invokeCommands = []*shell.Command{
	shell.Define[invokeCommand](shell.Doc{
		Name: "invoke-command", Aliases: []string{"icm"}, Synopsis: "run a script block on other machines, or in sessions", Input: "what $input is in the block", Output: "what the block writes there; with -AsJob the job", Related: []string{"new-session", "enter-session", "about_remote_jobs", "about_sessions"},
		Help: "With -ComputerName a connection is made for the command alone, and everything it started there ends with it. With -Session the session's variables and jobs live on. " +
			"With -AsJob the command runs as a job of this shell, and its results come home by themselves; on a session it then runs beside what is typed there, in a copy of its variables. " +
			"The results of several machines come as they arrive, each with the machine's name (PSComputerName). A machine that fails delays and stops no other.",
		Examples: []shell.Example{
			{Line: "invoke-command -computername Server01,Server02 { hostname }", Says: "run a program on two machines", Skip: "needs hosts"},
			{Line: "invoke-command -computername Server01 { get-eventlog system } -asjob", Says: "the same as a job", Skip: "needs hosts"},
			{Line: "write-output 1 2 3 | invoke-command -computername localhost { $input | measure-object -sum | foreach-object Sum }", Says: "send values with the block", Want: "6"},
			{Line: "invoke-command -computername localhost,localhost { 6 * 7 } -jobname twice | receive-job -wait", Says: "a job with a child for each machine", Want: "42\n42"},
			{Line: "invoke-command -computername localhost { 6 * 7 }", Says: "localhost is this machine, without SSH", Want: "42"},
		},
	}),
}

type invokeCommand struct {
	ComputerName     []string      `param:"pos=0,alias=Cn,alias=HostName,kind=host" help:"the machines: ssh_config aliases, host, user@host, user@host:port, patterns (web[01-20]) and groups (@web)"`
	ScriptBlock      *shell.Block  `param:"pos=1,alias=Command" help:"what to run there"`
	FilePath         string        `param:"kind=file" help:"a script file of this machine to run there instead"`
	Session          jobs.List     `param:"kind=session" help:"the sessions to run it in: objects, numbers or names"`
	AsJob            bool          `help:"run it as a job of this shell"`
	JobName          string        `help:"the job's name; implies -AsJob"`
	ThrottleLimit    int           `param:"min=1,max=10000" help:"how many machines at a time; the option ThrottleLimit, 64, if not given"`
	ArgumentList     jobs.List     `param:"alias=Args" help:"arrive in the block as ... and args"`
	InputObject      jobs.List     `help:"what $input is in the block, on each machine; also from the pipe"`
	HideComputerName bool          `param:"alias=HCN" help:"do not show the machines' names with the results"`
	Timeout          time.Duration `param:"alias=TimeoutSec,min=0" help:"end it on a machine where it has run for this many seconds; with connecting"`
	connection
}

// Run runs the block on the targets, or starts a job that does.
func (p *invokeCommand) Run(c *shell.Call) error {
	targets, err := p.targets(c)
	if err != nil {
		return err
	}
	script, err := blockScript(c, p.ScriptBlock, p.FilePath, p.ArgumentList)
	if err != nil {
		return err
	}
	if script, err = withInput(c, script, p.InputObject); err != nil {
		return err
	}
	p.ThrottleLimit = throttle(c, p.ThrottleLimit)
	if p.AsJob || p.JobName != "" {
		return p.start(c, targets, script)
	}
	if len(targets) == 0 {
		script.Terminal = c.Watched()
		return p.within(c.Ctx, func(ctx context.Context) error { return c.Engine.RunBlock(ctx, script, true, callSink{c, true}) })
	}
	return p.fanOut(c, targets, script)
}

func (p *invokeCommand) targets(c *shell.Call) ([]target, error) {
	if len(p.ComputerName) > 0 && len(p.Session) > 0 {
		return nil, jobs.Errorf(jobs.KindUsage, "give -ComputerName or -Session, not both")
	}
	if len(p.Session) > 0 {
		return sessionTargets(c, p.Session)
	}
	return computerTargets(c, p.ComputerName, p.target(c, ""))
}

// start starts a job with a task for each target.
func (p *invokeCommand) start(c *shell.Call, targets []target, script jobs.Script) error {
	if len(targets) == 0 {
		return jobs.Errorf(jobs.KindUsage, "-AsJob needs -ComputerName or -Session; start-job runs a job on this machine")
	}
	script.Beside = true
	spec := jobs.Spec{Name: p.JobName, Type: jobs.RemoteJob, Command: strings.TrimSpace(script.Text), Script: script, Throttle: p.ThrottleLimit, Timeout: p.Timeout, HideHost: p.HideComputerName}
	for _, t := range targets {
		ts, err := t.task(c)
		if err != nil {
			return err
		}
		spec.Tasks = append(spec.Tasks, ts)
	}
	j, err := c.Engine.StartJob(spec)
	if err != nil {
		return err
	}
	return c.Write(jobs.Out(j.Started()))
}

// fanOut runs the script on the targets, at most so many at a time in their order.
// An error of a single target ends the command; of several it is reported, and the
// others go on.
func (p *invokeCommand) fanOut(c *shell.Call, targets []target, script jobs.Script) error {
	sink := callSink{c, p.HideComputerName || len(targets) == 1}
	script.Terminal = c.Watched()
	if len(targets) == 1 {
		return p.runOn(c.Ctx, c.Engine, targets[0], script, sink)
	}
	account := newFanOut(c, len(targets))
	defer account.tell(true)
	ctx, cancel := context.WithCancel(c.Ctx)
	defer cancel()
	var next atomic.Int64
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for range min(p.ThrottleLimit, len(targets)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(targets) && ctx.Err() == nil; i = next.Add(1) - 1 {
				err := jobs.Guard(func() error { return p.runOn(ctx, c.Engine, targets[i], script, sink) })
				account.ended(err)
				if err := p.report(c, targets[i], err); err != nil {
					once.Do(func() { first = err })
					cancel()
				}
			}
		})
	}
	wg.Wait()
	return first
}

// report writes a target's error; what it returns ends the whole command.
func (p *invokeCommand) report(c *shell.Call, t target, err error) error {
	if err == nil || isExit(err) {
		return nil
	}
	if errors.Is(err, jobs.KindClosed) || c.Ctx.Err() != nil {
		return err
	}
	return c.Error(atHost(err, t.name))
}

// runOn runs a script on one target, for as long as it may.
func (p *invokeCommand) runOn(ctx context.Context, e *shell.Engine, t target, script jobs.Script, out jobs.Sink) error {
	err := p.within(ctx, func(ctx context.Context) error { return runOn(ctx, e, t, script, out) })
	if err != nil && !t.local {
		return atHost(err, t.name)
	}
	return err
}

// within calls f with a context that ends with -Timeout, which is the error then.
func (p *invokeCommand) within(ctx context.Context, f func(context.Context) error) error {
	if p.Timeout == 0 {
		return f(ctx)
	}
	over := jobs.Errorf(jobs.KindTimeout, "it did not end within %v, and was stopped", p.Timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, p.Timeout, over)
	defer cancel()
	err := f(ctx)
	if err != nil && context.Cause(ctx) == error(over) {
		return over
	}
	return err
}

// runOn runs a script on one target.
func runOn(ctx context.Context, e *shell.Engine, t target, script jobs.Script, out jobs.Sink) error {
	host, done, err := t.open(ctx, e)
	if err != nil {
		return err
	}
	if done != nil {
		defer done()
	}
	err = host.Run(ctx, script, out)
	if isExit(err) {
		return nil // it left the block, not this shell
	}
	return err
}

// callSink writes records as a command's own.
type callSink struct {
	c        *shell.Call
	hideHost bool
}

// Write writes the record.
func (s callSink) Write(_ context.Context, r jobs.Record) error {
	r.HideHost = r.HideHost || s.hideHost
	return s.c.Write(r)
}
