package sshtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"marsh/remote/sshconn"
)

// startTime bounds the wait for the server to listen, and for what it logs. It only
// passes when something hangs.
const startTime = 5 * time.Minute

// Server is a running sshd. Its fields must not be changed.
type Server struct {
	Dir            string   // holds everything; removed at the end
	Home           string   // HOME of what runs there
	Port           int      // the same on every address
	Hosts          []string // the machines' names
	HostKey        string   // the private host key's file
	ClientKey      string   // the private key's file that the server takes
	KnownHosts     string   // the client's known_hosts, with the host key in it
	AuthorizedKeys string

	user *user.User
	tag  string // marks the environment of all that runs there
	pid  int    // sshd's own
	log  *logLines
}

// Start starts a server and returns when it listens. It is stopped, with all that
// runs on it, when the test ends. Where there is no sshd the test is skipped,
// unless the environment has CI: then it fails.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	sshd := find(t)
	s := prepare(t, o)
	// Somebody else may take the port between finding it and using it.
	for attempt := 1; ; attempt++ {
		s.Port = freePort(t, Addr(0))
		s.writeConfigs(t, o)
		err := s.run(t, sshd, o)
		if err == nil {
			return s
		}
		if attempt == 3 {
			t.Fatalf("sshd does not start: %v\n%s", err, s.log)
		}
	}
}

// Addr returns the address of the i-th machine, from 0: 127.0.0.2 and on.
func Addr(i int) string { return fmt.Sprintf("127.0.0.%d", i+2) }

// Config returns the path of the client's ssh_config, for -F.
func (s *Server) Config() string { return filepath.Join(s.Dir, "ssh_config") }

// HostAddr returns host:port of the i-th machine, from 0.
func (s *Server) HostAddr(i int) string { return net.JoinHostPort(Addr(i), strconv.Itoa(s.Port)) }

// Log returns what the server has logged so far.
func (s *Server) Log() string { return s.log.String() }

// WaitLog waits until the server has logged a line that contains text, and fails
// the test if it does not within two minutes.
func (s *Server) WaitLog(t testing.TB, text string) {
	t.Helper()
	s.WaitLogged(t, text, 1)
}

// WaitLogged waits as WaitLog does until text was logged n times. What a server has done
// may be seen before its log is.
func (s *Server) WaitLogged(t testing.TB, text string, n int) {
	t.Helper()
	if err := s.log.wait(text, n, startTime); err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}
}

// find returns sshd's path.
func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"sshd", "/usr/sbin/sshd", "/usr/local/sbin/sshd"} {
		if path, err := exec.LookPath(name); err == nil {
			path, err = filepath.Abs(path) // sshd runs itself again and insists
			if err == nil {
				return path
			}
		}
	}
	skip(t, "there is no sshd (Debian: openssh-server)")
	return ""
}

// skip skips the test loudly, or fails it where tests must not be skipped.
func skip(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s: %s", t.Name(), why)
	}
	fmt.Fprintf(os.Stderr, "SKIPPED %s: %s\n", t.Name(), why)
	t.Skip(why)
}

// prepare makes everything that does not depend on the port.
func prepare(t testing.TB, o Options) *Server {
	t.Helper()
	who, err := user.Current()
	check(t, err)
	dir := t.TempDir()
	s := &Server{
		Dir: dir, Home: filepath.Join(dir, "home"), Hosts: o.Hosts,
		HostKey: filepath.Join(dir, "host_key"), ClientKey: filepath.Join(dir, "client_key"),
		KnownHosts: filepath.Join(dir, "known_hosts"), AuthorizedKeys: filepath.Join(dir, "authorized_keys"),
		user: who, tag: "MARSH_SSHTEST=" + filepath.Base(filepath.Dir(dir)) + "-" + strconv.Itoa(os.Getpid()),
	}
	if s.Hosts == nil {
		s.Hosts = []string{"Server01", "Server02"}
	}
	check(t, os.MkdirAll(s.Home, 0o700))
	key, err := sshconn.LoadOrCreateKey(s.ClientKey)
	check(t, err)
	write(t, s.AuthorizedKeys, key.AuthorizedKey())
	if o.RC != "" {
		write(t, filepath.Join(s.Home, ".bashrc"), o.RC+"\n")
		write(t, filepath.Join(s.Home, ".zshenv"), o.RC+"\n")
	}
	return s
}

// freePort returns a port that nobody uses on addr just now.
func freePort(t testing.TB, addr string) int {
	t.Helper()
	ln, err := net.Listen("tcp", net.JoinHostPort(addr, "0"))
	check(t, err)
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

func write(t testing.TB, path, text string) {
	t.Helper()
	check(t, os.WriteFile(path, []byte(text), 0o600))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// lines joins lines, each with its newline.
func lines(in ...string) string { return strings.Join(in, "\n") + "\n" }
