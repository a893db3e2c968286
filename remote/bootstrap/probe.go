package bootstrap

import (
	"bufio"
	"context"
	"errors"
	"time"

	"marsh/jobs"
)

// maxNoise bounds what a machine may print before it answers, in bytes.
const maxNoise = 1 << 20

// answer is what a machine says about itself.
type answer struct {
	platform Platform
	packed   bool // it has gzip
	running  bool // it is the agent from now on
}

// probe asks the machine who it is. Where b is there already the process becomes the
// agent and probe returns its stream.
func probe(ctx context.Context, f far, a *Agent, b *binary) (*Stream, answer, error) {
	args, err := plainArgs(a.Args)
	if err != nil {
		return nil, answer{}, err
	}
	ctx, cancel := withTimeout(ctx, a.Timeout)
	defer cancel()
	unames, err := b.platform.unames()
	if err != nil {
		return nil, answer{}, err
	}
	n := newNonce()
	p, err := f.exec(ctx, script(probeText, n, "@HASH", b.hash, "@UNAME", unames, "@ARGS", args))
	if err != nil {
		return nil, answer{}, late(ctx, f, err)
	}
	s := newStream(p)
	got, err := within(ctx, s, func() (answer, error) { return s.listen(n) })
	if err != nil {
		err = f.unanswered(ctx, s, err)
	}
	if err != nil || !got.running {
		s.Close()
		return nil, got, err
	}
	return s, got, nil
}

// listen reads the machine's answers, up to the one that says whether the agent
// runs.
func (s *Stream) listen(n nonce) (got answer, err error) {
	for total := 0; total < maxNoise; {
		line, err := readLine(s.stdout)
		total += len(line)
		word, rest, ok := n.answer(line)
		switch {
		case ok && word == "hello":
			got.platform = parseUname(rest)
		case ok && word == "run":
			got.running = true
			return got, nil
		case ok && word == "need":
			got.packed = rest == "gzip"
			return got, nil
		default:
			s.noise.Write([]byte(line))
		}
		if err != nil {
			return got, err
		}
	}
	return got, jobs.Errorf(jobs.KindProtocol, "it printed more than %d KiB before it answered", maxNoise>>10)
}

// readLine reads a line with its newline, or the part of one that fits the buffer.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		err = nil
	}
	return string(line), err
}

// unanswered says why a machine did not answer, with what it printed instead.
func (f far) unanswered(ctx context.Context, s *Stream, err error) error {
	if ctx.Err() != nil {
		return late(ctx, f, ctx.Err())
	}
	if e, ok := errors.AsType[*jobs.Error](err); ok { // it goes on and on: nothing to wait for
		return jobs.Errorf(e.Kind, "%s does not start the agent: %s; look at its login scripts", f.name, e.Msg)
	}
	said := s.said(ctx)
	if said == "" {
		said = "nothing"
	}
	status := s.p.Wait(ctx)
	if errors.Is(status, jobs.KindBroken) {
		return status
	}
	return jobs.Errorf(jobs.KindPermission, "%s does not run commands for us: it printed %q and ended; marsh needs a login shell there that runs them (no nologin, no ForceCommand)", f.name, said)
}

// withTimeout bounds a step by d, or by the default.
func withTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		d = defaultTimeout
	}
	return context.WithTimeoutCause(ctx, d, errNoAnswer)
}

// errNoAnswer is the cause of a context that ended because the machine was slow.
var errNoAnswer = errors.New("no answer")

// late tells the machine's silence from the operator's change of mind.
func late(ctx context.Context, f far, err error) error {
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, errNoAnswer):
		return jobs.Errorf(jobs.KindTimeout, "%s took the connection but does not run the command that starts the agent; does its login shell or a ForceCommand wait for something?", f.name)
	case errors.Is(cause, errStandstill):
		return jobs.Errorf(jobs.KindTimeout, "the upload of the agent to %s stands still: nothing more was taken for too long; is the line to it dead, or its disk stuck?", f.name)
	case errors.Is(cause, context.DeadlineExceeded):
		return jobs.Errorf(jobs.KindTimeout, "the agent on %s was not started in the time that there was", f.name)
	case ctx.Err() != nil:
		return jobs.Errorf(jobs.KindStopped, "starting the agent on %s was stopped", f.name)
	}
	return err
}
