package shell_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"marsh/jobs"
	"marsh/shell"
)

// typed is a statement that somebody has typed and waits for.
type typed struct {
	*background
	d *jobs.Detacher
}

// types runs a script as one that was typed.
func (w *world) types(script string) typed {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b := typed{&background{t: w.t, cancel: cancel, done: make(chan error, 1)}, jobs.NewDetacher()}
	go func() {
		s := jobs.Script{Text: script, Name: "line", Terminal: true}
		b.done <- w.shell.Host().Run(jobs.WithDetacher(ctx, b.d), s, &b.out)
		close(b.done)
	}()
	w.t.Cleanup(func() { cancel(); b.wait() })
	return b
}

// parts asks that the statement become a job, and returns that.
func (w *world) parts(b typed) *jobs.Job {
	w.t.Helper()
	b.d.Detach()
	if err := b.wait(); !errors.Is(err, jobs.KindDetached) {
		w.t.Fatalf("it ended with %v", err)
	}
	all := w.shell.Jobs.All()
	return all[len(all)-1]
}

// What was shown is not unread; nothing is lost and nothing comes twice, however fast it
// is written.
func TestPartLosesNothing(t *testing.T) {
	w := newWorld(t)
	b := w.types("for i = 1, 20000 do emit(i) end")
	b.records(100)
	j := w.parts(b)
	shown := len(b.out.Records())
	if err := j.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	stream := j.Tasks()[0].Stream()
	first, err := stream.Peek(0, 1)
	if err != nil || len(first) != 1 || first[0].Value != int64(max(1, shown-len(keptOf(t, j, shown))+1)) {
		t.Errorf("the job begins with %v, %v", first, err)
	}
	if kept := keptOf(t, j, shown); len(kept) < min(shown, 1000) {
		t.Errorf("%d of %d are kept", len(kept), shown)
	}
	next := int64(shown)
	for stream.More() {
		records, err := stream.Take(0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			if next++; r.Value != next {
				t.Fatalf("behind %d comes %v", next-1, r.Value)
			}
		}
	}
	if next != 20000 {
		t.Errorf("the last is %d", next)
	}
}

// keptOf returns the records of a job that were shown before it was one.
func keptOf(t *testing.T, j *jobs.Job, shown int) (kept []jobs.Record) {
	t.Helper()
	for seq := uint64(0); ; {
		records, err := j.Tasks()[0].Stream().Peek(seq, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			if r.Value.(int64) > int64(shown) {
				return kept
			}
			kept = append(kept, r)
		}
		if len(records) == 0 {
			return kept
		}
		seq = records[len(records)-1].Seq
	}
}

// The prompt has a copy of all that the statement has, and neither sees what the other
// changes from then on.
func TestPartCopies(t *testing.T) {
	w := newWorld(t)
	w.check("n, list = 1, {1}; function add() n = n + 1; list[#list + 1] = n end; cd /; $env:PARTED = 'before'", "")
	w.check("local calls = 0; define-command count { calls = calls + 1; add(); return calls }; function called() return calls end", "")
	w.check("count; count", "1\n2\n")
	b := w.types("local own = 5; emit(own); while not over do add() end")
	b.records(1)
	j := w.parts(b)
	// between two instructions: one of add's two may be done alone
	w.check("local was = n; sleep(0.01); =n - was, n - #list <= 1, called()", "0\ntrue\n2\n")
	w.check("count; =called()", "3\n3\n")
	w.check("=$env:PARTED; get-location", "\"before\"\n\"/\"\n")
	w.check("over = true; cd /tmp; $env:PARTED = 'after'; define-command other { 1 }", "")
	if j.State() != jobs.Running {
		t.Errorf("the job is %v: it sees what the prompt sets", j.State())
	}
	if err := j.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.check("count; other; =$error[1] == nil", "4\n1\ntrue\n")
}

// Statement after statement becomes a job, and what waited for its turn gets it.
func TestPartAgainAndAgain(t *testing.T) {
	w := newWorld(t)
	w.check("n = 0", "")
	for i := range 20 {
		b := w.types("n = n + 1; emit('at'); " + []string{"while true do end", "start-sleep 600", "sleep(600)"}[i%3])
		b.records(1)
		waits := w.types("=n")
		w.parts(b)
		if got := transcript(waits.records(1)[len(waits.records(1))-1:]); got != fmt.Sprintf("%d\n", i+1) && !strings.Contains(got, "busy") {
			t.Errorf("the next statement says %s", got)
		}
		if err := waits.wait(); err != nil {
			t.Error(err)
		}
	}
	w.check("get-job -state Running | measure-object | foreach-object Count", "20\n")
	w.check("get-job | stop-job; get-job -state Stopped | measure-object | foreach-object Count", "20\n")
}

// The programs of the statement are the job's: those that it started before, too, and
// those that went into the background; not those of the statements before.
func TestPartPrograms(t *testing.T) {
	w := newWorld(t)
	w.check("!sleep 600 >/dev/null 2>&1 & echo $! >before", "")
	b := w.types("!setsid sleep 600 >/dev/null 2>&1 & echo $! >own\n!echo up; exec sleep 600")
	b.records(1)
	j := w.parts(b)
	if pid, _ := j.Value().Get("Pid"); pid == nil {
		t.Error("its program is not known")
	}
	if err := j.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if j.State() != jobs.Stopped {
		t.Errorf("it is %v", j.State())
	}
	if w.runs("own") || !w.runs("before") {
		t.Errorf("what it left runs: %v; what the statement before left: %v", w.runs("own"), w.runs("before"))
	}
}

// runs reports whether the process whose number the file holds runs.
func (w *world) runs(file string) bool {
	w.t.Helper()
	stat, err := os.ReadFile("/proc/" + strings.TrimSpace(w.content(file)) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// A statement that ends, or is interrupted, at the moment it is to become a job, does
// the one or the other.
func TestPartRaces(t *testing.T) {
	w := newWorld(t)
	for i := range 200 {
		b := w.types("for i = 1, " + fmt.Sprint(i) + " do write-output x | out-null end")
		b.d.Detach()
		if i%2 == 1 {
			b.cancel()
		}
		err := b.wait()
		if err != nil && !errors.Is(err, jobs.KindDetached) && !errors.Is(err, jobs.KindStopped) {
			t.Fatal(err)
		}
	}
	for _, j := range w.shell.Jobs.All() {
		if err := j.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.check("=6 * 7", "42\n")
}

// front is a prompt that can be moved.
type front struct{ entered chan jobs.Host }

func (f front) Enter(h jobs.Host, _ func(context.Context) string) error {
	f.entered <- h
	return nil
}
func (f front) History() ([]*jobs.Map, error)               { return nil, nil }
func (f front) ForgetHistory(context.Context, ...int) error { return nil }
func (f front) RunNext(string) error                        { return nil }

// What is about to move the prompt stays in front, and says so; what waits for a job is
// left, with what is behind it on the line.
func TestPartRefused(t *testing.T) {
	w := newWorld(t)
	asked := make(chan jobs.Target)
	w.shell.Front = front{make(chan jobs.Host, 1)}
	w.shell.Connect = func(ctx context.Context, to jobs.Target) (shell.Session, error) {
		asked <- to
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	b := w.types("enter-session Server01")
	<-asked
	b.d.Detach()
	if rec := b.records(1)[0]; rec.Stream != jobs.Warning || rec.Value != "this goes on in the foreground: enter-session is about to move the prompt" {
		t.Errorf("it said %v", rec.Value)
	}
	b.d.Detach() // asks anew
	b.records(2)
	b.cancel()
	if err := b.wait(); !errors.Is(err, jobs.KindStopped) {
		t.Errorf("it ended with %v", err)
	}
	if len(w.shell.Jobs.All()) != 0 {
		t.Error("it has become a job")
	}
}

// A statement that has become a job asks nobody for a password, and moves no prompt.
func TestPartAsksNobody(t *testing.T) {
	w := newWorld(t)
	gate := w.path("gate")
	if err := syscall.Mkfifo(gate, 0o600); err != nil {
		t.Fatal(err)
	}
	asked := make(chan jobs.Target, 1)
	w.shell.Front = front{make(chan jobs.Host, 1)}
	w.shell.Connect = func(ctx context.Context, to jobs.Target) (shell.Session, error) {
		asked <- to
		return nil, jobs.Errorf(jobs.KindAuth, "no")
	}
	b := w.types("emit('at')\n!cat gate >/dev/null\nlocal ok, e = pcall(function() enter-session Server01\nend)\nemit(e.Msg); invoke-command -computername Server01 { 1 }")
	b.records(1)
	j := w.parts(b)
	w.write("gate", "go")
	select {
	case to := <-asked:
		if !to.Batch {
			t.Error("somebody may be asked")
		}
	case <-j.Done():
		t.Error("nothing was connected")
	}
	if err := j.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	records, err := j.Tasks()[0].Stream().Take(0)
	if err != nil || len(records) != 1 || records[0].Value != "there is no prompt to move here; invoke-command runs a block on another machine" {
		t.Errorf("it wrote %v, %v", records, err)
	}
}
