package remote

import (
	"context"
	"errors"
	"fmt"
	"io"

	"marsh/jobs"
	"marsh/remote/wire"
)

// A call is one Run that waits for its End. It belongs to the goroutine that called Run.
type call struct {
	id     uint32
	beside bool
	link   *link
	in     *inbox
	script *outbox
	detach *jobs.Detacher // asks that the run become a job there; nil where nobody does

	batch  *wire.BatchReader // of the message that is being delivered; nil between two
	held   message
	record jobs.Record // read from the batch and not yet delivered
	loaded bool        // record is one
}

// What deliver says when the End has come.
var errEnded = errors.New("ended")

// Delivers until the run has ended.
func (c *call) follow(ctx context.Context, out jobs.Sink) error {
	err := c.deliver(ctx, out)
	switch {
	case err == errEnded:
		return c.outcome()
	case ctx.Err() != nil:
		return c.interrupt(ctx, out)
	case err == c.link.failure():
		return jobs.AsError(err)
	}
	c.abandon(ctx)
	return err
}

// Returns what the End said, as an error of this session's machine.
func (c *call) outcome() error {
	e := c.in.result()
	if e == nil {
		return nil
	}
	e.Host = c.link.opt.Name
	return e
}

// Cancels the far run because ctx has ended, and delivers what it has written until it
// ends, or for the grace, and longer where the other end lives.
func (c *call) interrupt(ctx context.Context, out jobs.Sink) error {
	ending := c.link.opt.Ending
	if grace, ok := jobs.GraceOf(ctx); ok {
		c.end(wire.EncodeGrace(grace))
		ending += grace
	} else {
		c.cancel(false)
	}
	last, stop := c.link.patience(context.WithoutCancel(ctx), ending)
	defer stop()
	e := *jobs.AsError(context.Cause(ctx))
	e.Host = c.link.opt.Name
	switch err := c.deliver(last, out); {
	case err == errEnded:
		if left := c.outcome(); errors.Is(left, jobs.KindState) { // it says what could not be ended
			return left
		}
	case err == c.link.failure():
		return jobs.AsError(err)
	case last.Err() == nil: // out takes nothing any more
		c.abandon(last)
	default:
		c.cancel(true)
		e.Msg += fmt.Sprintf("; %s did not confirm it within %v", e.Host, context.Cause(last))
	}
	return &e
}

// Cancels the far run, whose records nobody wants, and waits until it has ended, or for the
// grace.
func (c *call) abandon(ctx context.Context) {
	c.cancel(true)
	last, stop := c.link.patience(context.WithoutCancel(ctx), c.link.opt.Ending)
	defer stop()
	c.drop()
	for {
		m, err := c.next(last)
		if err != nil {
			return
		}
		c.in.done(m)
	}
}

// Asks the other end to end the run.
func (c *call) cancel(discard bool) { c.end(wire.EncodeBool(discard)) }

// Asks the other end to end the run, with the payload of a Cancel.
func (c *call) end(payload []byte) {
	c.script.discard()
	c.link.send(wire.Cancel, c.id, payload)
}

// Hands records to out until there is an error: errEnded, out's, that of ctx, or the
// link's. The record that out did not take is the first when it goes on.
func (c *call) deliver(ctx context.Context, out jobs.Sink) error {
	for {
		if c.loaded {
			if err := out.Write(ctx, c.record); err != nil {
				return err
			}
			c.loaded = false
		}
		if err := c.load(ctx); err != nil {
			return err
		}
	}
}

// Reads the next record, waiting for the next batch where this one is done.
func (c *call) load(ctx context.Context) (err error) {
	if c.batch == nil {
		if err := c.unwrap(ctx); err != nil {
			return err
		}
	}
	c.record, err = c.batch.Next()
	if err == io.EOF {
		c.drop()
		return nil
	}
	if err != nil {
		return c.garbled(err)
	}
	c.record.Host = c.link.opt.Name
	c.loaded = true
	return nil
}

// Gives back the batch that is being delivered, with what is left of it.
func (c *call) drop() {
	if c.batch != nil {
		c.in.done(c.held)
	}
	c.batch, c.held, c.loaded = nil, message{}, false
}

func (c *call) unwrap(ctx context.Context) error {
	m, err := c.next(ctx)
	if err != nil {
		return err
	}
	c.held = m
	c.batch, err = wire.NewBatchReader(m.data)
	if err != nil {
		return c.garbled(err)
	}
	return nil
}

// Ends the link, because what comes from it is not the protocol.
func (c *call) garbled(err error) error {
	c.link.fail(c.link.broken(err))
	return c.link.failure()
}

// Asks the other end to let the run go on as a job.
func (c *call) leave() { c.link.send(wire.Detach, c.id, wire.EncodeError(nil)) }

// Waits for the next batch. What has come is returned before the end of the link.
func (c *call) next(ctx context.Context) (message, error) {
	for {
		select {
		case <-c.detach.Asked(): // also where so much comes that there is nothing to wait for
			c.leave()
		default:
		}
		if m, ok, ended := c.in.take(); ok {
			return m, nil
		} else if ended {
			return message{}, errEnded
		}
		select {
		case <-c.in.some:
		case <-c.detach.Asked():
			c.leave()
		case <-ctx.Done():
			return message{}, context.Cause(ctx)
		case <-c.link.done:
			if m, ok, ended := c.in.take(); ok {
				return m, nil
			} else if ended {
				return message{}, errEnded
			}
			return message{}, c.link.failure()
		}
	}
}
