package shell

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"

	"marsh/jobs"
)

// result turns how a program ended into the stage's error.
func (x *running) result(err, closed error) error {
	status, signal := exitOf(x.cmd)
	x.s.started, x.s.status = true, status
	if closed == nil {
		select {
		case closed = <-x.errs:
		default:
		}
	}
	switch {
	case x.s.ctx.Err() != nil:
		return jobs.AsError(context.Cause(x.s.ctx))
	case closed != nil:
		return closed
	case (signal == syscall.SIGPIPE || status == pipeStatus) && (x.s.prog.hasReader || x.s.next != nil):
		return nil // the next stage had read enough
	case signal == syscall.SIGINT && x.s.tty != nil:
		return errCtrlC
	case signal != 0:
		return &jobs.Error{Kind: jobs.KindExitStatus, Op: x.s.prog.name, Status: status, Msg: "killed by " + signalName(signal)}
	case status != 0:
		return &jobs.Error{Kind: jobs.KindExitStatus, Op: x.s.prog.name, Status: status, Msg: fmt.Sprintf("exit status %d", status)}
	}
	if _, ok := errors.AsType[*jobs.Error](err); ok {
		return err
	}
	return nil
}

// errCtrlC is the error of a program that had the terminal and was ended by SIGINT.
var errCtrlC = &jobs.Error{Kind: jobs.KindStopped, Msg: "interrupted", Status: 128 + int(syscall.SIGINT)}

// pipeStatus is the exit status of a shell whose program was ended by SIGPIPE.
const pipeStatus = 128 + int(syscall.SIGPIPE)

// exitOf returns a program's exit status, 128 and more for a signal as sh has it.
func exitOf(cmd *exec.Cmd) (int, syscall.Signal) {
	if cmd.ProcessState == nil {
		return -1, 0
	}
	ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && ws.Signaled() {
		return 128 + int(ws.Signal()), ws.Signal()
	}
	return cmd.ProcessState.ExitCode(), 0
}
