package remote_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/remote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A hostFunc is a function that is a Host.
type hostFunc func(ctx context.Context, s jobs.Script, out jobs.Sink) error

func (f hostFunc) Name() string { return "far" }

func (f hostFunc) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error { return f(ctx, s, out) }

// A pair is a session whose other end serves a host.
type pair struct {
	*remote.Session
	served chan error // what Serve returned
}

func options() remote.Options {
	return remote.Options{Name: "Server01", Build: "test", Grace: jobstest.Patience, Interval: jobstest.Patience}
}

// Returns a session to host over a pipe. The session is closed at the test's end.
func connect(t testing.TB, host jobs.Host) *pair {
	t.Helper()
	near, far := net.Pipe()
	return connectOver(t, near, far, host, options())
}

func connectOver(t testing.TB, near, far io.ReadWriteCloser, host jobs.Host, opt remote.Options) *pair {
	t.Helper()
	p := &pair{served: make(chan error, 1)}
	go func() { p.served <- remote.Serve(context.Background(), far, host, remote.Options{Build: "test"}) }()
	s, err := remote.NewSession(t.Context(), near, opt)
	if err != nil {
		t.Fatal(err)
	}
	p.Session = s
	t.Cleanup(func() { s.Close() })
	return p
}

// A collector keeps records.
type collector struct {
	mu   sync.Mutex
	recs []jobs.Record
}

func (c *collector) Write(_ context.Context, r jobs.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recs = append(c.recs, r)
	return nil
}

func (c *collector) records() []jobs.Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.recs
}

// The host of most tests. Its language is the first word of the script.
var farHost = hostFunc(func(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	word, rest, _ := strings.Cut(s.Text, " ")
	switch word {
	case "echo":
		for _, v := range s.Args {
			if err := out.Write(ctx, jobs.Out(v)); err != nil {
				return err
			}
		}
		return nil
	case "count":
		var n int
		fmt.Sscan(rest, &n)
		for i := range n {
			if err := out.Write(ctx, jobs.Out(int64(i+1))); err != nil {
				return err
			}
		}
		return nil
	case "sleep":
		out.Write(ctx, jobs.Out("sleeping"))
		<-ctx.Done()
		return context.Cause(ctx)
	case "flood":
		line := jobs.Out(strings.Repeat("x", 1000))
		for {
			if err := out.Write(ctx, line); err != nil {
				return err
			}
		}
	case "fail":
		return &jobs.Error{Kind: jobs.KindScript, Op: "fail", Msg: rest, Status: 3, Detail: "a\nb", Line: 7}
	}
	return jobs.Errorf(jobs.KindNotFound, "%s: no such command", word)
})

func run(t testing.TB, h jobs.Host, s jobs.Script) ([]jobs.Record, error) {
	t.Helper()
	var c collector
	err := h.Run(t.Context(), s, &c)
	return c.records(), err
}

func TestRun(t *testing.T) {
	s := connect(t, farHost)
	recs, err := run(t, s, jobs.Script{Text: "echo", Args: jobs.List{"a", int64(2), nil}})
	if err != nil {
		t.Fatal(err)
	}
	if len(recs) != 3 {
		t.Fatalf("got %d records, want 3", len(recs))
	}
	for i, want := range []jobs.Value{"a", int64(2), nil} {
		r := recs[i]
		if !jobs.Equal(r.Value, want) || r.Seq != uint64(i+1) || r.Host != "Server01" || r.Stream != jobs.Output {
			t.Errorf("record %d is %+v", i, r)
		}
	}
}

func TestError(t *testing.T) {
	s := connect(t, farHost)
	_, err := run(t, s, jobs.Script{Text: "fail badly"})
	e, ok := errors.AsType[*jobs.Error](err)
	if !ok {
		t.Fatalf("got %#v", err)
	}
	want := jobs.Error{Kind: jobs.KindScript, Op: "fail", Host: "Server01", Msg: "badly", Status: 3, Detail: "a\nb", Line: 7}
	if *e != want {
		t.Errorf("got %+v, want %+v", *e, want)
	}
}

func TestClose(t *testing.T) {
	s := connect(t, farHost)
	if s.State() != remote.Opened || s.Availability() != "Available" {
		t.Errorf("state %v, availability %v", s.State(), s.Availability())
	}
	s.Close()
	if err := <-s.served; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if s.State() != remote.Closed || s.Availability() != "None" || !errors.Is(s.Err(), jobs.KindClosed) {
		t.Errorf("state %v, availability %v, error %v", s.State(), s.Availability(), s.Err())
	}
	if _, err := run(t, s, jobs.Script{Text: "echo"}); !errors.Is(err, jobs.KindClosed) {
		t.Errorf("Run after Close: %v", err)
	}
}
