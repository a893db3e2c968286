package remote_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/remote"
	"marsh/remote/wire"
)

// An agent played by the test: it says hello, and then what the test writes.
type fakeAgent struct {
	net.Conn
	frames *wire.FrameReader
}

func session(t *testing.T, opt remote.Options) (*remote.Session, *fakeAgent) {
	t.Helper()
	near, far := net.Pipe()
	agent := &fakeAgent{Conn: far}
	shaken := make(chan error, 1)
	go func() {
		r := bufio.NewReader(far)
		agent.frames = wire.NewFrameReader(r)
		err := wire.WriteHello(far, wire.Hello{Version: wire.Version, Window: 512 << 10})
		if err == nil {
			_, _, err = wire.ReadHello(r, 0)
		}
		shaken <- err
	}()
	s, err := remote.NewSession(t.Context(), near, opt)
	if err = errors.Join(err, <-shaken); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		far.Close()
		s.Close()
	})
	return s, agent
}

// Reads frames until one is of the type.
func (a *fakeAgent) await(t *testing.T, typ wire.Type) wire.Frame {
	t.Helper()
	for {
		f, err := a.frames.Next()
		if err != nil {
			t.Fatalf("waiting for a frame of type %d: %v", typ, err)
		}
		if f.Type == typ {
			return f
		}
	}
}

func (a *fakeAgent) send(t *testing.T, typ wire.Type, run uint32, payload []byte) {
	t.Helper()
	if _, err := a.Write(wire.AppendFrame(nil, typ, run, payload)); err != nil {
		t.Fatal(err)
	}
}

func batch(t *testing.T, values ...jobs.Value) []byte {
	t.Helper()
	var b wire.Batch
	for i, v := range values {
		if err := b.Add(jobs.Record{Seq: uint64(i + 1), Stream: jobs.Output, Value: v}); err != nil {
			t.Fatal(err)
		}
	}
	return b.Take(nil)
}

// Runs a script in a goroutine of its own.
func goRun(ctx context.Context, h jobs.Host, s jobs.Script, out jobs.Sink) <-chan error {
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx, s, out) }()
	return done
}

func expectKind(t *testing.T, err error, kind jobs.Kind, words ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, want kind %v", err, kind)
	}
	e := jobs.AsError(err)
	for _, w := range words {
		if !strings.Contains(e.Msg+"\n"+e.Detail, w) {
			t.Errorf("%q (%q) does not say %q", e.Msg, e.Detail, w)
		}
	}
}

// A link that is cut at any byte releases who waits, after what came whole.
func TestCutAnywhere(t *testing.T) {
	answer := wire.AppendFrame(nil, wire.Records, 1, batch(t, "one", "two"))
	answer = wire.AppendFrame(answer, wire.Records, 1, batch(t, "three"))
	records := len(answer)
	answer = wire.AppendFrame(answer, wire.End, 1, wire.EncodeError(nil))
	for n := range answer {
		s, agent := session(t, options())
		var c collector
		done := goRun(t.Context(), s, jobs.Script{Text: "x"}, &c)
		agent.await(t, wire.Run)
		agent.Write(answer[:n])
		agent.Close()
		expectKind(t, <-done, jobs.KindBroken, "Server01")
		if got := len(c.records()); n >= records && got != 3 {
			t.Errorf("cut at %d: %d records", n, got)
		}
		if s.State() != remote.Broken {
			t.Errorf("cut at %d: the state is %v", n, s.State())
		}
		expectKind(t, s.Run(t.Context(), jobs.Script{}, &c), jobs.KindBroken, "Server01")
		s.Close()
	}
}

// What is not the protocol ends the link with an error that names the machine.
func TestGarbage(t *testing.T) {
	for name, c := range map[string][]byte{
		"frame too large":    {2, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff},
		"batch of garbage":   wire.AppendFrame(nil, wire.Records, 1, []byte{0xff}),
		"record of garbage":  wire.AppendFrame(nil, wire.Records, 1, []byte{1, 1, 0xf6, 0xff}),
		"end of garbage":     wire.AppendFrame(nil, wire.End, 1, []byte{0xff}),
		"ping of garbage":    wire.AppendFrame(nil, wire.Ping, 0, nil),
		"bye of garbage":     wire.AppendFrame(nil, wire.Bye, 0, []byte{0x60}),
		"text in the middle": []byte("bash: warning: something or other\n"),
	} {
		t.Run(name, func(t *testing.T) {
			s, agent := session(t, options())
			done := goRun(t.Context(), s, jobs.Script{Text: "x"}, discard{})
			agent.await(t, wire.Run)
			agent.Write(c)
			expectKind(t, <-done, jobs.KindProtocol, "Server01")
			<-s.Done()
			if s.State() != remote.Broken {
				t.Errorf("the state is %v", s.State())
			}
		})
	}
}

// Frames of unknown types and for unknown runs are skipped.
func TestUnknownFrames(t *testing.T) {
	s, agent := session(t, options())
	var c collector
	done := goRun(t.Context(), s, jobs.Script{Text: "x"}, &c)
	f := agent.await(t, wire.Run)
	agent.send(t, wire.Type(77), f.Run, []byte("from the future"))
	agent.send(t, wire.Records, f.Run+1, batch(t, "for somebody else"))
	agent.send(t, wire.End, f.Run+1, wire.EncodeError(nil))
	agent.send(t, wire.Records, f.Run, batch(t, "mine"))
	agent.send(t, wire.End, f.Run, wire.EncodeError(nil))
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if recs := c.records(); len(recs) != 1 || recs[0].Value != "mine" {
		t.Errorf("got %v", recs)
	}
}

// An agent that sends more than its credit is cut off before it fills memory.
func TestCreditIsHeld(t *testing.T) {
	s, agent := session(t, options())
	stalled := jobs.SinkFunc(func(ctx context.Context, _ jobs.Record) error {
		<-s.Done()
		return jobs.ErrClosed
	})
	done := goRun(t.Context(), s, jobs.Script{Text: "x"}, stalled)
	f := agent.await(t, wire.Run)
	frame := wire.AppendFrame(nil, wire.Records, f.Run, batch(t, strings.Repeat("x", 60_000)))
	for sent := 0; ; sent += len(frame) {
		if _, err := agent.Write(frame); err != nil {
			break
		}
		if sent > 2<<20 {
			t.Fatal("2 MiB were taken for a reader that takes nothing")
		}
	}
	<-s.Done()
	expectKind(t, s.Err(), jobs.KindProtocol, "credit")
	<-done
}

// A silent link is noticed by the keepalive, and everybody released.
func TestSilence(t *testing.T) {
	opt := options()
	opt.Interval, opt.Misses = 10*time.Millisecond, 2
	s, agent := session(t, opt)
	go io.Copy(io.Discard, agent)
	first := goRun(t.Context(), s, jobs.Script{Text: "x"}, discard{})
	second := goRun(t.Context(), s, jobs.Script{Text: "y", Beside: true}, discard{})
	expectKind(t, <-first, jobs.KindBroken, "Server01", "nothing came")
	expectKind(t, <-second, jobs.KindBroken, "Server01", "nothing came")
}

// A far end that neither reads nor writes is noticed too, although the writer is stuck.
func TestStuckWriter(t *testing.T) {
	opt := options()
	opt.Interval, opt.Misses = 10*time.Millisecond, 2
	s, _ := session(t, opt)
	err := s.Run(t.Context(), jobs.Script{Text: strings.Repeat("x", 1<<20)}, discard{})
	expectKind(t, err, jobs.KindBroken, "Server01", "nothing came")
}

// Close returns although the far side does not answer its Bye, and releases who waits.
func TestCloseOfSilentAgent(t *testing.T) {
	opt := options()
	opt.Grace = 20 * time.Millisecond
	s, agent := session(t, opt)
	done := goRun(t.Context(), s, jobs.Script{Text: "x"}, discard{})
	agent.await(t, wire.Run)
	go io.Copy(io.Discard, agent)
	s.Close()
	expectKind(t, <-done, jobs.KindClosed, "Server01")
	if s.State() != remote.Closed {
		t.Errorf("the state is %v", s.State())
	}
}

// An agent that answers Pings is alive, however long it has nothing else to say.
func TestKeepalive(t *testing.T) {
	opt := options()
	opt.Interval, opt.Misses = 10*time.Millisecond, 1_000_000
	s, agent := session(t, opt)
	for range 5 {
		ping := agent.await(t, wire.Ping)
		agent.send(t, wire.Pong, 0, ping.Payload)
	}
	agent.send(t, wire.Ping, 0, wire.EncodeUint(99))
	if n, err := wire.DecodeUint(agent.await(t, wire.Pong).Payload); n != 99 || err != nil {
		t.Errorf("the answer to Ping 99 is %d, %v", n, err)
	}
	if s.State() != remote.Opened {
		t.Errorf("the state is %v: %v", s.State(), s.Err())
	}
}

func TestHandshakeFailures(t *testing.T) {
	var old bytes.Buffer
	wire.WriteHello(&old, wire.Hello{Version: 99, Build: "marsh 9.9", Window: 1 << 20})
	for name, c := range map[string]struct {
		said  string
		kind  jobs.Kind
		words []string
	}{
		"nologin":       {"This account is currently not available.\n", jobs.KindBroken, []string{"Server01", "not available"}},
		"nothing":       {"", jobs.KindBroken, []string{"Server01", "connection ended"}},
		"endless noise": {strings.Repeat("yes\n", 30_000), jobs.KindProtocol, []string{"Server01", "65536 bytes", "yes"}},
		"other version": {old.String(), jobs.KindProtocol, []string{"Server01", "protocol 99", "marsh 9.9", "same marsh"}},
	} {
		t.Run(name, func(t *testing.T) {
			near, far := net.Pipe()
			var wait sync.WaitGroup
			wait.Go(func() {
				defer far.Close()
				io.WriteString(far, c.said)
			})
			_, err := remote.NewSession(t.Context(), near, options())
			expectKind(t, err, c.kind, c.words...)
			wait.Wait()
		})
	}
}

func TestHandshakeUnderContext(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		io.WriteString(far, "Welcome to Server01\n") // and then nothing
		cancel()
	}()
	_, err := remote.NewSession(ctx, near, options())
	expectKind(t, err, jobs.KindStopped, "Server01")
	if _, err := near.Write(nil); err == nil {
		t.Error("the connection was not closed")
	}
}

// Noise before the hello is skipped; a far end that writes byte by byte is understood.
func TestNoiseAndPartialWrites(t *testing.T) {
	near, far := net.Pipe()
	s := &pair{served: make(chan error, 1)}
	go func() {
		io.WriteString(far, "\r\nLast login: never\nno newline at the end")
		s.served <- remote.Serve(context.Background(), byteByByte{far}, farHost, remote.Options{Build: "far build"})
	}()
	var err error
	if s.Session, err = remote.NewSession(t.Context(), near, options()); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Build() != "far build" {
		t.Errorf("the build is %q", s.Build())
	}
	recs, err := run(t, s, jobs.Script{Text: "count 100"})
	if err != nil || len(recs) != 100 {
		t.Errorf("got %d records, %v", len(recs), err)
	}
}

type byteByByte struct{ net.Conn }

func (b byteByByte) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := b.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}
