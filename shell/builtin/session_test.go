package builtin

import (
	"context"
	"sync"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/proc"
)

// far is a session to a machine that is a shell of its own in this process.
type far struct {
	*shell.Engine
	name  string
	shell *shell.Shell
	done  chan struct{}
	once  sync.Once
}

func (f *far) Name() string          { return f.name }
func (f *far) Done() <-chan struct{} { return f.done }
func (f *far) Err() error            { return nil }
func (f *far) Busy() bool            { return false }

func (f *far) State() string {
	select {
	case <-f.done:
		return "Closed"
	default:
		return "Opened"
	}
}

// Run runs the script there; what comes back has the machine's name.
func (f *far) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	return f.Engine.Run(ctx, s, jobs.SinkFunc(func(ctx context.Context, r jobs.Record) error {
		r.Host = f.name
		return out.Write(ctx, r)
	}))
}

func (f *far) Close() (err error) {
	f.once.Do(func() {
		err = f.shell.Close(context.Background())
		close(f.done)
	})
	return err
}

// Makes a world from which every machine but "down" can be reached.
func newNet(t *testing.T) *world {
	w := newWorld(t)
	w.shell.Connect = func(_ context.Context, target jobs.Target) (shell.Session, error) {
		if target.Name == "down" {
			return nil, jobs.Errorf(jobs.KindUnreachable, "no route to %s", target.Name)
		}
		s := shell.New(shell.Options{Commands: shell.NewCommandSet(Commands()), Dir: w.dir})
		return &far{Engine: s.Engine(), name: target.Name, shell: s, done: make(chan struct{})}, nil
	}
	return w
}

func TestSessions(t *testing.T) {
	w := newNet(t)
	w.check("$s = new-session a; $t = new-session b -name second; get-session | foreach-object { it.Id .. it.Name .. it.ComputerName .. it.State }",
		"\"1Session1aOpened\"\n\"2secondbOpened\"\n")
	w.check("invoke-command -session $s { x = 5 }; invoke-command -session $s { return x }", "{\"PSComputerName\":\"a\",\"Value\":5}\n")
	w.check("invoke-command -session $s, second { return 1 } | measure-object | foreach-object Count", "2\n")
	w.check("get-session -computername b | foreach-object Name", "\"second\"\n")
	w.check("get-session 9", "error: get-session: there is no session 9 here; get-session lists those there are\n")
	w.fails("invoke-command -session 9 { 1 }", jobs.KindNotFound)
	w.fails("invoke-command -session $s a { 1 }", jobs.KindUsage)
	w.fails("enter-session a", jobs.KindState)
	w.fails("remove-session", jobs.KindUsage)
	w.fails("new-session down", jobs.KindUnreachable)
	w.check("new-session c, down -erroraction silentlycontinue | foreach-object ComputerName; =#get_session()", "\"c\"\n3\n")
	w.check("remove-session 99, $t; remove-session -computername c; get-session | foreach-object Name", "error: remove-session: there is no session 99 here; get-session lists those there are\n\"Session1\"\n")
	w.check("=$t.State", "\"Closed\"\n")
	w.fails("invoke-command -session $t { 1 }", jobs.KindNotFound)
}

func TestInvoke(t *testing.T) {
	w := newNet(t)
	w.check("invoke-command a { return 6 * 7 }", "{\"PSComputerName\":\"a\",\"Value\":42}\n")
	w.check("invoke-command localhost { 6 * 7 }", "42\n")
	w.check("x = 1; invoke-command { x = x + 1; return x }; =x", "2\n1\n")
	w.check("invoke-command a, b { return ... } -args 7 | measure-object -sum | foreach-object Sum", "14\n")
	w.check("invoke-command a, down { return 1 } -throttlelimit 1", "{\"PSComputerName\":\"a\",\"Value\":1}\nerror: invoke-command: no route to down\n")
	w.fails("invoke-command down { 1 }", jobs.KindUnreachable)
	w.fails("invoke-command a { error('bad', 0) }", jobs.KindScript)
	w.check("invoke-command a { exit 3 }; =1", "1\n")
	w.fails("invoke-command a", jobs.KindUsage)
	w.check("invoke-command a { start-job { start-sleep 600 } | out-null }",
		"warning: 1 job still running on a was stopped: the connection was made for this command only; use new-session and invoke-command -session to let it run on\n")
}

// The same as a job of this shell.
func TestInvokeAsJob(t *testing.T) {
	w := newNet(t)
	w.check("$j = invoke-command a, down, localhost { return 1 } -asjob -jobname fan -throttlelimit 1 | wait-job; =$j.Name, $j.State, $j.Location, $j.Type",
		"\"fan\"\n\"Failed\"\n\"a,down,localhost\"\n\"RemoteJob\"\n")
	w.check("for _, c in ipairs($j.ChildJobs) do emit(c.State, c.Reason and c.Reason.Kind) end", "\"Completed\"\n\"Failed\"\n\"Unreachable\"\n\"Completed\"\n")
	w.check("receive-job $j -computername a", "{\"PSComputerName\":\"a\",\"Value\":1}\n")
	w.check("receive-job $j -location localhost", "1\n")
	w.check("receive-job $j", "error: no route to down\n")
	w.fails("invoke-command { 1 } -asjob", jobs.KindUsage)
	w.check("$s = new-session a; invoke-command -session $s { x = 1 }; $k = invoke-command -session $s { x = x + 1; return x } -asjob; receive-job $k -wait; invoke-command -session $s { return x }", "{\"PSComputerName\":\"a\",\"Value\":2}\n{\"PSComputerName\":\"a\",\"Value\":1}\n")
	w.check("$k = invoke-command -session $s { start-sleep 600 } -asjob; stop-job $k; =$k.State", "\"Stopped\"\n")
	w.check("$k = invoke-command localhost { !setsid sleep 600 & echo begun; sleep 600 } -asjob; repeat local got = receive_job($k) until got; stop-job $k; =$k.State", "\"Stopped\"\n")
}

func TestExit(t *testing.T) {
	w := newWorld(t)
	for script, want := range map[string]jobs.Error{
		"exit": {}, "exit 3": {Status: 3}, "quit 255 -force": {Status: 255, Detail: "force"},
	} {
		err := w.shell.Engine().Run(t.Context(), jobs.Script{Text: script}, &recorder{})
		e := jobs.AsError(err)
		if e == nil || e.Kind != jobs.KindExit || e.Status != want.Status || e.Detail != want.Detail {
			t.Errorf("%s: %+v", script, e)
		}
	}
	w.fails("exit 256", jobs.KindUsage)
	w.fails("exit -status -1", jobs.KindUsage)
	w.fails("exit-session", jobs.KindExitSession)
}

// The machines are connected to at the same time; the sessions come in the order of
// their names, also when the first one is the last to open.
func TestNewSessionsKeepTheOrder(t *testing.T) {
	w := newNet(t)
	connect, second := w.shell.Connect, make(chan struct{})
	w.shell.Connect = func(ctx context.Context, target jobs.Target) (shell.Session, error) {
		if target.Name == "a" {
			<-second
		}
		s, err := connect(ctx, target)
		if target.Name == "b" {
			close(second)
		}
		return s, err
	}
	w.check("new-session a,down,b -erroraction silentlycontinue | foreach-object { it.Id .. it.ComputerName }", "\"1a\"\n\"2b\"\n")
}

// patient is a machine on which a script of that text says that it runs, and does until it
// is stopped; it tells what grace the programs have then.
type patient struct {
	*far
	graces chan time.Duration
}

func (p *patient) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	if s.Text != "run on" {
		return p.far.Run(ctx, s, out)
	}
	if err := out.Write(ctx, jobs.Out("on")); err != nil {
		return err
	}
	<-ctx.Done()
	p.graces <- jobs.Grace(ctx, proc.DefaultGrace)
	return jobs.AsError(context.Cause(ctx))
}

// What programs have between TERM and KILL is what stop-job is told.
func TestStopTimeoutIsTheGrace(t *testing.T) {
	w := newNet(t)
	connect, graces := w.shell.Connect, make(chan time.Duration, 1)
	w.shell.Connect = func(ctx context.Context, target jobs.Target) (shell.Session, error) {
		s, err := connect(ctx, target)
		return &patient{s.(*far), graces}, err
	}
	w.check("$s = new-session a", "")
	for args, want := range map[string]time.Duration{"": proc.DefaultGrace, "-timeout 0": 0, "-timeout 1.5": 1500 * time.Millisecond, "-timeout 3600": time.Hour} {
		w.check("$j = invoke-command -session $s -asjob {run on}; receive-job $j -wait | select-object -first 1 | out-null; stop-job $j "+args+"; =$j.State", "\"Stopped\"\n")
		if got := <-graces; got != want {
			t.Errorf("stop-job %s gives %v, want %v", args, got, want)
		}
	}
}
