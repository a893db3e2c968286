package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/remote/sshtest"
	"marsh/shell"
)

var soak = flag.Bool("soak", false, "run the soak tests at their full length: make soak")

// soakRound is 100 jobs: small ones that are received, some that fail, are stopped, run a
// program, and that wrote what nobody reads before they are removed.
const soakRound = `
local small, failing, endless, programs, unread = {}, {}, {}, {}, {}
local function start(list, n, text) for i = 1, n do list[i] = start_job(text) end end
start(small, 48, "local t = {} for i = 1, 20 do t[i] = i end return #t")
start(failing, 10, "emit(1) error('no luck')")
start(endless, 10, "start-sleep 600")
start(programs, 2, "!true")
start(unread, 30, "for i = 1, 50 do emit('a line that nobody reads ' .. i) end")
local sum = 0
for _, j in ipairs(small) do sum = sum + receive_job{j, wait = true} end
stop_job(endless)
for _, list in ipairs{failing, programs, unread} do wait_job(list) end
local states = {}
for _, j in ipairs(get_job()) do states[j.State] = (states[j.State] or 0) + 1 end
remove_job(get_job())
return sum, states.Completed, states.Failed, states.Stopped, #get_job()`

// 100,000 jobs leave nothing behind.
func TestSoakOfJobs(t *testing.T) {
	sh := soakShell(t, "")
	rounds := 10
	if *soak {
		rounds = 1000
	}
	soakRounds(t, sh, rounds, soakRound, "960\n80\n10\n10\n0\n", ourLevels)
}

// 10,000 jobs on another machine leave nothing behind, neither here nor there.
func TestSoakOfRemoteJobs(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	sh := soakShell(t, server.Config())
	soakRun(t, sh, "$s = new-session Server01")
	agents := server.Processes()
	if len(agents) != 1 {
		t.Fatalf("on the server run %v, want the agent", agents)
	}
	rounds := 2
	if *soak {
		rounds = 100
	}
	const round = `
for i = 1, 90 do invoke-command -session $s -asjob { local t = {} for i = 1, 20 do t[i] = i end return #t } | out-null end
for i = 1, 10 do invoke-command -session $s -asjob { error('no luck') } | out-null end
local sum = 0
for _, j in ipairs(get_job()) do if wait_job(j).State == 'Completed' then sum = sum + receive_job(j) end end
remove_job(get_job())
return sum, #get_job()`
	soakRounds(t, sh, rounds, round, "1800\n0\n", func() levels { return ourLevels().and(levelsOf(agents[0].PID)) })
}

// soakShell is the shell that a user gets, in a directory of its own.
func soakShell(t *testing.T, config string) *shell.Shell {
	p := inProcess()
	p.self, p.config = binary, config
	o := agentOptions(t)
	o.Spool, o.Connect = newSpool(filepath.Join(o.Dir, "spool")), p.connector(nil)
	sh := p.newShell(o)
	t.Cleanup(func() {
		if err := closeShell(sh); err != nil {
			t.Error(err)
		}
	})
	return sh
}

// soakRounds runs a script again and again, and compares what there is after the first
// tenth of the rounds with what there is at the end.
func soakRounds(t *testing.T, sh *shell.Shell, rounds int, script, want string, now func() levels) {
	t.Helper()
	var first levels
	for i := range rounds {
		if got := soakRun(t, sh, script); got != want {
			t.Fatalf("round %d: %q, want %q", i, got, want)
		}
		if i+1 == max(1, rounds/10) {
			first = now()
		}
	}
	var last levels
	eventually(t, "what the jobs had to be gone", func() bool { last = now(); return last.counts(first) })
	t.Logf("after %d rounds of 100 jobs: %v; after all %d: %v", max(1, rounds/10), first, rounds, last)
	if *soak && !last.flat(first) {
		t.Errorf("memory is not flat: %v, and then %v", first, last)
	}
}

// soakRun runs a script and returns what it wrote to its output, one value a line.
func soakRun(t *testing.T, sh *shell.Shell, text string) string {
	t.Helper()
	var out jobstest.Recorder
	if err := sh.Engine().Run(t.Context(), jobs.Script{Text: text, Name: "soak"}, &out); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range out.Records() {
		b.WriteString(jobs.Text(r.Value) + "\n")
	}
	return b.String()
}

// levels is what processes have: memory in bytes, and numbers of things.
type levels struct {
	heap, resident               float64
	goroutines, files, processes int
	farResident                  float64
	farFiles                     int
}

func (l levels) String() string {
	s := fmt.Sprintf("heap %.1f MB, resident %.1f MB, %d goroutines, %d files, %d processes", l.heap/1e6, l.resident/1e6, l.goroutines, l.files, l.processes)
	if l.farResident > 0 {
		s += fmt.Sprintf("; the agent %.1f MB, %d files", l.farResident/1e6, l.farFiles)
	}
	return s
}

// and adds what another process has.
func (l levels) and(far levels) levels {
	l.farResident, l.farFiles = far.resident, far.files
	return l
}

// counts reports whether there is no more than there was of all that is counted.
func (l levels) counts(first levels) bool {
	return l.goroutines <= first.goroutines && l.files <= first.files && l.processes <= first.processes && l.farFiles <= first.farFiles
}

// flat reports whether memory is near what it was: what a garbage collector keeps in
// reserve is some MB more or less.
func (l levels) flat(first levels) bool {
	const reserve = 16e6
	return l.heap <= 1.1*first.heap+4e6 && l.resident <= 1.1*first.resident+reserve && l.farResident <= 1.1*first.farResident+reserve
}

// ourLevels is what this process has when all garbage is gone.
func ourLevels() levels {
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	l := levelsOf(os.Getpid())
	l.heap, l.goroutines = float64(m.HeapInuse), runtime.NumGoroutine()
	return l
}

// levelsOf is what can be seen of a process from outside.
func levelsOf(pid int) levels {
	dir := "/proc/" + strconv.Itoa(pid)
	files, _ := os.ReadDir(dir + "/fd")
	children, _ := os.ReadFile(dir + "/task/" + strconv.Itoa(pid) + "/children")
	return levels{resident: statusBytes(dir, "VmRSS"), files: len(files), processes: len(strings.Fields(string(children)))}
}

// statusBytes returns a field of /proc/PID/status, in bytes.
func statusBytes(dir, field string) float64 {
	status, _ := os.ReadFile(dir + "/status")
	m := regexp.MustCompile(field + `:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		return 0
	}
	kib, _ := strconv.ParseFloat(string(m[1]), 64)
	return kib * 1024
}

// unreadScript starts jobs that each write so many lines of 1000 bytes, waits for them,
// and receives all, one job after the other.
const unreadScript = `
set-option ShellQuota 20GiB
for i = 1, %d do
  start_job([[local id = ...; local fill = ("x"):rep(986) for i = 1, %d do emit(("%%05d %%06d "):format(id, i) .. fill) end]], {argumentlist = {i}})
end
wait-job | out-null
get-job | receive-job
`

// maxUnread is what the shell may have in memory for 1,000 jobs that each wrote 10 MB.
const maxUnread = 300e6

// Jobs written in Lua write much that nobody reads: the shell stays small, and every byte
// can be received afterwards.
func TestSoakOfUnread(t *testing.T) {
	count, lines := 20, 500
	if *soak {
		count, lines = 1000, 10_000
	}
	dir := home(t)
	cmd := exec.CommandContext(t.Context(), fast(t), "-c", fmt.Sprintf(unreadScript, count, lines))
	cmd.Dir, cmd.Env, cmd.Stderr = dir, environment(dir), os.Stderr
	cmd.WaitDelay = patience
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	peak := wantUnread(t, bufio.NewReaderSize(out, 1<<20), cmd.Process.Pid, count, lines)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d jobs of %d lines of 1000 bytes: at most %.0f MB were resident", count, lines, peak/1e6)
	if *soak && peak > maxUnread {
		t.Errorf("the shell had %.0f MB of memory, want at most %.0f", peak/1e6, maxUnread/1e6)
	}
}

// wantUnread compares every byte of what is received, and returns how much memory the
// process had resident at most up to then.
func wantUnread(t *testing.T, r *bufio.Reader, pid, count, lines int) (peak float64) {
	fill := strings.Repeat("x", 986)
	for id := 1; id <= count; id++ {
		for i := 1; i <= lines; i++ {
			got, err := r.ReadSlice('\n')
			if want := fmt.Sprintf("%05d %06d %s\n", id, i, fill); err != nil || string(got) != want {
				t.Fatalf("job %d, line %d: %.40q, %v", id, i, got, err)
			}
		}
		if id == count/2 || id == count {
			peak = max(peak, statusBytes("/proc/"+strconv.Itoa(pid), "VmHWM"))
		}
	}
	return peak
}
