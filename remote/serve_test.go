package remote_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/remote"
	"marsh/remote/wire"
)

// A client played by the test, whose agent is Serve.
func client(t *testing.T, ctx context.Context, host jobs.Host, opt remote.Options) (*fakeAgent, <-chan error) {
	t.Helper()
	near, far := net.Pipe()
	t.Cleanup(func() { near.Close() })
	served := make(chan error, 1)
	go func() { served <- remote.Serve(ctx, far, host, opt) }()
	r := bufio.NewReader(near)
	if _, _, err := wire.ReadHello(r, 0); err != nil {
		t.Fatal(err)
	}
	if err := wire.WriteHello(near, wire.Hello{Version: wire.Version, Window: wire.MinWindow}); err != nil {
		t.Fatal(err)
	}
	return &fakeAgent{near, wire.NewFrameReader(r)}, served
}

func script(t *testing.T, s jobs.Script) []byte {
	t.Helper()
	data, err := wire.EncodeScript(s)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// When the client is gone, its runs are cancelled, and Serve waits for them.
func TestClientGone(t *testing.T) {
	for name, leave := range map[string]func(c *fakeAgent){
		"closed": func(c *fakeAgent) { c.Close() },
		"cut":    func(c *fakeAgent) { c.Write([]byte{1, 0, 0}); c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan struct{}, 2)
			c, served := client(t, t.Context(), hostFunc(func(ctx context.Context, s jobs.Script, out jobs.Sink) error {
				err := farHost(ctx, s, out)
				ended <- struct{}{}
				return err
			}), remote.Options{})
			c.send(t, wire.Run, 1, script(t, jobs.Script{Text: "sleep"}))
			c.send(t, wire.Run, 2, script(t, jobs.Script{Text: "flood"}))
			c.await(t, wire.Records)
			leave(c)
			expectKind(t, <-served, jobs.KindBroken, "the client")
			if len(ended) != 2 {
				t.Errorf("Serve returned when %d of 2 runs had ended", len(ended))
			}
		})
	}
}

// A client that stops answering is gone as well.
func TestClientSilent(t *testing.T) {
	c, served := client(t, t.Context(), farHost, remote.Options{Interval: 10 * time.Millisecond, Misses: 2})
	c.Write(wire.AppendFrame(nil, wire.Run, 1, script(t, jobs.Script{Text: "sleep"}))) // in vain, where it is too late
	go io.Copy(io.Discard, c)
	expectKind(t, <-served, jobs.KindBroken, "nothing came")
}

func TestServeUnderContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	c, served := client(t, ctx, farHost, remote.Options{})
	c.send(t, wire.Run, 1, script(t, jobs.Script{Text: "sleep"}))
	c.await(t, wire.Records)
	cancel(jobs.Errorf(jobs.KindLimit, "the machine shuts down"))
	end, err := wire.DecodeError(c.await(t, wire.End).Payload)
	if err != nil || end.Kind != jobs.KindLimit {
		t.Errorf("the run's End is %v, %v", end, err)
	}
	bye, err := wire.DecodeError(c.await(t, wire.Bye).Payload)
	if err != nil || bye == nil || bye.Msg != "the machine shuts down" {
		t.Errorf("the Bye says %v, %v", bye, err)
	}
	expectKind(t, <-served, jobs.KindLimit)
}

// A session that the agent ends is broken, and says why.
func TestAgentSaysGoodbye(t *testing.T) {
	near, far := net.Pipe()
	ctx, cancel := context.WithCancelCause(t.Context())
	served := make(chan error, 1)
	go func() { served <- remote.Serve(ctx, far, farHost, remote.Options{}) }()
	s, err := remote.NewSession(t.Context(), near, options())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := newNotice()
	done := goRun(t.Context(), s, jobs.Script{Text: "sleep"}, out)
	<-out.first
	cancel(jobs.Errorf(jobs.KindStopped, "it was told to stop"))
	expectKind(t, <-done, jobs.KindStopped, "told to stop")
	<-served
	<-s.Done()
	expectKind(t, s.Err(), jobs.KindBroken, "Server01", "told to stop")
}

func TestHostileClient(t *testing.T) {
	for name, frame := range map[string][]byte{
		"script of garbage": wire.AppendFrame(nil, wire.Run, 1, []byte{0xff}),
		"cancel of garbage": wire.AppendFrame(nil, wire.Cancel, 1, []byte{0xff}),
		"credit of garbage": wire.AppendFrame(nil, wire.Credit, 1, []byte{0x60}),
		"frame too large":   {1, 0, 0, 0, 1, 0xff, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c, served := client(t, t.Context(), farHost, remote.Options{})
			c.Write(frame)
			expectKind(t, <-served, jobs.KindProtocol, "the client")
		})
	}
}

// Scripts in parts: one that grows past its bound is refused, and others are not.
func TestScriptsInParts(t *testing.T) {
	c, _ := client(t, t.Context(), farHost, remote.Options{})
	piece := make([]byte, wire.MaxPayload)
	for range wire.MaxMessage/wire.MaxPayload + 1 {
		c.send(t, wire.Part, 1, piece)
	}
	whole := script(t, jobs.Script{Text: "echo", Args: jobs.List{"hello"}})
	c.send(t, wire.Part, 2, whole[:10])
	c.send(t, wire.Part, 3, whole[:10])
	c.send(t, wire.Cancel, 3, wire.EncodeBool(false))
	end := c.await(t, wire.End)
	if e, err := wire.DecodeError(end.Payload); end.Run != 3 || err != nil || e.Kind != jobs.KindStopped {
		t.Errorf("a script cancelled in part: run %d, %v, %v", end.Run, e, err)
	}
	c.send(t, wire.Run, 1, piece)
	end = c.await(t, wire.End)
	if e, err := wire.DecodeError(end.Payload); end.Run != 1 || err != nil || e.Kind != jobs.KindLimit {
		t.Errorf("a script that is too large: run %d, %v, %v", end.Run, e, err)
	}
	c.send(t, wire.Run, 2, whole[10:])
	if recs := c.await(t, wire.Records); recs.Run != 2 || !strings.Contains(string(recs.Payload), "hello") {
		t.Errorf("a script in parts gives run %d, %q", recs.Run, recs.Payload)
	}
	c.await(t, wire.End)
}

// The number of a run that lasts cannot be taken again, and its run goes on.
func TestRunBegunTwice(t *testing.T) {
	c, _ := client(t, t.Context(), farHost, remote.Options{})
	c.send(t, wire.Run, 1, script(t, jobs.Script{Text: "sleep"}))
	c.await(t, wire.Records)
	c.send(t, wire.Run, 1, script(t, jobs.Script{Text: "echo"}))
	if e, err := wire.DecodeError(c.await(t, wire.End).Payload); err != nil || e.Kind != jobs.KindProtocol {
		t.Errorf("the second run 1 ended with %v, %v", e, err)
	}
	c.send(t, wire.Cancel, 1, wire.EncodeBool(false))
	if e, err := wire.DecodeError(c.await(t, wire.End).Payload); err != nil || e.Kind != jobs.KindStopped {
		t.Errorf("the first run 1 ended with %v, %v", e, err)
	}
}

// A Cancel that discards ends a run whose reader gives no credit.
func TestDiscard(t *testing.T) {
	c, _ := client(t, t.Context(), farHost, remote.Options{})
	c.send(t, wire.Run, 1, script(t, jobs.Script{Text: "flood"}))
	for got := 0; got+wire.MaxPayload < wire.MinWindow; {
		got += len(c.await(t, wire.Records).Payload)
	}
	c.send(t, wire.Cancel, 1, wire.EncodeBool(true))
	if e, err := wire.DecodeError(c.await(t, wire.End).Payload); err != nil || e == nil {
		t.Errorf("the run ended with %v, %v", e, err)
	}
}
