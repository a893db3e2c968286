package remote

import (
	"context"
	"errors"
	"io"
	"strings"

	"marsh/jobs"
	"marsh/remote/wire"
)

// Bounds how much of what a login script printed an error shows, in bytes.
const maxShownNoise = 2 << 10

// Runs shake, which reads and writes, until it is done or ctx ends; what it waits for
// then ends because the connection is closed.
func within(ctx context.Context, l *link, shake func() error) error {
	stop := context.AfterFunc(ctx, func() { l.rwc.Close() })
	err := shake()
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err == nil {
		return nil
	}
	l.rwc.Close()
	if ctx.Err() != nil {
		err = l.interrupted(ctx)
	}
	return err
}

func (l *link) interrupted(ctx context.Context) error {
	cause := jobs.AsError(context.Cause(ctx))
	e := jobs.Errorf(cause.Kind, "no session with %s: %s while waiting for marsh there to answer", l.opt.Name, cause.Msg)
	e.Host = l.opt.Name
	return e
}

// Waits for the agent's hello, then answers it.
func (l *link) greetAgent() error {
	hello, noise, err := wire.ReadHello(l.in, wire.MaxNoise)
	if err != nil {
		return l.noAgent(err, noise)
	}
	if err := l.accept(hello); err != nil {
		return err
	}
	return l.sayHello()
}

// Says hello to the client, then waits for its own.
func (l *link) greetClient() error {
	if err := l.sayHello(); err != nil {
		return err
	}
	hello, noise, err := wire.ReadHello(l.in, 0)
	if err != nil {
		return l.noAgent(err, noise)
	}
	return l.accept(hello)
}

func (l *link) sayHello() error {
	err := wire.WriteHello(l.rwc, wire.Hello{Version: wire.Version, Build: l.opt.Build, Window: uint32(l.opt.Window)})
	if err != nil {
		return l.broken(err)
	}
	return nil
}

func (l *link) accept(h wire.Hello) error {
	if h.Version != wire.Version {
		e := jobs.Errorf(jobs.KindProtocol, "marsh on %s speaks protocol %d (build %s), this one %d (build %s); use the same marsh on both",
			l.opt.Name, h.Version, h.Build, wire.Version, l.opt.Build)
		e.Host = l.opt.Name
		return e
	}
	if h.Window < wire.MinWindow || h.Window > wire.MaxWindow {
		return l.broken(jobs.Errorf(jobs.KindProtocol, "a window of %d bytes is out of bounds", h.Window))
	}
	l.peer = h
	return nil
}

// Makes an error of what came instead of a hello.
func (l *link) noAgent(err error, noise []byte) error {
	kind, why := jobs.KindBroken, err.Error()
	switch {
	case errors.Is(err, jobs.KindProtocol):
		kind = jobs.KindProtocol
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		why = "the connection ended"
	}
	e := jobs.Errorf(kind, "no marsh answered on %s: %s", l.opt.Name, why)
	e.Host = l.opt.Name
	if len(noise) > maxShownNoise {
		noise = noise[len(noise)-maxShownNoise:]
	}
	e.Detail = strings.TrimSpace(string(noise))
	return e
}
