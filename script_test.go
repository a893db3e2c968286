package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"marsh/examples"
	"marsh/remote/sshtest"
)

// The program in scripts of commands: what a shell that calls it sees. $CONFIG is an
// ssh_config that knows the machines Server01 and Server02.
func TestScripts(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			for _, kv := range environment(e.WorkDir) {
				k, v, _ := strings.Cut(kv, "=")
				e.Setenv(k, v)
			}
			e.Setenv("PATH", filepath.Dir(binary)+string(filepath.ListSeparator)+e.Getenv("PATH"))
			e.Setenv("CONFIG", server.Config())
			return nil
		},
	})
}

// played is a walk-through's lines for a real server: with a file of the test's own.
func played(t *testing.T, w examples.Walk) string {
	t.Helper()
	var out strings.Builder
	for _, line := range w.Lines() {
		out.WriteString(line + "\n")
	}
	saved := filepath.Join(t.TempDir(), "pslog.txt")
	text := strings.ReplaceAll(out.String(), "/var/tmp/pslog.txt", saved)
	return strings.ReplaceAll(text, "get-eventlog system", systemLog(t))
}

// The walk-throughs against OpenSSH, piped in and as a script file, print the same
// tables as at the prompt.
func TestWalkThroughsWithoutTerminal(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	// So that a log with one entry is a list, too.
	marsh(t, "", "-F", server.Config(), "-c", "invoke-command -computername Server01 {1} | out-null").want(t, 0)
	for _, w := range examples.All() {
		text := played(t, w)
		for _, how := range []string{"piped", "file"} {
			t.Run(w.Name+" "+how, func(t *testing.T) {
				stdin, args := text, []string{"-F", server.Config()}
				if how == "file" {
					stdin, args = "", append(args, write(t, filepath.Join(t.TempDir(), "walk.marsh"), text))
				}
				got := marsh(t, stdin, args...)
				if got.status != 0 {
					t.Fatalf("status %d\n%s\n%s", got.status, got.stdout, got.stderr)
				}
				checkPlayed(t, w, got)
			})
		}
	}
	nothingRuns(t, server)
}

// checkPlayed looks for the tables' rows of jobs that a walk-through shows.
func checkPlayed(t *testing.T, w examples.Walk, got ended) {
	t.Helper()
	rows := 0
	for line := range strings.Lines(w.Text) {
		f := strings.Fields(line)
		if len(f) < 7 || f[2] != "BackgroundJob" && f[2] != "RemoteJob" || strings.Contains(line, "system") {
			continue
		}
		row(t, got.stdout, f...)
		rows++
	}
	if rows == 0 && w.Name != "way2" {
		t.Errorf("%s shows no jobs", w.Name)
	}
	if w.Name == "way1" {
		contains(t, got.stdout+got.stderr, "1 job was running in the session to Server01 and was stopped")
	}
	if w.Name == "way3" {
		contains(t, got.stderr, "1 job still running on Server01 was stopped")
	}
}
