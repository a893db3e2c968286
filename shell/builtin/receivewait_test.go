package builtin

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
)

// gated is a line that starts a job, which writes 1, waits until the file is there, and
// writes 2, each with the name.
func gated(name string) string {
	return "$" + name + " = start-job -name " + name + " { emit('" + name + "1'); while not io.open('" + name + "') do sleep(0.01) end; emit('" + name + "2') }; "
}

// begin runs a script that waits, and returns what it writes and how it ends.
func (w *world) begin(ctx context.Context, script string) (*jobstest.Recorder, <-chan error) {
	out, done := new(jobstest.Recorder), make(chan error, 1)
	go func() { done <- w.shell.Engine().Run(ctx, jobs.Script{Text: script}, out) }()
	return out, done
}

func texts(out *jobstest.Recorder) (all []string) {
	for _, r := range out.Records() {
		if r.Stream == jobs.Output {
			all = append(all, jobs.Text(r.Value))
		}
	}
	return all
}

// What several jobs write comes as they write it: the second goes on while the first
// waits, and the first afterwards.
func TestReceiveWaitOfSeveral(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	out, done := w.begin(ctx, gated("a")+gated("b")+"receive-job $a, $b -wait -autoremovejob")
	if !out.Wait(ctx, 2) {
		t.Fatalf("they do not both begin: %q", texts(out))
	}
	for i, name := range []string{"b", "a"} {
		w.file(name, "")
		if !out.Wait(ctx, 3+i) {
			t.Fatalf("%s does not end: %q", name, texts(out))
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := texts(out); len(got) != 4 || got[2] != "b2" || got[3] != "a2" {
		t.Errorf("got %q", got)
	}
	w.check("get-job", "")
}

// Each record of many that write at once is given once, in the order of its job; a child
// that is asked for besides its job gives nothing twice.
func TestReceiveWaitKeepsEachInOrder(t *testing.T) {
	w := newWorld(t)
	w.check(`for i = 1, 8 do start-job { for k = 1, 700 do emit($using:i * 1000 + k) end } | out-null end
local last, n = {}, 0
for _, v in ipairs((receive_job({"1.1", 1, 2, "2.1", "3", 4, 5, 6, 7, 8}, {wait = true}))) do
  local job = math.floor(v / 1000)
  if v ~= job * 1000 + (last[job] or 0) + 1 then return "out of order: " .. v end
  last[job], n = v % 1000, n + 1
end
return n`, "5600\n")
}

// Jobs that have ended are given in the order asked for; the jobs themselves first.
func TestReceiveWaitOfEnded(t *testing.T) {
	w := newWorld(t)
	w.check("for i = 1, 5 do start-job { emit($using:i); error('e' .. $using:i, 0) } | out-null end\nget-job | wait-job | out-null", "")
	w.check("receive-job 3, 1, 5, 1.1 -wait", "3\nerror: e3\n1\nerror: e1\n5\nerror: e5\n")
	w.check("receive-job 2, 4 -wait -writejobinresults -autoremovejob 2> rest | foreach-object { return type(it) == 'number' and it or it.Name }",
		"\"Job2\"\n\"Job4\"\n2\n4\n")
	w.check("get-job | foreach-object Id", "1\n3\n5\n")
	w.check("receive-job 1.1, 1 -wait -autoremovejob", "error: e1\nerror: receive-job: 1.1 is a child of job 1; only the whole job can be removed\n")
}

// What an end before the end has not shown is there for the next receive, of each job.
func TestReceiveWaitOfSeveralThatEndsEarly(t *testing.T) {
	w := newWorld(t)
	w.check("for i = 1, 3 do start-job { for k = 1, 1000 do emit(k) end; sleep(600) } | out-null end", "")
	w.check("receive-job 1, 2, 3 -wait | select-object -first 500 | measure-object | foreach-object Count", "500\n")
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	each, interrupt := context.WithCancel(ctx)
	out, done := w.begin(each, "receive-job 1, 2, 3 -wait")
	if !out.Wait(ctx, 1) {
		t.Fatal("nothing came")
	}
	interrupt()
	if err := <-done; !errors.Is(err, jobs.KindStopped) {
		t.Errorf("interrupted, it says %v", err)
	}
	shown := len(texts(out))
	w.check("get-job | stop-job; receive-job 1, 2, 3 2> rest | measure-object | foreach-object { it.Count + "+strconv.Itoa(shown+500)+" }", "3000\n")
}

// One that fails ends the wait for all, also where another writes for ever.
func TestReceiveWaitThatFails(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	w.check("start-job { while true do emit('x') end } | out-null; start-job { while not io.open('a') do sleep(0.01) end; error('bad', 0) } | out-null", "")
	out, done := w.begin(ctx, "receive-job 1, 2 -wait -erroraction stop | foreach-object { if not seen then seen = true; return it end }")
	if !out.Wait(ctx, 1) {
		t.Fatal("nothing came")
	}
	w.file("a", "")
	if err := <-done; !errors.Is(err, jobs.KindScript) {
		t.Errorf("it says %v", err)
	}
}
