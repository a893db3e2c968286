package builtin

import (
	"context"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/lua"
)

// What each job does: five lines, one value.
const smallJob = "local t = {}\nfor i = 1, 10 do t[i] = i end\nlocal sum = 0\nfor _, v in ipairs(t) do sum = sum + v end\nreturn sum"

// BenchmarkLocalJobs starts many jobs at once and receives the result of each. Beside
// it, in the same run, the floor: bare goroutines, each with a fresh Lua state that
// shares the libraries and runs the same text, compiled once; and bash, which starts
// `true` in the background.
func BenchmarkLocalJobs(b *testing.B) {
	for _, n := range []int{5, 1000, 10000} {
		b.Run("marsh/"+strconv.Itoa(n), func(b *testing.B) { benchmarkJobs(b, n) })
		b.Run("floor/"+strconv.Itoa(n), func(b *testing.B) { benchmarkStates(b, n) })
	}
	b.Run("bash/1000", func(b *testing.B) { benchmarkBash(b, 1000) })
}

func perSecond(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
}

func benchmarkJobs(b *testing.B, n int) {
	script := jobs.Script{Name: "bench", Text: "local all = {}\nfor i = 1, " + strconv.Itoa(n) + " do all[i] = start_job([[" + smallJob + "]]) end\nlocal sum = 0\n" +
		"for i = 1, #all do sum = sum + receive_job{all[i], wait = true} end\nremove_job(all)\nreturn sum"}
	sh := shell.New(shell.Options{Commands: shell.NewCommandSet(Commands()), Dir: b.TempDir()})
	defer sh.Close(context.Background())
	for b.Loop() {
		var out recorder
		if err := sh.Engine().Run(b.Context(), script, &out); err != nil {
			b.Fatal(err)
		}
		if want := strconv.Itoa(55*n) + "\n"; out.text() != want {
			b.Fatalf("%.80q, want %q", out.text(), want)
		}
	}
	perSecond(b, n)
}

func benchmarkStates(b *testing.B, n int) {
	compiled := &lua.Cache{}
	words := shell.NewCommandSet(Commands())
	for b.Loop() {
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				s := lua.New(lua.Options{Resolver: words, Cache: compiled})
				defer s.Close()
				if err := s.Run(b.Context(), jobs.Script{Name: "bench", Text: smallJob}); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
	perSecond(b, n)
}

func benchmarkBash(b *testing.B, n int) {
	for b.Loop() {
		cmd := exec.Command("bash", "-c", "for ((i=0; i<"+strconv.Itoa(n)+"; i++)); do true & done; wait")
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatal(err, strings.TrimSpace(string(out)))
		}
	}
	perSecond(b, n)
}

// BenchmarkIdleJob says how much memory a job takes that waits: on the heap and in
// stacks.
func BenchmarkIdleJob(b *testing.B) {
	const n = 2000
	sh := shell.New(shell.Options{Commands: shell.NewCommandSet(Commands()), Dir: b.TempDir()})
	defer sh.Close(context.Background())
	var out recorder
	run := func(text string) {
		if err := sh.Engine().Run(b.Context(), jobs.Script{Name: "bench", Text: text}, &out); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		before := inUse()
		run("local all = {} for i = 1, " + strconv.Itoa(n) + " do all[i] = start_job [[emit(1) start_sleep(3600)]] end " +
			"for _, j in ipairs(all) do repeat local got = receive_job(j) until got == 1 end")
		b.ReportMetric(float64(inUse()-before)/n, "B/job")
		run("get-job | stop-job; get-job | remove-job")
	}
}

// Returns the bytes that the heap and the stacks take.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
