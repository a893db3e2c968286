package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/shell"
)

// What each job does: five lines, one value.
const smallJob = "local t = {}\nfor i = 1, 10 do t[i] = i end\nlocal sum = 0\nfor _, v in ipairs(t) do sum = sum + v end\nreturn sum"

// manyJobs starts n jobs, receives the result of each, and removes them.
func manyJobs(n int) string {
	return "local all = {}\nfor i = 1, " + strconv.Itoa(n) + " do all[i] = start_job([[" + smallJob + "]]) end\nlocal sum = 0\n" +
		"for i = 1, #all do sum = sum + receive_job{all[i], wait = true} end\nremove_job(all)\nreturn sum"
}

// benchShell is the shell that a user gets, with its event log and spool, in a directory
// of its own.
func benchShell(b *testing.B) *shell.Shell {
	o := agentOptions(b)
	o.Spool = newSpool(filepath.Join(o.Dir, "spool"))
	sh := inProcess().newShell(o)
	b.Cleanup(func() {
		if err := sh.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return sh
}

// evaluate runs a script in the shell and returns what it wrote, as text.
func evaluate(b *testing.B, sh *shell.Shell, text string) string {
	var out jobstest.Recorder
	if err := sh.Engine().Run(b.Context(), jobs.Script{Name: "bench", Text: text}, &out); err != nil {
		b.Fatal(err)
	}
	var all strings.Builder
	for _, r := range out.Records() {
		all.WriteString(jobs.Text(r.Value) + "\n")
	}
	return all.String()
}

// BenchmarkJobs starts jobs at once and receives the result of each, in the shell with
// all that belongs to it: driven from Go, as the floor is, and by a script, which is a
// Lua program that runs two command lines for each job. The floor: bare goroutines, each
// with a fresh Lua state in front of one read-only set of library tables, that run the
// same text, compiled once; nothing stops, lists, logs or bounds those. And bash, which
// starts `true` in the background.
//
// 0.6 of that floor is not reached: of a job's time, driven from Go, a third is allocation
// and its collection (12.5 KB a job: state, stream, contexts, what is listed), a tenth the
// growth of goroutines' stacks, an eighth the event log's two lines, a tenth the functions
// that tie an engine to its state. A script adds the binding of two command lines.
func BenchmarkJobs(b *testing.B) {
	sh, bare := benchShell(b), newBare(b)
	for b.Loop() {
		var rows []measured
		for _, n := range []int{1000, 10000} {
			rows = append(rows, jobsBeside(b, n, "driven from Go", func() { startFromGo(b, sh, n) }, bare)...)
			rows = append(rows, jobsBeside(b, n, "by a script", func() { wantSum(b, n, evaluate(b, sh, manyJobs(n))) }, bare)...)
		}
		b.ReportMetric(rows[len(rows)-1].got, "jobs/s")
		five, bareFive := cheapest(20, func() { wantSum(b, 5, evaluate(b, sh, manyJobs(5))) }, func() { bare.run(5) })
		rows = append(rows, atMostSo(5, "five small jobs, by a script", "ms", five.wall.Seconds()*1000, bareFive.wall.Seconds()*1000))
		jobs, forks := cheapest(2, func() { wantSum(b, 1000, evaluate(b, sh, manyJobs(1000))) }, func() { inBash(b, 1000) })
		rate, _ := jobs.rate(1000)
		bashRate, _ := forks.rate(1000)
		rows = append(rows, atLeast(1, "1000 jobs, beside true & in bash", "jobs/s", rate, bashRate))
		printTable(rows...)
	}
}

// jobsBeside measures jobs beside the floor, by the clock and by the time on processors.
func jobsBeside(b *testing.B, n int, how string, run func(), floor *bare) []measured {
	got, least := cheapest(3, run, func() { floor.run(n) })
	rate, cpu := got.rate(n)
	leastRate, leastCPU := least.rate(n)
	what := strconv.Itoa(n) + " jobs, " + how
	return []measured{
		{what, cpu, leastCPU, "µs CPU", "floor by 0.6", cpu <= leastCPU/0.6},
		atLeast(0.6, what, "jobs/s", rate, leastRate),
		atLeastSo(10000, what, "jobs/s", rate, leastRate),
	}
}

// startFromGo does what the script of manyJobs does, without a script.
func startFromGo(b *testing.B, sh *shell.Shell, n int) {
	e, sum := sh.Engine(), int64(0)
	all := make([]*jobs.Job, n)
	for i := range all {
		task, err := e.LocalTask(b.Context(), false, "")
		if err != nil {
			b.Fatal(err)
		}
		all[i], err = e.StartJob(jobs.Spec{Type: jobs.BackgroundJob, Command: smallJob, Script: jobs.Script{Text: smallJob}, Tasks: []jobs.TaskSpec{task}})
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, j := range all {
		<-j.Done()
		records, err := j.Tasks()[0].Stream().Take(1)
		if err != nil || len(records) != 1 || sh.Jobs.Remove(j) != nil {
			b.Fatalf("job %d, %v: %v, %v", j.ID, j.State(), records, err)
		}
		sum += records[0].Value.(int64)
	}
	wantSum(b, n, fmt.Sprintln(sum))
}

func wantSum(b *testing.B, n int, got string) {
	if want := strconv.Itoa(55*n) + "\n"; got != want {
		b.Fatalf("%.80q, want %q", got, want)
	}
}

// bare is the floor: what is needed to run the text, and nothing else.
type bare struct {
	proto *lua.FunctionProto
	libs  *lua.LTable // the metatable of globals
}

func newBare(b *testing.B) *bare {
	chunk, err := parse.Parse(strings.NewReader(smallJob), "bench")
	if err != nil {
		b.Fatal(err)
	}
	proto, err := lua.Compile(chunk, "bench")
	if err != nil {
		b.Fatal(err)
	}
	stock := lua.NewState()
	libs := stock.NewTable()
	libs.RawSetString("__index", stock.G.Global)
	return &bare{proto, libs}
}

// state makes a state in front of the libraries.
func (x *bare) state() *lua.LState {
	l := lua.NewState(lua.Options{SkipOpenLibs: true, RegistrySize: 256, RegistryMaxSize: 1 << 20, RegistryGrowStep: 4096, MinimizeStackMemory: true})
	l.SetMetatable(l.G.Global, x.libs)
	return l
}

// run runs the text n times at once.
func (x *bare) run(n int) {
	results := make(chan lua.LValue, n)
	for range n {
		go func() {
			l := x.state()
			l.Push(l.NewFunctionFromProto(x.proto))
			l.Call(0, 1)
			results <- l.Get(-1)
		}()
	}
	for range n {
		<-results
	}
}

func inBash(b *testing.B, n int) {
	cmd := exec.Command("bash", "-c", "for ((i=0; i<"+strconv.Itoa(n)+"; i++)); do true & done; wait")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatal(err, string(out))
	}
}

// BenchmarkIdleJobs says how much memory a job takes that waits, on the heap and in
// stacks, with its Lua state. Beside it the floor: a goroutine that waits with a state of
// its own.
func BenchmarkIdleJobs(b *testing.B) {
	const n = 10000
	sh, bare := benchShell(b), newBare(b)
	for b.Loop() {
		before := inUse()
		evaluate(b, sh, "local all = {} for i = 1, "+fmt.Sprint(n)+" do all[i] = start_job [[emit(1) start_sleep(3600)]] end "+
			"for _, j in ipairs(all) do repeat local got = receive_job(j) until got == 1 end")
		idle := float64(inUse()-before) / n
		evaluate(b, sh, "get-job | stop-job; get-job | remove-job")
		before = inUse()
		done := bare.wait(n)
		floor := float64(inUse()-before) / n
		done()
		b.ReportMetric(idle, "B/job")
		printTable(atMostSo(32<<10, "an idle job", "bytes", idle, floor))
	}
}

// wait has n goroutines wait within their scripts, and returns how to end them.
func (x *bare) wait(n int) (done func()) {
	var begun, ended sync.WaitGroup
	gate := make(chan struct{})
	begun.Add(n)
	for range n {
		ended.Go(func() {
			l := x.state()
			l.Push(l.NewFunction(func(*lua.LState) int { begun.Done(); <-gate; return 0 }))
			l.Call(0, 0)
		})
	}
	begun.Wait()
	return func() { close(gate); ended.Wait() }
}

// inUse returns the bytes that the heap and the stacks take.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
