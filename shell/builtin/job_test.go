package builtin

import (
	"context"
	"errors"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
)

const endless = "start-job { emit('begun'); while true do end }"

func TestReceive(t *testing.T) {
	w := newWorld(t)
	w.check("$j = start-job { write-output 1; write-warning w; write-error e; write-output 2 } | wait-job", "")
	w.check("receive-job $j -keep", "1\nwarning: w\nerror: e\n2\n")
	w.check("receive-job $j -keep 2> err 3> warn | select-object -first 1", "1\n")
	w.check("receive-job $j 2> err 3>&1", "1\n\"w\"\n2\n")
	w.check("receive-job $j; =$j.HasMoreData", "false\n")
}

// A failed job gives its data, then its reason, each time.
func TestReceiveOfAFailedJob(t *testing.T) {
	w := newWorld(t)
	w.check("$j = start-job { write-output 1; error('bad', 0) } | wait-job; =$j.State, $j.Reason.Msg", "\"Failed\"\n\"bad\"\n")
	w.check("receive-job $j", "1\nerror: bad\n")
	w.check("receive-job $j -erroraction silentlycontinue; =$?", "false\n")
	w.check("receive-job $j -wait", "error: bad\n")
	w.fails("receive-job $j -erroraction stop", jobs.KindScript)
}

// What a receive that ended early has not shown is there for the next.
func TestReceiveThatEndsEarly(t *testing.T) {
	w := newWorld(t)
	w.check("$j = start-job { for i = 1, 1000 do emit(i) end } | wait-job", "")
	w.check("receive-job $j | select-object -first 3", "1\n2\n3\n")
	w.check("receive-job $j | select-object -first 1", "4\n")
	w.check("receive-job $j -wait | select-object -first 2", "5\n6\n")
	w.check("receive-job $j | measure-object -minimum | foreach-object { return it.Count, it.Minimum }", "994\n7\n")
}

// It does not run after a job that writes as fast as it is read.
func TestReceiveDoesNotWait(t *testing.T) {
	w := newWorld(t)
	w.check("$j = start-job { while true do emit('x') end }", "")
	for range 20 {
		w.check("receive-job $j | out-null", "")
	}
	w.check("stop-job $j; =$j.State", "\"Stopped\"\n")
}

// What a job writes is streamed while it runs.
func TestReceiveWait(t *testing.T) {
	w := newWorld(t)
	w.file("gate/x", "")
	var out jobstest.Recorder
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- w.shell.Engine().Run(ctx, jobs.Script{Text: "start-job -name j { emit('begun'); start-sleep 600 } | receive-job -wait"}, &out)
	}()
	if !out.Wait(ctx, 1) {
		t.Fatal("nothing came")
	}
	if err := w.shell.Jobs.Find(1).Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	w.check("start-job { return 1 } | receive-job -wait -autoremovejob -writejobinresults | foreach-object { return type(it) == 'number' and it or it.Name }; get-job 2", "\"Job2\"\n1\nerror: get-job: there is no job 2 here; get-job lists those there are\n")
	for _, bad := range []string{"-wait -keep", "-autoremovejob", "-writejobinresults"} {
		w.fails("receive-job 1 "+bad, jobs.KindUsage)
	}
}

func TestSelectors(t *testing.T) {
	w := newWorld(t)
	w.check("$a = start-job -name logs { return 1 } | wait-job; $b = start-job -name load { return 2 } | wait-job; $c = start-job { error('x') } | wait-job", "")
	for selector, want := range map[string]string{
		"":                          "logs load Job3",
		"1":                         "logs",
		"2,1":                       "logs load",
		"lo*":                       "logs load",
		"LOGS":                      "logs",
		"$b":                        "load",
		"-id 3":                     "Job3",
		"-sessionid 3,1":            "logs Job3",
		"-name l*,job?":             "logs load Job3",
		"-name nomatch*":            "",
		"-state failed":             "Job3",
		"-state running":            "",
		"-command '*error*'":        "Job3",
		"1.1":                       "logs.1",
		"-id 3.1":                   "Job3.1",
		"-newest 2":                 "load Job3",
		"-hasmoredata:$false":       "Job3",
		"-hasmoredata:$true":        "logs load",
		"1 -includechildjob":        "logs logs.1",
		"-instanceid $a.InstanceId": "logs",
		"1,1 -name logs":            "logs",
	} {
		got := w.run("local names = {}; for _, j in ipairs(get_job()) do end\nget-job " + selector + " | foreach-object Name")
		if got = strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(got), "\"", ""), "\n", " "); got != want {
			t.Errorf("get-job %s: %s, want %s", selector, got, want)
		}
	}
	w.check("write-output $a 2 | get-job | foreach-object Name", "\"logs\"\n\"load\"\n")
	w.check("get-job 99", "error: get-job: there is no job 99 here; get-job lists those there are\n")
	w.check("get-job 1.9", "error: get-job: job 1 has no child 1.9; it has 1\n")
	w.check("get-job nosuch, 1 | foreach-object Name", "error: get-job: there is no job named nosuch here; get-job lists those there are\n\"logs\"\n")
	w.fails("get-job -state sleeping", jobs.KindUsage)
	w.fails("stop-job", jobs.KindUsage)
	w.fails("remove-job", jobs.KindUsage)
	w.fails("receive-job", jobs.KindUsage)
	w.check("=#get_job(), #get_job(1), #get_job('nomatch*')", "3\n1\n0\n")
	w.check("get-job | remove-job; get-job", "")
	w.check("get-job $a", "error: get-job: the job "+w.run("=$a.InstanceId")[1:37]+" is not (or no longer) one of this machine's shell; get-job lists those there are\n")
}

func TestWait(t *testing.T) {
	w := newWorld(t)
	w.check("wait-job", "")
	w.check("$a = "+endless+"; $b = start-job { return 1 }", "")
	w.check("wait-job $a, $b -any | foreach-object Name", "\"Job2\"\n")
	w.check("wait-job -timeout 0 | foreach-object Name", "")
	w.check("wait-job $a, $b -timeout 0.05 | foreach-object Name", "\"Job2\"\n")
	w.check("wait-job $b -timeout 1e300 | foreach-object Name", "\"Job2\"\n")
	w.check("wait-job $b -timeout -1 | foreach-object Name", "\"Job2\"\n")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.shell.Engine().Run(ctx, jobs.Script{Text: "wait-job $a"}, &recorder{}) }()
	cancel()
	if err := <-done; !errors.Is(err, jobs.KindStopped) {
		t.Errorf("got %v", err)
	}
	w.check("stop-job $a, $b -passthru | foreach-object State", "\"Stopped\"\n\"Completed\"\n")
}

// A job that waits for its reader cannot be waited for; with -any another may end.
func TestWaitForABlockedJob(t *testing.T) {
	w := newWorld(t)
	w.check("$j = start-job { local x = string.rep('x', 2^20); while true do emit(x) end }", "")
	err := w.shell.Engine().Run(t.Context(), jobs.Script{Text: "wait-job $j"}, &recorder{})
	if !errors.Is(err, jobs.KindState) || !strings.Contains(err.Error(), "receive-job 1 makes room") {
		t.Errorf("got %v", err)
	}
	w.check("=$j.State, $j.Reason.Kind", "\"Blocked\"\n\"Limit\"\n")
	w.check("$k = start-job { return 1 }; wait-job $j, $k -any | foreach-object Name", "\"Job2\"\n")
	w.check("stop-job $j; =$j.State", "\"Stopped\"\n")
	w.check("receive-job $j | measure-object | foreach-object { it.Count > 60 }", "true\n")
}

func TestStopAndRemove(t *testing.T) {
	w := newWorld(t)
	w.check("$j = start-job { for i = 1, 1e9 do end }; stop-job $j; =$j.State, $j.Reason.Kind", "\"Stopped\"\n\"Stopped\"\n")
	w.check("$k = "+endless+"; remove-job $j, $k", "error: remove-job: job 2 (Job2) has not ended (Running); stop it first, or use -force\n")
	w.check("get-job | foreach-object Id", "2\n")
	w.check("remove-job 2.1 -force", "error: remove-job: 2.1 is a child of job 2; only the whole job can be removed\n")
	w.check("remove-job $k; get-job", "")
	w.check("$l = "+endless+"; remove-job $l -force; get-job; =start_job('return 1').Id", "4\n")
}

func TestStartJob(t *testing.T) {
	w := newWorld(t)
	w.file("sub/x", "")
	w.file("job.msh", "return 'file', ...")
	w.check("start-job { get-location } -workingdirectory sub | receive-job -wait", "\"DIR/sub\"\n")
	w.check("start-job -filepath job.msh -argumentlist 1,b | receive-job -wait", "\"file\"\n1\n\"b\"\n")
	w.check("start-job -name n { args[2] } -args x,y | receive-job -wait; =get_job('n')[1].Command", "\"y\"\n\"args[2]\"\n")
	w.check("x = 5; start-job { return x } | receive-job -wait; receive-job -wait -job (start_job(function(a) return x, a end, {args = {7}}))", "7\n")
	w.check("local y = 6; receive-job -wait -job (start_job(function(a) return y, a end, {args = {7}}))", "6\n7\n")
	w.fails("start-job", jobs.KindUsage)
	w.fails("start-job { 1 } -filepath job.msh", jobs.KindUsage)
	w.fails("start-job -filepath nosuch", jobs.KindNotFound)
	w.fails("start-job { 1 } -workingdirectory nosuch", jobs.KindNotFound)
	w.fails("start-job { $using:nosuch }", jobs.KindScript)
	w.check("$t = {a = {1, 'two'}}; start-job { $using:t } | receive-job -wait", "{\"a\":[1,\"two\"]}\n")
	w.check("start-job -scriptblock 'if true then' | wait-job | foreach-object { return it.State, it.Reason.Kind }", "\"Failed\"\n\"Incomplete\"\n")
	w.check("start-job { exit 4 } | wait-job | foreach-object { return it.State, it.ExitStatus }", "\"Failed\"\n4\n")
	w.check("start-job { !exit 4 } | wait-job | foreach-object { return it.State, it.ExitStatus }", "\"Failed\"\n4\n")
}

// A line that ends in & is a job.
func TestBackgroundLines(t *testing.T) {
	w := newWorld(t)
	w.check("$j = sh -c 'echo out; echo err >&2; exit 3' &", "")
	w.check("wait-job $j | foreach-object { return it.State, it.ExitStatus, it.Command }", "\"Failed\"\n3\n\"sh -c 'echo out; echo err >&2; exit 3'\"\n")
	w.check("$k = write-output 1 2 3 | where-object { it > 1 } | foreach-object { $_ * 10 } &", "")
	w.check("wait-job | out-null; receive-job 2", "20\n30\n")
	w.check("write-output 1 2 3 | foreach-object -process 'it + 1'", "2\n3\n4\n")
	w.check("$j = sleep 600 &", "")
	w.check("stop-job $j; =$j.State", "\"Stopped\"\n")
	w.check("$j = write-output a > f &\nwait-job | out-null; get-content f", "\"a\"\n")
}

// A thousand jobs, at once.
func TestThousandJobs(t *testing.T) {
	w := newWorld(t)
	w.check("for i = 1, 1000 do $j = start-job { return $using:i } end\nwait-job | out-null\nget-job -state completed | measure-object | foreach-object Count", "1000\n")
	w.check("get-job | receive-job | measure-object -sum | foreach-object { return it.Count, it.Sum }", "1000\n500500\n")
	w.check("get-job | remove-job; get-job", "")
}
