package main

import (
	"bytes"
	"context"
	"net"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/remote"
	"marsh/shell"
	"marsh/shell/builtin"
	"marsh/shell/format"
)

// farShell is a shell behind a wire, as an agent has it.
func farShell(t *testing.T) *remote.Session {
	t.Helper()
	near, far := net.Pipe()
	sh := shell.New(shell.Options{Commands: shell.NewCommandSet(builtin.Commands()), Dir: t.TempDir()})
	served := make(chan error, 1)
	go func() { served <- remote.Serve(context.Background(), far, sh.Engine(), remote.Options{Build: "test"}) }()
	s, err := remote.NewSession(t.Context(), near, remote.Options{Build: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		<-served
		if err := sh.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Returns a channel that is closed: nobody watches the session.
func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// wired is a shell whose every connection leads to the same far one.
func wired(t *testing.T) *shell.Shell {
	t.Helper()
	sh := shell.New(shell.Options{
		Commands: shell.NewCommandSet(builtin.Commands()), Dir: t.TempDir(),
		Connect: func(context.Context, jobs.Target) (shell.Session, error) {
			return session{Session: farShell(t), watched: closed()}, nil
		},
	})
	t.Cleanup(func() {
		if err := sh.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return sh
}

// What a script shows, the error that ended it at the end.
func shown(t *testing.T, sh *shell.Shell, script string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	var b bytes.Buffer
	p := format.NewPrinter(&b, &b, format.Options{})
	err := sh.Engine().Run(ctx, jobs.Script{Text: script, Name: "line"}, p)
	if ferr := p.Flush(); ferr != nil {
		t.Fatal(ferr)
	}
	if err != nil {
		b.WriteString("failed: " + err.Error() + "\n")
	}
	return b.String()
}

// Blocks and Lua functions on the far side of a wire, line by line: what is typed,
// and what it shows.
var farLanguage = []struct{ script, want string }{
	{"$s = new-session far", ""},
	{"invoke-command -session $s { 6 * 7 }", "42\n"},
	{"$x = 5; invoke-command -session $s { =$using:x + 1, using.x }", "6\n5\n"},
	{"invoke-command -session $s { ... } -argumentlist 1, two", "1\ntwo\n"},
	{"invoke-command -session $s { y = 7 }; invoke-command -session $s { =y }", "7\n"},
	{"invoke_command(function(n) return n * 2 end, {session = s, args = {21}})", "42\n"},
	{"do local n, t = 5, {k = {1, 2}}; function add(x) return x + n + t.k[2] end end", ""},
	{"invoke_command(add, {session = s, args = {1}})", "8\n"},
	{"local function fact(n) if n < 2 then return 1 end; return n * fact(n - 1) end; return invoke_command(fact, {session = s, args = {5}})", "120\n"},
	{"local co = coroutine.create(print); invoke_command(function() return co end, {session = s})",
		"failed: invoke-command: 'co' is a coroutine, which cannot travel (captured by the function at line:1); take it out or make it a string, number or table\n"},
	{"$co = coroutine.create(print); invoke-command -session $s { $using:co }",
		"failed: the value of $using:co cannot be taken: a thread is not a value that can be carried\n"},
	{"invoke-command -session $s { $y = $using:x * 2; start-job { $using:y + $using:x } | wait-job | receive-job }", "15\n"},
	{"invoke-command -session $s { write-output 1 2 3 | where { it > 1 } | foreach { write-output $it } }", "2\n3\n"},
	{"invoke-command -session $s { !printf 'a\\nb\\nc\\n' | select-object -first 2 }", "a\nb\n"},
	{"$r = invoke-command -session $s { write-output 1 2 3 }; =#r", "3\n"},
	{"invoke-command -session $s {\n  local a = 1\n  error('there')\n}", "failed: invoke-command: line:3: there\n"},
	{"ok, e = pcall(function() invoke-command -session $s { sh -c 'exit 3' } end); =ok, e.Kind, e.ExitStatus", "False\nExitStatus\n3\n"},
	{"invoke-command -session $s { frobnicate x }", "failed: invoke-command: line:1: frobnicate: no such command, and the line is not Lua: unexpected \"x\"; get-command lists the commands\n"},
	{"$j = invoke-command -session $s -asjob { start-sleep 0; $using:x * 2 }; wait-job $j | receive-job", "10\n"},
	{"remove-session $s", ""},
}

func TestLanguageOverTheWire(t *testing.T) {
	sh := wired(t)
	for _, l := range farLanguage {
		if got := shown(t, sh, l.script); strings.ReplaceAll(got, "far: ", "") != l.want {
			t.Errorf("%s\ngot  %q\nwant %q", l.script, got, l.want)
		}
	}
}
