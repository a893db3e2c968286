package shell

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/shell/lua"
)

// limited is a shell with a limit so many bytes above what the process holds now. most
// returns the largest heap that was seen.
func limited(t *testing.T, bytes uint64) (s *Shell, limit uint64, most func() uint64) {
	t.Helper()
	s = New(Options{Commands: NewCommandSet(nil), Dir: t.TempDir(), Events: NewEventLog(t.TempDir())})
	runtime.GC()
	limit = heapBytes() + bytes
	var peak atomic.Uint64
	s.memory.limit = func() uint64 { return limit }
	s.memory.heap = func() uint64 {
		n := heapBytes()
		for old := peak.Load(); n > old && !peak.CompareAndSwap(old, n); old = peak.Load() {
		}
		return n
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), jobstest.Patience)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s, limit, peak.Load
}

func runText(t *testing.T, e *Engine, text string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	err := e.Run(ctx, jobs.Script{Text: text, Name: "test"}, &jobstest.Recorder{})
	if ctx.Err() != nil {
		t.Fatalf("%s: did not end within %v", text, jobstest.Patience)
	}
	return err
}

// bombs are scripts that grow without end.
var bombs = map[string]string{
	"tables":     `local t = {} while true do t[#t+1] = {} end`,
	"global":     `t = {} while true do t[#t+1] = {} end`,
	"keys":       `local t, i = {}, 0 while true do i = i + 1; t["key" .. i] = i end`,
	"closures":   `local t = {} while true do local x = #t; t[x+1] = function() return x end end`,
	"coroutines": `local t = {} while true do t[#t+1] = coroutine.create(function() end) end`,
	"strings":    `local t, s = {}, ("x"):rep(1000) while true do t[#t+1] = s .. #t end`,
	"nested":     `local t = {} while true do t = {t, {1, 2, 3}} end`,
	"recursion":  `local function f(n) local t = {} for i = 1, 1e5 do t[i] = {} end return f(n + 1) + 1 end return f(0)`,
	"pcall":      `local t = {} while true do pcall(function() while true do t[#t+1] = {} end end) end`,
	"coroutine":  `local f = coroutine.wrap(function() local t = {} while true do t[#t+1] = {} end end) while true do pcall(f) end`,
	"numbers":    `local t = {} while true do t[#t+1] = #t + 0.5 end`,
	"upvalue":    `local t = {} local function add() t[#t+1] = {} end while true do add() end`,
	"temporary":  `return (function(...) while true do select(1, ...)[#(...) + 1] = {} end end)({})`,
	"large":      `local t = {} while true do t[#t+1] = ("x"):rep(2^23) end`,
	"concat":     `local t, s = {}, ("x"):rep(2^22) while true do t[#t+1] = s .. s end`,
}

// slack is by how much the heap may be over the limit: a sixteenth, a tick, and what
// the growth of one table takes.
const slack = 160 << 20

// A script that grows without end is ended with the reason, and the shell goes on.
func TestGrowthEndsTheScript(t *testing.T) {
	for name, text := range bombs {
		t.Run(name, func(t *testing.T) {
			s, limit, most := limited(t, 32<<20)
			if err := runText(t, s.Engine(), text); !errors.Is(err, jobs.KindLimit) {
				t.Fatalf("got %v, want an error of kind Limit", err)
			}
			over := int64(most()) - int64(limit)
			t.Logf("%d MiB over the limit", over>>20)
			if over > slack {
				t.Errorf("the heap was %d MiB over the limit", over>>20)
			}
			if err := runText(t, s.Engine(), `t = nil for i = 1, 1e5 do local x = {} end`); err != nil {
				t.Errorf("the next script: %v", err)
			}
		})
	}
}

// Of several scripts the one that grows is ended, and the others are not.
func TestTheLargestScriptIsEnded(t *testing.T) {
	s, _, _ := limited(t, 128<<20)
	ctx, cancel := context.WithTimeout(t.Context(), jobstest.Patience)
	defer cancel()
	var wg sync.WaitGroup
	var small jobstest.Recorder // hears of each that has grown as far as it will
	errs := make([]error, 3)
	for i := range errs {
		f, err := s.Engine().Fork(ctx, false)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		wg.Go(func() {
			errs[i] = f.Run(ctx, jobs.Script{Text: `local keep = {} for i = 1, 1e5 do keep[i] = {} end emit(1) while true do local x = {} end`}, &small)
		})
	}
	if !small.Wait(ctx, len(errs)) {
		t.Fatal("they have not grown")
	}
	err := runText(t, s.Engine(), bombs["tables"])
	cancel()
	wg.Wait()
	if !errors.Is(err, jobs.KindLimit) {
		t.Errorf("the script that grew: %v", err)
	}
	for _, err := range errs {
		if !errors.Is(err, jobs.KindStopped) {
			t.Errorf("a script that did not grow: %v", err)
		}
	}
}

// The goroutine that watches is there only while scripts run.
func TestWatchingEndsWithTheScripts(t *testing.T) {
	s, _, _ := limited(t, 1<<30)
	if err := runText(t, s.Engine(), `return 1`); err != nil {
		t.Fatal(err)
	}
	s.memory.wg.Wait()
	if !s.memory.idle() {
		t.Error("awake")
	}
	if err := runText(t, s.Engine(), `return 1`); err != nil {
		t.Fatal(err)
	}
}

// A script that stands still is waited for until it has said what it holds, however long
// that takes: else one that grows would go on for ever on a machine that is busy.
func TestAnswersAreWaitedFor(t *testing.T) {
	s, _, _ := limited(t, 1<<30) // nobody else looks
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- s.Engine().Run(ctx, jobs.Script{Text: `while true do local x = {} end`, Name: "test"}, &jobstest.Recorder{})
	}()
	look := lua.NewLook(s.memory.soonRunning())
	defer look.Over()
	for look.Still() == 0 {
		runtime.Gosched()
	}
	answers := make(chan []lua.Answer)
	go func() { answers <- s.memory.answers(look, 2, time.Nanosecond) }() // the second of them never comes
	time.AfterFunc(time.Millisecond, look.Measure)
	if all := <-answers; len(all) != 1 || all[0].Held <= 0 {
		t.Errorf("got %+v", all)
	}
	cancel()
	if err := <-ended; !errors.Is(err, jobs.KindStopped) {
		t.Error(err)
	}
}

// soonRunning waits until a script runs.
func (m *memory) soonRunning() []*lua.Running {
	for {
		m.mu.Lock()
		running := slices.Clone(m.running)
		m.mu.Unlock()
		if len(running) > 0 {
			return running
		}
		runtime.Gosched()
	}
}
