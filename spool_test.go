package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsh/jobs/spool"
	"marsh/shell"
)

// noisy is a job that writes more than memory keeps of one task.
const noisy = `start-job { for i = 1, 60000 do write-output (("%08d"):format(i) .. ("x"):rep(92)) end } | out-null
`

// spools returns the spools of shells whose home directory it is.
func spools(t *testing.T, home string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(home, ".local", "state", "marsh", "spool", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What a job wrote and nobody received goes to disk, comes back whole and in order,
// however often it is looked at, and is gone with the shell.
func TestResultsGoToDisk(t *testing.T) {
	dir := home(t)
	got := marshIn(t, dir, "", "-c", noisy+`wait-job 1 | out-null
!find .local/state/marsh/spool -type f -size +100k | wc -l
kept = 0
receive-job 1 -keep | foreach-object { kept = kept + 1 }
last = 0
receive-job 1 | foreach-object { if tonumber(it:sub(1, 8)) ~= last + 1 then error("after " .. last .. " comes " .. it) end; last = last + 1 }
=last
!find .local/state/marsh/spool -type f -size +100k | wc -l
`).want(t, 0)
	if got.stdout != "2\n60000\n0\n" && !strings.HasSuffix(got.stdout, "\n60000\n0\n") || strings.HasPrefix(got.stdout, "0") {
		t.Errorf("got %q, %q", got.stdout, got.stderr)
	}
	if left := spools(t, dir); len(left) != 0 {
		t.Errorf("the shell left %v", left)
	}
}

// A shell that is killed leaves its spool; the next one removes it, and not that of a
// shell that lives.
func TestSpoolOfAKilledShell(t *testing.T) {
	dir := home(t)
	start := func(name string) *running {
		p := begin(t, dir, "", "-c", noisy+"wait-job 1 | out-null\n!touch "+name+"\nstart-sleep 600\n")
		eventually(t, "a shell with a spool", func() bool { _, err := os.Lstat(filepath.Join(dir, name)); return err == nil })
		return p
	}
	living, killed := start("first"), start("second")
	if n := len(spools(t, dir)); n != 2 {
		t.Fatalf("there are %d spools, want 2", n)
	}
	if err := killed.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed.cmd.Wait()
	marshIn(t, dir, "", "-c", "=1").want(t, 0)
	if n := len(spools(t, dir)); n != 1 {
		t.Errorf("%d spools are left, want that of the shell that lives", n)
	}
	if err := living.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if got := living.wait(); got.status != statusInterrupted || len(spools(t, dir)) != 0 {
		t.Errorf("the other shell ended with %d, %q, and left %v", got.status, got.stderr, spools(t, dir))
	}
}

// The quotas can be set while jobs run, and a job that is blocked goes on then.
func TestQuotaOptions(t *testing.T) {
	for name, want := range map[string]int64{shell.JobQuota: spool.DefaultJobQuota, shell.ShellQuota: spool.DefaultShellQuota} {
		if s, err := shell.FindSetting(name); err != nil || s.Default != want {
			t.Errorf("%s is %v where nothing is set, %v, want %d", name, s.Default, err, want)
		}
	}
	got := marsh(t, "", "-c", `set-option JobQuota 1MiB
`+noisy+`repeat
  start-sleep -milliseconds 20
  $j = get-job 1
until $j.State ~= "Running"
=$j.State
=$j.Reason.Message
set-option JobQuota 100MB
repeat
  start-sleep -milliseconds 20
  $j = get-job 1
until $j.State ~= "Blocked"
wait-job 1 | out-null
n = 0
receive-job 1 | foreach-object { n = n + 1 }
=n
`).want(t, 0)
	if want := "Blocked\nwhat it wrote and nobody received fills its quota of 1 MiB on disk; receive-job 1 makes room, remove-job 1 -force gives it up\n60000\n"; got.stdout != want {
		t.Errorf("got %q, %q", got.stdout, got.stderr)
	}
}
