package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"marsh/remote/sshconn"
	"marsh/remote/sshtest"
)

// checkJSONLines checks that each line is one JSON value, from these machines in turn.
func checkJSONLines(t *testing.T, text string, computers ...string) {
	t.Helper()
	here, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(all) != len(computers) {
		t.Fatalf("got %d lines, want %d:\n%s", len(all), len(computers), text)
	}
	for i, line := range all {
		var v struct{ PSComputerName, Value string }
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if v.PSComputerName != computers[i] || !strings.Contains(line, strconv.Quote(here)) {
			t.Errorf("line %d is %s, want %s of %s", i+1, line, here, computers[i])
		}
	}
}

// A mistake and what must be said about it.
type mistake struct {
	text string
	says []string
}

// unknownHost is a name that needs no server of names to be refused: a part of one has at
// most 63 characters (RFC 1035, 2.3.4).
const unknownHost = "no-such-host-that-is-as-long-as-no-part-of-a-name-of-a-host-can-be.invalid"

// The mistakes that need no machine.
var mistakes = map[string]mistake{
	"unknown command":        {"frobnicate now", []string{"frobnicate", "no such command"}},
	"unknown parameter":      {"get-job -frobnicate", []string{"get-job", "-frobnicate", "-Name"}},
	"ambiguous parameter":    {"receive-job -w", []string{"-w", "-Wait", "-WriteJobInResults"}},
	"unfinished block":       {"start-job {1", []string{"{"}},
	"unfinished string":      {`write-output "abc`, []string{`"`}},
	"bad Lua":                {"local x = = 1", []string{"="}},
	"Lua that fails":         {"local x = nil; return x.y", []string{"nil"}},
	"unknown log":            {"get-eventlog no-such-log", []string{"no-such-log", "/var/log/no-such-log"}},
	"unknown job":            {"receive-job 7", []string{"7", "get-job"}},
	"unknown session":        {"remove-session -name nobody", []string{"nobody", "get-session"}},
	"program that fails":     {"!exit 3", []string{"3"}},
	"file that is not there": {"get-content ./nowhere.txt", []string{"nowhere.txt"}},
	"unknown host":           {"invoke-command -computername " + unknownHost + " {1}", []string{unknownHost}},
}

func TestMistakes(t *testing.T) {
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			got := marsh(t, "", "-c", m.text)
			checkMistake(t, got, m.says...)
		})
	}
}

// checkMistake checks that one line says what is wrong.
func checkMistake(t *testing.T, got ended, says ...string) {
	t.Helper()
	got.want(t, 1)
	if len(lines(got.stderr)) != 1 || got.stdout != "" {
		t.Errorf("want one line of error, got\n%s%s", got.stdout, got.stderr)
	}
	contains(t, got.stderr, says...)
}

// lines splits what was said into lines, but for the line of code that a mistake is in
// and the mark below its place.
func lines(text string) []string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	if n := len(all); n > 2 && strings.TrimSpace(all[n-1]) == "^" {
		all = all[:n-2]
	}
	return all
}

// The prompt comes back after each of them, all in one shell.
func TestMistakesAtThePrompt(t *testing.T) {
	s := sit(t)
	const local = "local:~> "
	for name, m := range mistakes {
		if strings.HasPrefix(name, "unfinished") {
			continue // the prompt waits for the rest
		}
		got := s.enter(m.text, local)
		contains(t, got, m.says...)
		if n := len(lines(got)); n != 1 && len(got) < screenWidth {
			t.Errorf("%s: %d lines: %s", name, n, got)
		}
	}
	s.types("start-job {1\r")
	s.shows("start-job {1\n")
	s.types("\x03")
	s.at(local)
	s.enter("1+1", local)
	s.types("exit\r")
	s.exits(0)
}

// connecting tries to reach Server01 with a changed ssh_config.
func connecting(t *testing.T, config string) ended {
	t.Helper()
	return marsh(t, "", "-F", config, "-c", "invoke-command -computername Server01 {1}")
}

// changed returns a copy of the server's ssh_config in which further lines come first.
func changed(t *testing.T, s *sshtest.Server, format string, args ...any) string {
	t.Helper()
	return write(t, filepath.Join(t.TempDir(), "config"), fmt.Sprintf(format, args...)+"\n"+read(t, s.Config()))
}

func TestWrongKey(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	other := filepath.Join(t.TempDir(), "other")
	if _, err := sshconn.LoadOrCreateKey(other); err != nil {
		t.Fatal(err)
	}
	config := write(t, filepath.Join(t.TempDir(), "config"), strings.Replace(read(t, server.Config()), server.ClientKey, other, 1))
	checkMistake(t, connecting(t, config), "Server01", "key")
}

func TestUnknownHostKey(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	empty := write(t, filepath.Join(t.TempDir(), "known"), "")
	checkMistake(t, connecting(t, changed(t, server, "UserKnownHostsFile %s", empty)), "Server01", "host key", "SHA256:")
	if got := read(t, empty); got != "" {
		t.Errorf("nobody was asked, and known_hosts has %q", got)
	}
}

func TestChangedHostKey(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	dir := t.TempDir()
	key, err := sshconn.LoadOrCreateKey(filepath.Join(dir, "other"))
	if err != nil {
		t.Fatal(err)
	}
	known := write(t, filepath.Join(dir, "known"), key.KnownHost(server.HostAddr(0))+"\n")
	got := connecting(t, changed(t, server, "UserKnownHostsFile %s", known))
	got.want(t, 1)
	contains(t, got.stderr, "Server01", "changed", known)
	if strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("more than a line: %s", got.stderr)
	}
}

// A stranger's host key is shown and asked about at a terminal, and kept.
func TestHostKeyQuestion(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	known := filepath.Join(t.TempDir(), "known")
	s := sit(t, "-F", changed(t, server, "UserKnownHostsFile %s\nStrictHostKeyChecking ask", known))
	s.types("enter-session Server01\r")
	s.shows("SHA256:")
	s.types("yes\r")
	s.at("Server01:~> ")
	contains(t, read(t, known), "ssh-ed25519")
	s.enter("exit", "local:~> ")
	s.types("exit\r")
	s.exits(0)
}

// quiet listens and, where it takes connections at all, says nothing.
func quiet(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln
}

func TestRefused(t *testing.T) {
	ln := quiet(t)
	addr := ln.Addr().(*net.TCPAddr)
	ln.Close()
	config := write(t, filepath.Join(t.TempDir(), "config"), clientConfig(addr, t.TempDir()))
	checkMistake(t, connecting(t, config), "Server01", "refused", strconv.Itoa(addr.Port))
}

func TestSilentServer(t *testing.T) {
	ln := quiet(t)
	dir := t.TempDir()
	if _, err := sshconn.LoadOrCreateKey(filepath.Join(dir, "id")); err != nil {
		t.Fatal(err)
	}
	config := write(t, filepath.Join(dir, "config"), clientConfig(ln.Addr().(*net.TCPAddr), dir))
	got := marsh(t, "", "-F", config, "-c", "new-session Server01 -connecttimeout 1")
	checkMistake(t, got, "Server01", "1s")
}
