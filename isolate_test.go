package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/shell"
	"marsh/shell/proc"
)

// alone starts the process of an isolated job.
func alone(t *testing.T, limit int64) *isolated {
	t.Helper()
	p := inProcess()
	p.self = binary
	tag := proc.NewTag()
	s, err := p.isolate(t.Context(), shell.Isolation{Dir: t.TempDir(), Env: environment(home(t)), Group: proc.NewGroup(tag), Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if left := proc.NewGroup(tag).Stop(t.Context(), 0); left != nil {
			t.Errorf("left: %v", left)
		}
	})
	return s.(*isolated)
}

// The contract over the process of an isolated job.
func TestContractInAProcess(t *testing.T) {
	jobstest.TestHost(t, func(t *testing.T) jobs.Host { return alone(t, 0) })
}

// isolatedShell is a shell whose isolated jobs run this program.
func isolatedShell(t *testing.T) *shell.Shell {
	t.Helper()
	p := inProcess()
	p.self = binary
	o := agentOptions(t)
	sh := p.newShell(o)
	t.Cleanup(func() {
		if err := closeShell(sh); err != nil {
			t.Error(err)
		}
		if left := proc.NewGroup(sh.Tag).Stop(context.Background(), 0); left != nil {
			t.Errorf("left: %v", left)
		}
	})
	return sh
}

// result runs a script and returns what it wrote, as text, one value a line.
func result(t *testing.T, sh *shell.Shell, text string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out jobstest.Recorder
	if err := sh.Engine().Run(ctx, jobs.Script{Text: text, Name: "test"}, &out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var b strings.Builder
	for _, r := range out.Records() {
		b.WriteString(jobs.Text(r.Value) + r.Host + "\n")
	}
	return b.String()
}

// An isolated job does what any job does: arguments, captured variables, directory,
// environment, streams, exit status; and it is on this machine.
func TestIsolatedJob(t *testing.T) {
	sh := isolatedShell(t)
	for text, want := range map[string]string{
		`start-job -isolated { 6 * 7 } | receive-job -wait`:                                                           "42\n",
		`$n = 5; start-job -isolated { local a = ...; return $using:n + a } -args 2 | receive-job -wait`:              "7\n",
		`$env:COLOR = "red"; start-job -isolated { return $env:COLOR } | receive-job -wait`:                           "red\n",
		`$j = start-job -isolated { exit 3 } | wait-job; return $j.State, $j.ExitStatus, $j.Location`:                 "Failed\n3\nlocalhost\n",
		`$j = start-job -isolated { write-warning careful } | wait-job; receive-job $j; =$j.State`:                    "careful\nCompleted\n",
		`cd /tmp; start-job -isolated { pwd } | receive-job -wait`:                                                    "/tmp\n",
		`start-job -isolated -workingdirectory / { pwd } | receive-job -wait`:                                         "/\n",
		`$j = start-job -isolated { error("no luck", 0) } | wait-job; return $j.State, $j.Reason.Msg, $j.Reason.Host`: "Failed\nno luck\n\n",
	} {
		if got := result(t, sh, text); got != want {
			t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
		}
	}
}

// A job whose process is killed has failed, and says so; the shell goes on.
func TestIsolatedJobIsKilled(t *testing.T) {
	sh := isolatedShell(t)
	got := result(t, sh, `$j = start-job -isolated { sh -c "kill -9 \$PPID; sleep 600" } | wait-job; return $j.State, $j.Reason.Kind, $j.Reason.Msg`)
	if want := "Failed\nBroken\nthe process of the job is gone: it was ended by a signal (killed); was the machine out of memory, or did somebody kill it?\n"; got != want {
		t.Errorf("got %q", got)
	}
	if got := result(t, sh, `=1`); got != "1\n" {
		t.Errorf("then: %q", got)
	}
}

// A job past its limit has failed: by its variables, or by the programs it runs.
func TestIsolatedJobPastItsLimit(t *testing.T) {
	sh := isolatedShell(t)
	for _, text := range []string{
		`local t = {} while true do t[#t+1] = {} end`,
		`local t = {} t[3e6] = 1 for i = 1, 1e6 do t[i] = {i} end while true do end`,
		`awk "BEGIN { while (1) a[n++] = \"some text that takes memory\" n }"`,
	} {
		got := result(t, sh, `$j = start-job -memorylimit 128MB { `+text+` } | wait-job; return $j.State, $j.Reason.Kind, $j.Reason.Msg`)
		if !strings.HasPrefix(got, "Failed\nLimit\n") || !strings.Contains(got, "used more memory than") {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// A job that is stopped takes along all that it started, also what ignores TERM.
func TestIsolatedJobIsStopped(t *testing.T) {
	sh := isolatedShell(t)
	pid := strings.TrimSpace(result(t, sh, `$j = start-job -isolated { sh -c "trap '' TERM; echo \$\$; while :; do sleep 1; done" }
local pid repeat pid = receive_job($j); sleep(0.01) until pid
return pid`))
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatalf("no process: %q", pid)
	}
	if got := result(t, sh, `stop-job $j; =$j.State`); got != "Stopped\n" {
		t.Errorf("got %q", got)
	}
	if _, err := os.Stat("/proc/" + strconv.Itoa(n)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("process %d is left: %v", n, err)
	}
}

// The process ends with the shell, also when that is killed: its input has ended then.
func TestIsolatedProcessEndsWithItsInput(t *testing.T) {
	s := alone(t, 0)
	s.Session.Close()
	select {
	case <-s.ended:
	case <-time.After(patience):
		t.Error("the process goes on")
	}
}

// BenchmarkIsolatedStart says how long a job in a process of its own takes from its start
// to its result. Beside it the floor: this program, started to say its version, which is
// what a process of its size costs.
func BenchmarkIsolatedStart(b *testing.B) {
	p := inProcess()
	p.self = fast(b)
	for b.Loop() {
		got, floor := cheapest(30, func() { isolatedResult(b, p) }, func() {
			if err := exec.Command(p.self, "version").Run(); err != nil {
				b.Fatal(err)
			}
		})
		printTable(atMostSo(5, "an isolated job, start to result", "ms", got.wall.Seconds()*1000, floor.wall.Seconds()*1000))
	}
}

// isolatedResult runs a job in a process of its own, whose end it does not wait for.
func isolatedResult(b *testing.B, p *program) {
	s, err := p.isolate(b.Context(), shell.Isolation{Dir: b.TempDir(), Env: os.Environ(), Group: proc.NewGroup(proc.NewTag())})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	var out jobstest.Recorder
	if err := s.Run(b.Context(), jobs.Script{Text: "return 1"}, &out); err != nil {
		b.Fatal(err)
	}
}
