package shell

import (
	"context"
	"os/exec"

	"marsh/shell/proc"
)

// startPipe starts a program of Lua's io.popen, and returns what waits for it. It
// carries the engine's tag as every program does, so that a stopped job leaves nothing
// of it; it and what came of it end when cmd's context does.
func (e *Engine) startPipe(cmd *exec.Cmd) (wait func() error, err error) {
	group := e.newGroup()
	cmd.Cancel = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 2*proc.DefaultGrace)
		defer cancel()
		return group.Stop(ctx, proc.DefaultGrace)
	}
	return func() error {
		defer group.Over()
		return group.Wait(cmd)
	}, group.Start(cmd)
}
