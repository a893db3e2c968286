package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"marsh/remote/sshconn"
)

// served is marsh serve in a process of its own.
type served struct {
	t           *testing.T
	cmd         *exec.Cmd
	dir, config string
	addr        *net.TCPAddr
}

// serving is what it prints first.
var serving = regexp.MustCompile(`^marsh serves on (\S+)\n`)

// serve starts marsh serve on a free port.
func serve(t *testing.T, listen string) *served {
	t.Helper()
	s := &served{t: t, dir: t.TempDir()}
	user, err := sshconn.LoadOrCreateKey(filepath.Join(s.dir, "id"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(s.dir, "authorized_keys"), user.AuthorizedKey()+"\n")
	s.cmd = exec.Command(binary, "serve", "--listen", listen, "--authorized-keys", filepath.Join(s.dir, "authorized_keys"),
		"--host-key", filepath.Join(s.dir, "new", "host_key"), "--log", filepath.Join(s.dir, "log"))
	s.cmd.Dir, s.cmd.Env = s.dir, environment(s.dir)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			s.cmd.Process.Kill()
			s.cmd.Wait()
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	m := serving.FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("it said %q, %v", line, err)
	}
	if s.addr, err = net.ResolveTCPAddr("tcp", m[1]); err != nil {
		t.Fatal(err)
	}
	key, err := sshconn.LoadOrCreateKey(filepath.Join(s.dir, "new", "host_key"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(s.dir, "known_hosts"), key.KnownHost(s.addr.String())+"\n")
	s.config = write(t, filepath.Join(s.dir, "config"), clientConfig(s.addr, s.dir))
	return s
}

// stop ends the server with TERM; it must end well.
func (s *served) stop() {
	s.t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	stuck := time.AfterFunc(patience, func() { s.cmd.Process.Kill() })
	defer stuck.Stop()
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the server ended with %v", err)
	}
}

func TestServe(t *testing.T) {
	s := serve(t, "127.0.0.1:0")
	if info, err := os.Stat(filepath.Join(s.dir, "new", "host_key")); err != nil || info.Mode() != 0o600 {
		t.Errorf("the host key is %v, %v", info, err)
	}
	got := marsh(t, "", "-F", s.config, "-c", "invoke-command -computername Server01 {!echo up}").want(t, 0)
	if got.stdout != "up\n" && got.stdout != "Server01: up\n" {
		t.Errorf("got %q", got.stdout)
	}
	for command, want := range map[string]string{"echo $((1+1))": "2\n", "exit 3": "", "cat": "typed"} {
		ssh := exec.Command("ssh", "-F", s.config, "-o", "BatchMode=yes", "Server01", command)
		ssh.Stdin = strings.NewReader("typed")
		out, _ := ssh.Output()
		if string(out) != want || (ssh.ProcessState.ExitCode() == 3) != (command == "exit 3") {
			t.Errorf("ssh %s: %q, %v", command, out, ssh.ProcessState)
		}
	}
	contains(t, read(t, filepath.Join(s.dir, "log")), "Accepted publickey")
	s.stop()
}

func TestServeEndsWithSessionsOpen(t *testing.T) {
	s := serve(t, "127.0.0.1:0")
	at := sit(t, "-F", s.config)
	at.enter("$s = new-session Server01", local)
	at.enter("invoke-command -session $s {start-job {!sleep 600}}", local)
	at.types("invoke-command -session $s {!echo up; sleep 600\r}\r")
	at.until("up", func() bool { return regexp.MustCompile(`(?m)^(Server01: )?up$`).MatchString(at.text()) })
	s.stop()
	at.at(local)
	contains(t, at.enter("get-session", local), "Broken")
	at.types("exit\r")
	at.exits(0)
	if left := inEnvironment("HOME=" + s.dir); left != "" {
		t.Errorf("left over: %s", left)
	}
}

// inEnvironment lists the processes that have this in their environment.
func inEnvironment(entry string) string {
	var out strings.Builder
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		env, _ := os.ReadFile(dir + "/environ")
		if strings.Contains("\x00"+string(env), "\x00"+entry+"\x00") {
			line, _ := os.ReadFile(dir + "/cmdline")
			fmt.Fprintf(&out, "%s %q\n", filepath.Base(dir), line)
		}
	}
	return out.String()
}

func TestServeAddresses(t *testing.T) {
	for _, listen := range []string{"localhost:0", "[::1]:0", ":0"} {
		t.Run(listen, func(t *testing.T) {
			if ln, err := net.Listen("tcp", listen); err != nil {
				t.Skipf("this machine cannot: %v", err)
			} else {
				ln.Close()
			}
			serve(t, listen).stop()
		})
	}
	for _, listen := range []string{"nonsense", "127.0.0.1:99999", "192.0.2.1:0"} {
		t.Run("not "+listen, func(t *testing.T) {
			checkMistake(t, marsh(t, "", "serve", "--listen", listen), "listen")
		})
	}
}

// Without keys nobody can log in, and it says so.
func TestServeWithoutKeys(t *testing.T) {
	s := serve(t, "127.0.0.1:0")
	if err := os.Remove(filepath.Join(s.dir, "authorized_keys")); err != nil {
		t.Fatal(err)
	}
	checkMistake(t, connecting(t, s.config), "Server01", "key")
	s.stop()
}

func TestUsage(t *testing.T) {
	for says, args := range map[string][]string{
		"-frobnicate":   {"serve", "--frobnicate"},
		"more":          {"serve", "more"},
		"--listen":      {"serve", "--listen", ""},
		"no argument":   {"version", "more"},
		"nonsense":      {"--output", "nonsense"},
		"/nowhere":      {"-F", "/nowhere/config"},
		"way1":          {"demo", "nonsense"},
		"takes no":      {"agent", "more"},
		"not defined":   {"--frobnicate"},
		"flag needs an": {"-c"},
	} {
		got := marsh(t, "", args...).want(t, 2)
		contains(t, got.stderr, "usage: marsh", says)
	}
}
