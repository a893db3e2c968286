package bootstrap

import (
	"context"
	"errors"
	"strings"

	"marsh/jobs"
)

// A marsh server says what it is, and has the agent built in.
const (
	marshVersion   = "SSH-2.0-marsh"
	agentSubsystem = "marsh-agent"
)

// Start starts an agent on the machine that conn leads to and returns the stream to
// it, whose first byte is the agent's. On a marsh server the built-in agent is used;
// on others the binary is uploaded where it is missing. The Stream must be closed. A
// ctx that ends after Start has returned does not matter to the Stream.
//
// Errors are *jobs.Error: KindPermission where the machine does not let us run
// commands or keep a program, KindUnsupported where there is no binary for its
// platform, KindTimeout, KindProtocol, KindIO, KindBroken, KindStopped.
func Start[P Process](ctx context.Context, conn Execer[P], a *Agent) (*Stream, error) {
	s, err := start(ctx, untyped(conn), a)
	if err != nil {
		return nil, jobs.AsError(err)
	}
	return s, nil
}

func start(ctx context.Context, f far, a *Agent) (*Stream, error) {
	if strings.HasPrefix(f.version, marshVersion) {
		s, err := startBuiltIn(ctx, f, a)
		if !errors.Is(err, jobs.KindPermission) {
			return s, err
		}
	}
	b, err := a.open(native())
	if err != nil {
		return nil, err
	}
	for range 2 { // for our platform, then for the one it has
		s, got, err := startBinary(ctx, f, a, b)
		if err != nil || s != nil {
			return s, err
		}
		if b, err = a.open(got.platform); err != nil {
			e := *jobs.AsError(err)
			e.Msg = f.name + " is " + got.platform.String() + ": " + e.Msg
			return nil, &e
		}
	}
	return nil, jobs.Errorf(jobs.KindProtocol, "%s is another platform each time it is asked; try again", f.name)
}

// startBuiltIn starts the agent that a marsh server has.
func startBuiltIn(ctx context.Context, f far, a *Agent) (*Stream, error) {
	ctx, cancel := withTimeout(ctx, a.Timeout)
	defer cancel()
	p, err := f.subsystem(ctx, agentSubsystem)
	if err != nil {
		return nil, late(ctx, f, err)
	}
	return newStream(p), nil
}

// startBinary starts b, uploading it if need be. Where the machine is of another
// platform it returns no stream, and the answer that tells.
func startBinary(ctx context.Context, f far, a *Agent, b *binary) (*Stream, answer, error) {
	for _, mayUpload := range []bool{true, false} {
		s, got, err := probe(ctx, f, a, b)
		if err != nil || s != nil || got.platform != b.platform {
			return s, got, err
		}
		if mayUpload {
			if err := upload(ctx, f, a, b, got); err != nil {
				return nil, got, err
			}
		}
	}
	return nil, answer{}, jobs.Errorf(jobs.KindIO, "the agent was uploaded to %s and is not there; does something clean up its cache directories?", f.name)
}
