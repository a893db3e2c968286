package sshtest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// run starts sshd and waits until it listens on every address.
func (s *Server) run(t testing.TB, sshd string, o Options) error {
	t.Helper()
	if os.Getuid() == 0 { // where root's sshd locks itself in before a login
		check(t, os.MkdirAll("/run/sshd", 0o755))
	}
	args := []string{sshd, "-D", "-e", "-f", filepath.Join(s.Dir, "sshd_config")}
	if o.Shell != "" && o.Shell != s.shell(t) {
		args = s.withShell(t, o.Shell, args)
	}
	s.log = newLogLines()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = s.log
	cmd.Env = append(os.Environ(), s.tag)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.WaitDelay = startTime // should something have escaped that holds the pipe
	if err := cmd.Start(); err != nil {
		return err
	}
	s.pid = cmd.Process.Pid
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cmd.Wait() // it is killed; how it ended is in its log
		s.log.end()
	}()
	err := s.log.wait("Server listening on ", len(s.Hosts), startTime)
	stop := func() {
		select {
		case <-ended: // its number may be another's
		default:
			s.Kill()
			<-ended
		}
	}
	if err != nil {
		stop()
		return err
	}
	t.Cleanup(stop)
	return nil
}

// withShell wraps args so that the server alone sees an /etc/passwd in which the
// user has another shell.
func (s *Server) withShell(t testing.TB, shell string, args []string) []string {
	t.Helper()
	unshare, err := exec.LookPath("unshare")
	if err != nil || os.Getuid() != 0 {
		skip(t, "another login shell needs root and unshare")
	}
	if _, err := os.Stat(shell); err != nil {
		skip(t, "there is no "+shell)
	}
	text, err := os.ReadFile("/etc/passwd")
	check(t, err)
	passwd := filepath.Join(s.Dir, "passwd")
	check(t, os.WriteFile(passwd, []byte(changeShell(string(text), s.user.Uid, shell)), 0o644))
	script := `mount --bind "$1" /etc/passwd && shift && exec "$@"`
	return append([]string{unshare, "--mount", "/bin/sh", "-c", script, "sh", passwd}, args...)
}

// changeShell returns the text of a passwd file with another shell for uid.
func changeShell(text, uid, shell string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(f) == 7 && f[2] == uid {
			f[6] = shell
		}
		out.WriteString(strings.Join(f, ":") + "\n")
	}
	return out.String()
}

// shell returns the user's login shell; "" where the file does not have it.
func (s *Server) shell(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("/etc/passwd")
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	check(t, err)
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) == 7 && f[2] == s.user.Uid {
			return f[6]
		}
	}
	return ""
}
