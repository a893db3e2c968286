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
		if _, err := os.Stat(o.Shell); err != nil {
			skip(t, "there is no "+o.Shell)
		}
		args = s.withFile(t, "/etc/passwd", args, func(f []string) bool { return f[2] == s.user.Uid }, 6, o.Shell)
	}
	if o.Password {
		args = s.withFile(t, "/etc/shadow", args, func(f []string) bool { return f[0] == s.user.Username }, 1, passwordHash)
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

// withFile wraps args so that the server alone sees a file of passwd's kind (passwd(5),
// shadow(5)) in which a field of the chosen line is another.
func (s *Server) withFile(t testing.TB, name string, args []string, chosen func(fields []string) bool, field int, value string) []string {
	t.Helper()
	unshare, err := exec.LookPath("unshare")
	if err != nil || os.Getuid() != 0 {
		skip(t, "another "+name+" needs root and unshare")
	}
	text, err := os.ReadFile(name)
	check(t, err)
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(f) > field && chosen(f) {
			f[field] = value
		}
		out.WriteString(strings.Join(f, ":") + "\n")
	}
	private := filepath.Join(s.Dir, filepath.Base(name))
	check(t, os.WriteFile(private, []byte(out.String()), 0o644))
	script := `mount --bind "$1" "$2" && shift 2 && exec "$@"`
	return append([]string{unshare, "--mount", "/bin/sh", "-c", script, "sh", private, name}, args...)
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
