package bootstrap

import (
	"context"
	"io"
)

// Process is a command that runs on the other machine.
type Process interface {
	Stdin() io.WriteCloser
	Stdout() io.Reader
	Stderr() io.Reader
	Wait(ctx context.Context) error
	Close() error
}

// Execer is a connection to another machine that starts commands there.
type Execer[P Process] interface {
	Name() string
	ServerVersion() string
	Exec(ctx context.Context, command string) (P, error)
	Subsystem(ctx context.Context, name string) (P, error)
}

// far is an Execer whose processes have lost their type.
type far struct {
	name, version   string
	exec, subsystem func(ctx context.Context, what string) (Process, error)
}

func untyped[P Process](c Execer[P]) far {
	return far{
		name: c.Name(), version: c.ServerVersion(),
		exec:      func(ctx context.Context, s string) (Process, error) { return lift(c.Exec(ctx, s)) },
		subsystem: func(ctx context.Context, s string) (Process, error) { return lift(c.Subsystem(ctx, s)) },
	}
}

// lift makes sure that a failed start is a nil Process.
func lift[P Process](p P, err error) (Process, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}
