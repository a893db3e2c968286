package sshconn

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"marsh/jobs"
)

// maxAnswer bounds what a program may print for an answer, in bytes.
const maxAnswer = 64 << 10

// prompter returns who is to be asked: the person at the terminal, or the program that
// SSH_ASKPASS names, as ssh(1) has it; nil for nobody. A connection that nobody is to be
// asked for may ask a program that SSH_ASKPASS_REQUIRE forces on it: that one needs no
// terminal.
func (p *Pool) prompter(w want) Prompter {
	if w.s.batch {
		return nil
	}
	require := os.Getenv("SSH_ASKPASS_REQUIRE")
	program := askpassProgram()
	display := cmp.Or(os.Getenv("DISPLAY"), os.Getenv("WAYLAND_DISPLAY")) != ""
	switch {
	case program != "" && (require == "force" || require == "prefer" && display && !w.batch):
		return askpass(program)
	case w.batch:
		return nil
	case p.cfg.Ask != nil:
		return p.cfg.Ask
	case program != "" && display && require != "never":
		return askpass(program)
	}
	return nil
}

// askpassProgram returns the program that asks; "" for none.
func askpassProgram() string {
	if program := os.Getenv("SSH_ASKPASS"); program != "" {
		return program
	}
	program, _ := exec.LookPath("ssh-askpass")
	return program
}

// askpass is a program that asks: it gets the question as its argument and prints the
// answer.
type askpass string

// Prompt runs the program.
func (a askpass) Prompt(ctx context.Context, q Question) (string, error) {
	cmd := exec.CommandContext(ctx, string(a), q.Text)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // it has no business with the terminal
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	out := &capped{max: maxAnswer}
	cmd.Stdout = out
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); ended && ctx.Err() == nil {
		return "", jobs.Errorf(jobs.KindAuth, "%s gave no answer (%s)", string(a), clip(err.Error()))
	}
	if err != nil {
		return "", jobs.Errorf(jobs.KindAuth, "%s cannot be asked: %s; check SSH_ASKPASS", string(a), clip(err.Error()))
	}
	line, _, _ := bytes.Cut(out.buf.Bytes(), []byte("\n"))
	return strings.TrimSuffix(string(line), "\r"), nil
}
