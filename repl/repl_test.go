package repl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"marsh/jobs"
	"marsh/shell/format"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A host that does what its table says, by a script's text; other scripts are
// written back as "name ran text".
type fake struct {
	name    string
	dir     string
	running int64 // jobs
	unread  int64 // jobs that have ended
	do      map[string]func(ctx context.Context, s jobs.Script, out jobs.Sink) error

	mu   sync.Mutex
	asks []jobs.Script // what ran, but for prompt-info; guarded by mu
}

func (f *fake) Name() string { return f.name }

func (f *fake) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	if s.Text == "prompt-info" {
		return out.Write(ctx, jobs.Out(jobs.NewMap("", "Dir", f.dir, "Running", f.running)))
	}
	if s.Text == "leave-info" {
		return f.leaveInfo(ctx, out)
	}
	if do := f.do["prompt-text"]; strings.HasPrefix(s.Text, "prompt-text ") {
		if do == nil {
			return nil
		}
		return do(ctx, s, out)
	}
	f.mu.Lock()
	f.asks = append(f.asks, s)
	f.mu.Unlock()
	if do := f.do[s.Text]; do != nil {
		return do(ctx, s, out)
	}
	if strings.HasSuffix(s.Text, "{") {
		return jobs.Errorf(jobs.KindIncomplete, "the { in line %d is not closed", s.Line)
	}
	return out.Write(ctx, jobs.Out(f.name+" ran "+s.Text))
}

func (f *fake) leaveInfo(ctx context.Context, out jobs.Sink) error {
	for i := range f.running {
		job := jobs.NewMap(jobs.TypeJob, "Id", i+1, "Name", fmt.Sprintf("Job%d", i+1), "Type", "", "State", "Running", "HasMoreData", true, "Location", f.name, "Command", "sleep")
		if err := out.Write(ctx, jobs.Out(job)); err != nil {
			return err
		}
	}
	return out.Write(ctx, jobs.Out(jobs.NewMap("", "Running", f.running, "Names", "the jobs", "Unread", f.unread, "UnreadNames", "others")))
}

func (f *fake) ran() []jobs.Script {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asks
}

func fails(err error) func(context.Context, jobs.Script, jobs.Sink) error {
	return func(context.Context, jobs.Script, jobs.Sink) error { return err }
}

// A typist is an Editor of a person who types these lines; an error stands for the
// key that gives it.
type typist struct {
	Echo
	keys []any
}

func (t *typist) Interactive() bool { return true }

func (t *typist) ReadLine(ctx context.Context, q Request) (string, error) {
	if len(t.keys) == 0 {
		t.keys = []any{io.EOF}
	}
	key := t.keys[0]
	t.keys = t.keys[1:]
	if q.Again {
		q.Prompt = q.More
	}
	switch key := key.(type) {
	case error:
		t.flush()
		fmt.Fprintln(t.out, q.Prompt+key.Error())
		return "", key
	case func(context.Context) error:
		return "", key(ctx)
	}
	t.lines = []string{key.(string)}
	line, err := t.Echo.ReadLine(ctx, q)
	return q.Text + line, err
}

// Runs a REPL over what is typed; returns what was seen, and the exit status.
func session(t *testing.T, o Options, keys ...any) (*REPL, string, int) {
	t.Helper()
	r, out := prepare(o, keys...)
	status := r.Run(t.Context())
	return r, out.String(), status
}

func prepare(o Options, keys ...any) (*REPL, *bytes.Buffer) {
	var buf bytes.Buffer
	o.Editor = &typist{Echo: Echo{out: &buf}, keys: keys}
	o.Out = func() Output { return format.NewPrinter(&buf, &buf, format.Options{}) }
	return New(o), &buf
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got = strings.TrimSpace(got); got != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPromptAndOutput(t *testing.T) {
	h := &fake{name: "localhost", dir: "~/src"}
	_, out, status := session(t, Options{Local: h}, "one", "", "two")
	want(t, out, `
local:~/src> one
localhost ran one
local:~/src> 
local:~/src> two
localhost ran two
local:~/src> EOF`)
	if status != 0 || len(h.ran()) != 2 {
		t.Errorf("status %d after %d scripts", status, len(h.ran()))
	}
	if s := h.ran()[0]; s.Name != "line" || s.Line != 1 || !s.Terminal {
		t.Errorf("ran %+v", s)
	}
}

func TestPromptWithoutInfo(t *testing.T) {
	h := &fake{name: "localhost"}
	_, out, _ := session(t, Options{Local: h})
	want(t, out, "local:?> EOF")
}

func TestContinuation(t *testing.T) {
	h := &fake{name: "localhost", dir: "~"}
	_, out, _ := session(t, Options{Local: h}, "start-job {", "  if x {", "}", "x {", ErrInterrupted, "y {", io.EOF, "z")
	want(t, out, `
local:~> start-job {
      >>   if x {
      >> }
localhost ran start-job {
  if x {
}
local:~> x {
      >> interrupted
local:~> y {
      >> EOF
the { in line 1 is not closed
local:~> z
localhost ran z
local:~> EOF`)
}

func TestSessions(t *testing.T) {
	var r *REPL
	local := &fake{name: "localhost", dir: "~"}
	one, two := &fake{name: "Server01", dir: "/srv"}, &fake{name: "Server02", dir: "~"}
	enter := func(h jobs.Host, says string) func(context.Context, jobs.Script, jobs.Sink) error {
		return func(context.Context, jobs.Script, jobs.Sink) error {
			return r.Enter(h, func(context.Context) string { return says })
		}
	}
	local.do = map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"enter": enter(one, "1 job was stopped"), "exit-session": fails(&jobs.Error{Kind: jobs.KindExitSession})}
	one.do = map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"enter": enter(two, ""), "exit": fails(&jobs.Error{Kind: jobs.KindExit, Status: 7})}
	two.do = map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"exit-session": fails(&jobs.Error{Kind: jobs.KindExitSession})}
	r, out := prepare(Options{Local: local}, "enter", "x", "enter", "y", "exit-session", "exit", "exit-session", "enter", io.EOF)
	if status := r.Run(t.Context()); status != 0 {
		t.Errorf("status %d", status)
	}
	want(t, out.String(), `
local:~> enter
Server01:/srv> x
Server01 ran x
Server01:/srv> enter
Server01/Server02:~> y
Server02 ran y
Server01/Server02:~> exit-session
Server01:/srv> exit
1 job was stopped
local:~> exit-session
local:~> enter
Server01:/srv> EOF
1 job was stopped
local:~> EOF`)
}

// A host that can lose its connection.
type link struct {
	*fake
	done chan struct{}
	err  error
}

func (l *link) Done() <-chan struct{} { return l.done }
func (l *link) Err() error            { return l.err }

func TestSessionBreaksWhileTyping(t *testing.T) {
	l := &link{&fake{name: "Server01", dir: "~"}, make(chan struct{}), nil}
	r, out := prepare(Options{Local: &fake{name: "localhost", dir: "~"}}, func(ctx context.Context) error {
		l.err = jobs.Errorf(jobs.KindBroken, "no answer for 15 s")
		close(l.done)
		<-ctx.Done()
		return context.Cause(ctx)
	}, "x")
	if err := r.Enter(l, nil); err != nil {
		t.Fatal(err)
	}
	r.Run(t.Context())
	want(t, out.String(), `
the session to Server01 broke: no answer for 15 s
local:~> x
localhost ran x
local:~> EOF`)
}

func TestSessionBreaksWhileRunning(t *testing.T) {
	h := &fake{name: "Server01", dir: "~", do: map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"cut":   fails(&jobs.Error{Kind: jobs.KindBroken, Msg: "connection reset by peer"}),
		"other": fails(&jobs.Error{Kind: jobs.KindBroken, Host: "Server09", Msg: "another one"})}}
	r, out := prepare(Options{Local: &fake{name: "localhost", dir: "~"}}, "other", "cut")
	if err := r.Enter(h, nil); err != nil {
		t.Fatal(err)
	}
	r.Run(t.Context())
	want(t, out.String(), `
Server01:~> other
another one
Server01:~> cut
the session to Server01 broke: connection reset by peer
local:~> EOF`)
}

func TestProgramEndedByCtrlC(t *testing.T) {
	h := &fake{name: "localhost", dir: "~", do: map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"sleep": fails(&jobs.Error{Kind: jobs.KindExitStatus, Status: 130, Msg: "interrupted"}),
		"false": fails(&jobs.Error{Kind: jobs.KindExitStatus, Status: 1, Msg: "false: exit status 1"})}}
	_, out, _ := session(t, Options{Local: h}, "sleep", "false")
	want(t, out, "local:~> sleep\nlocal:~> false\nfalse: exit status 1\nlocal:~> EOF")
}

// A statement that goes on as a job is no failure: what is told of it is shown before the
// next prompt.
func TestStatementBecomesJob(t *testing.T) {
	h := &fake{name: "localhost", dir: "~", do: map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"sleep": func(ctx context.Context, _ jobs.Script, out jobs.Sink) error {
			if jobs.DetacherOf(ctx) == nil {
				return errors.New("nobody can ask")
			}
			return errors.Join(out.Write(ctx, jobs.Out("so far")), jobs.Detached("[1] Job1 Running: sleep"))
		}}}
	_, out, _ := session(t, Options{Local: h}, "sleep", "next")
	want(t, out, "local:~> sleep\nso far\n[1] Job1 Running: sleep\nlocal:~> next\nlocalhost ran next\nlocal:~> EOF")
	if got := statusOf(jobs.Detached("")); got != "Running" {
		t.Errorf("the history says %s", got)
	}
}

func TestTooDeep(t *testing.T) {
	r, _ := prepare(Options{Local: &fake{name: "localhost"}})
	for range maxDepth {
		if err := r.Enter(&fake{name: "x"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Enter(&fake{name: "x"}, nil); !errors.Is(err, jobs.KindLimit) {
		t.Errorf("Enter = %v, want KindLimit", err)
	}
}

func TestLeavingWithJobs(t *testing.T) {
	h := &fake{name: "localhost", dir: "~", running: 2, do: map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"exit":   fails(&jobs.Error{Kind: jobs.KindExit, Status: 3}),
		"forced": fails(&jobs.Error{Kind: jobs.KindExit, Status: 4, Detail: "force"})}}
	_, out, status := session(t, Options{Local: h}, io.EOF, "n", "exit", "", "exit", ErrInterrupted, "exit", "y")
	const question = "2 jobs are running and will be stopped; leave? [y/N] "
	before, _, _ := strings.Cut(out, question)
	_, listed, _ := strings.Cut(before, "\n")
	if !strings.Contains(listed, "Job1") || !strings.Contains(listed, "Job2") {
		t.Errorf("the jobs are not listed: %q", listed)
	}
	asked := listed + question
	want(t, out, "local:~> EOF\n"+asked+"n\nlocal:~> exit\n"+asked+"\nlocal:~> exit\n"+asked+"interrupted\nlocal:~> exit\n"+asked+"y")
	if status != 3 {
		t.Errorf("status %d, want 3", status)
	}
	if _, _, status := session(t, Options{Local: h}, "forced"); status != 4 {
		t.Errorf("status %d, want 4", status)
	}
	if _, _, status := session(t, Options{Local: h}, io.EOF, io.EOF); status != 0 {
		t.Errorf("status %d after the terminal was gone, want 0", status)
	}
}

// What is lost besides is said, and nothing is asked for that alone.
func TestLeavingWithUnreadResults(t *testing.T) {
	h := &fake{name: "localhost", dir: "~", running: 1, unread: 2}
	_, out, _ := session(t, Options{Local: h}, io.EOF, "y")
	if want := "1 job is running and will be stopped, and what nobody has received of 2 more is lost; leave? [y/N] y"; !strings.Contains(out, want) {
		t.Errorf("got\n%s", out)
	}
	h.running = 0
	r, buf := prepare(Options{Local: h}, io.EOF)
	r.Run(t.Context())
	r.o.Editor.(*typist).flush()
	want(t, buf.String(), "local:~> EOF\nwhat nobody has received of 2 jobs is gone: others")
}

func TestCompletion(t *testing.T) {
	local := &fake{name: "localhost", dir: "~"}
	local.do = map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"complete-line (args[1]) (args[2])": func(ctx context.Context, s jobs.Script, out jobs.Sink) error {
			for _, m := range []*jobs.Map{
				jobs.NewMap("", "Text", "get-job", "Start", int64(len("for {\n")), "Help", "lists\x1b]0;x\a jobs"),
				jobs.NewMap("", "Text", "outside", "Start", int64(11)),
				jobs.NewMap("", "Text", "bad\x1b[2J", "Start", s.Args[1]),
			} {
				if err := out.Write(ctx, jobs.Out(m)); err != nil {
					return err
				}
			}
			return jobs.Errorf(jobs.KindTimeout, "the rest took too long")
		}}
	r, _ := prepare(Options{Local: local})
	got := r.complete(t.Context(), "for {\nget-", 10)
	if len(got) != 1 || got[0] != (Candidate{Text: "get-job", Start: 6, Help: `lists^[]0;x^G jobs`}) {
		t.Errorf("candidates %+v", got)
	}
	if s := local.ran()[0]; !jobs.Equal(s.Args, jobs.List{"for {\nget-", int64(10)}) {
		t.Errorf("asked with %v", s.Args)
	}
}

func TestNotifyIsMadeVisible(t *testing.T) {
	h := &fake{name: "localhost", dir: "~"}
	r, out := prepare(Options{Local: h})
	r.Notify("job \x1b[2Jevil completed\n")
	r.Notify("")
	r.Run(t.Context())
	want(t, out.String(), "job ^[[2Jevil completed\nlocal:~> EOF")
}
