package shell

import (
	"context"

	"marsh/jobs"
)

// RunItem runs a block for one value beside the script: in a fork that has no variables
// but it, and what the block carries along. What it writes goes where the command's
// output and other streams do. Several goroutines may call it.
func (c *Call) RunItem(ctx context.Context, b *Block, item jobs.Value) error {
	s, err := b.Script(jobs.List{item})
	if err != nil {
		return err
	}
	f, err := c.Engine.Fork(ctx, false)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.setIt(s.Args); err != nil {
		return err
	}
	return f.Run(ctx, s, &commandSink{c})
}
