package builtin

import (
	"context"
	"errors"
	"os"
	"strconv"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
)

// A loop of receives until the job has ended and has no more data sees each record
// once, in order, and ends: a job is never Completed before its last record is there.
func TestReceiveLoop(t *testing.T) {
	w := newWorld(t)
	w.check(`local all = {}
for i = 1, 40 do all[i] = start-job { for k = 1, 50 do emit(k) end } end
for _, j in ipairs(all) do
  local got, ended = {}, false
  repeat
    ended = j.State == "Completed" and not j.HasMoreData
    $part = receive-job $j | foreach-object { it }
    if type(part) == "number" then part = {part} end
    for _, v in ipairs(part or {}) do got[#got + 1] = v end
  until ended
  for k = 1, 50 do if got[k] ~= k then return "lost " .. k end end
  if #got ~= 50 then return #got .. " records" end
end
return "all"`, "\"all\"\n")
}

// The same with several who receive from one job: each record goes to one of them.
func TestReceiveOfManyAtOnce(t *testing.T) {
	w := newWorld(t)
	w.check("$j = start-job { for i = 1, 2000 do emit(i) end }", "")
	const readers = 4
	seen := make(chan map[string]int, readers)
	for range readers {
		go func() {
			var out recorder
			f, err := w.shell.Engine().Fork(t.Context(), false)
			if err != nil {
				t.Error(err)
			}
			defer f.Close()
			if err := f.Run(t.Context(), jobs.Script{Text: "receive-job 1 -wait"}, &out); err != nil {
				t.Error(err)
			}
			mine := map[string]int{}
			for _, r := range out.all {
				mine[jobs.Text(r.Value)]++
			}
			seen <- mine
		}()
	}
	total := map[string]int{}
	for range readers {
		for v, n := range <-seen {
			total[v] += n
		}
	}
	for i := 1; i <= 2000; i++ {
		if n := total[strconv.Itoa(i)]; n != 1 {
			t.Fatalf("%d was received %d times", i, n)
		}
	}
}

// While a program runs in a job, the job tells its number.
func TestPidOfAProgram(t *testing.T) {
	w := newWorld(t)
	var out jobstest.Recorder
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- w.shell.Engine().Run(ctx, jobs.Script{Text: "start-job { !echo $$; exec sleep 600 } | receive-job -wait"}, &out)
	}()
	if !out.Wait(ctx, 1) {
		t.Fatal("the program did not begin")
	}
	j := w.shell.Jobs.Find(1)
	pid, _ := j.Value().Get("Pid")
	if want := jobs.Text(out.Records()[0].Value); jobs.Text(pid) != want {
		t.Errorf("Pid is %v, the program is %s", pid, want)
	}
	if err := j.Stop(ctx); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("/proc/" + jobs.Text(pid)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it lives on: %v", err)
	}
	w.check("=get_job(1)[1].Pid", "")
}

// A job that waits for its turn is NotStarted; it can be stopped before it has begun.
func TestQueuedJobs(t *testing.T) {
	w := newWorld(t)
	w.check("$a = start-job -pool p -throttlelimit 1 { start-sleep 600 }; $b = start-job -pool P { 1 }; =$a.State, $b.State", "\"Running\"\n\"NotStarted\"\n")
	w.check("receive-job $b; stop-job $b; =$b.State, $b.Reason.Kind", "\"Stopped\"\n\"NeverStarted\"\n")
	w.check("$c = start-job -pool p { 2 }; stop-job $a; $c | receive-job -wait", "2\n")
	w.check("for i = 1, 300 do $ok = pcall(function() start-job -pool \"p$i\" { } | out-null end) end; =ok", "false\n")
}

// wait-job -force waits for a job that only a receive can bring to its end.
func TestWaitForce(t *testing.T) {
	w := newWorld(t)
	w.check("$j = start-job { local x = string.rep('x', 2^20); for i = 1, 70 do emit(x) end }", "")
	j := w.shell.Jobs.Find(1)
	for changed := j.Changed(); j.State() != jobs.Blocked; changed = j.Changed() {
		<-changed
	}
	done := make(chan error, 1)
	go func() {
		done <- w.shell.Engine().RunBlock(t.Context(), jobs.Script{Text: "wait-job 1 -force"}, false, &recorder{})
	}()
	w.check("receive-job $j -wait | measure-object | foreach-object Count", "70\n")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// What a job of several machines writes is shown without their names where that was
// asked for.
func TestHideComputerNameOfJobs(t *testing.T) {
	w := newWorld(t)
	for flag, want := range map[string]bool{"": false, " -hidecomputername": true} {
		var out jobstest.Recorder
		text := "invoke-command -computername localhost,localhost { 1 } -asjob" + flag + " | receive-job -wait"
		if err := w.shell.Engine().Run(t.Context(), jobs.Script{Text: text}, &out); err != nil {
			t.Fatal(err)
		}
		for _, r := range out.Records() {
			if r.HideHost != want {
				t.Errorf("%q: hidden: %v", flag, r.HideHost)
			}
		}
	}
}
