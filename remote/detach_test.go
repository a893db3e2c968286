package remote_test

import (
	"context"
	"testing"

	"marsh/jobs"
	"marsh/remote/wire"
)

// A far run is asked to become a job, whether it writes nothing or all the time, and its
// answer comes back with its kind.
func TestDetach(t *testing.T) {
	for _, text := range []string{"sleep", "flood"} {
		s := connect(t, hostFunc(func(ctx context.Context, sc jobs.Script, out jobs.Sink) error {
			asked := jobs.DetacherOf(ctx).Asked()
			inner, cancel := context.WithCancel(ctx)
			done := make(chan error, 1)
			go func() { done <- farHost(inner, sc, out) }()
			<-asked
			cancel()
			<-done
			return jobs.Detached("[1] Job1 Running: " + sc.Text)
		}))
		d := jobs.NewDetacher()
		out := newNotice()
		done := goRun(jobs.WithDetacher(t.Context(), d), s, jobs.Script{Text: text}, out)
		<-out.first
		d.Detach()
		expectKind(t, <-done, jobs.KindDetached, "[1] Job1 Running: "+text)
	}
}

// An agent that does not know the request goes on, and so does the run; it can be
// cancelled as before.
func TestDetachOfOldAgent(t *testing.T) {
	s, agent := session(t, options())
	d := jobs.NewDetacher()
	done := goRun(jobs.WithDetacher(t.Context(), d), s, jobs.Script{Text: "x"}, discard{})
	run := agent.await(t, wire.Run)
	d.Detach()
	if f := agent.await(t, wire.Detach); f.Run != run.Run {
		t.Errorf("run %d was asked, and not %d", f.Run, run.Run)
	}
	agent.send(t, wire.End, run.Run, wire.EncodeError(nil))
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A host that knows nothing of the request goes on.
func TestDetachOfOtherHost(t *testing.T) {
	s := connect(t, farHost)
	d := jobs.NewDetacher()
	d.Detach()
	var c collector
	if err := s.Run(jobs.WithDetacher(t.Context(), d), jobs.Script{Text: "count 3"}, &c); err != nil || len(c.records()) != 3 {
		t.Errorf("%d records, %v", len(c.records()), err)
	}
	if _, err := run(t, s, jobs.Script{Text: "echo"}); err != nil {
		t.Error(err)
	}
}
