package sshconn

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"marsh/jobs"
)

// maxOptions bounds what ssh -G may print, in bytes; it prints about 8 KiB.
const maxOptions = 1 << 20

// readOptions returns ssh_config's settings for p: from OpenSSH's client, or
// where that is not installed from the files themselves.
func readOptions(ctx context.Context, file string, p place) (options, error) {
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		return readFiles(ctx, file, p)
	}
	return askOpenSSH(ctx, ssh, file, p)
}

// askOpenSSH runs ssh -G, which prints what ssh would do for a host and connects
// to nothing.
func askOpenSSH(ctx context.Context, ssh, file string, p place) (options, error) {
	cmd := exec.CommandContext(ctx, ssh, openSSHArgs(file, p)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it ends with what a Match exec has it start
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second // something may hold the pipes nevertheless
	out, errOut := &capped{max: maxOptions}, &capped{max: 4096}
	cmd.Stdout, cmd.Stderr = out, errOut
	if err := cmd.Run(); err != nil {
		return nil, openSSHError(ctx, err, errOut.String())
	}
	return parseOptions(out.buf.Bytes()), nil
}

func openSSHArgs(file string, p place) []string {
	args := []string{"-G"}
	if file != "" {
		args = append(args, "-F", file)
	}
	if p.user != "" {
		args = append(args, "-l", p.user)
	}
	if p.port != 0 {
		args = append(args, "-p", strconv.Itoa(p.port))
	}
	return append(args, "--", p.host)
}

func openSSHError(ctx context.Context, err error, text string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, ok := errors.AsType[*exec.ExitError](err); ok && text != "" {
		return jobs.Errorf(jobs.KindUsage, "ssh_config cannot be read: %s", clip(text))
	}
	return jobs.Errorf(jobs.KindIO, "cannot ask ssh -G for the settings: %w", err)
}

// parseOptions reads the output of ssh -G: a key, a space and a value a line.
func parseOptions(text []byte) options {
	o := options{}
	for line := range bytes.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		if key != "" {
			key = strings.ToLower(key)
			o[key] = append(o[key], value)
		}
	}
	return o
}

// capped keeps the first max bytes written to it and drops the rest.
type capped struct {
	buf bytes.Buffer
	max int
}

func (c *capped) Write(p []byte) (int, error) {
	c.buf.Write(p[:min(len(p), c.max-c.buf.Len())])
	return len(p), nil
}

func (c *capped) String() string { return c.buf.String() }
