package shell

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"time"

	"marsh/jobs"
	"marsh/shell/lua"
)

// How memory is watched.
const (
	sampleEvery    = 10 * time.Millisecond  // between two looks at the heap while scripts run
	answerWait     = 200 * time.Millisecond // for scripts to stand still, which may be in the middle of a call into Go
	endWait        = time.Second            // for the script that was ended, before another one is
	defaultLimit   = 1 << 30                // bytes, where the machine's memory is not known
	memoryShare    = 4                      // the limit is the machine's memory by this
	minMemoryLimit = 64 << 20               // bytes; less would be used up by the shell itself
)

// memory bounds what the scripts of a shell hold. While scripts run a goroutine looks
// at the heap of the process. From four fifths of the limit on it stops the scripts for
// as long as it collects garbage; when what is left is still past the limit it asks them
// what they hold, and ends the one that has grown most.
//
// So the heap goes past the limit by a sixteenth of it, where the last collection left
// just less, and what the scripts allocate until they come to their next instruction
// after a look: mostly little, because large strings are asked room for (see
// [memory.room]); but one assignment far past the end of a table fills the gap, which
// takes up to 1 GiB, and twice that while it grows.
type memory struct {
	limit func() uint64 // in bytes
	hint  string        // what to do when there is too little
	heap  func() uint64 // in bytes; what is in use, and garbage

	mu      sync.Mutex
	running []*lua.Running // guarded by mu
	awake   bool           // the goroutine runs; guarded by mu
	closed  bool           // guarded by mu
	stop    chan struct{}
	wg      sync.WaitGroup

	collect sync.Mutex // held while garbage is collected
	live    uint64     // what the latest collection left, in bytes; 0 where that is long ago; guarded by collect
}

func newMemory(limit func() uint64, hint string) *memory {
	return &memory{limit: limit, hint: hint, heap: heapBytes, stop: make(chan struct{})}
}

// heapBytes returns what the objects on the heap take.
func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// machineLimit is the limit where the user gave none.
var machineLimit = sync.OnceValue(func() uint64 {
	if m := machineMemory(); m > 0 {
		return max(m/memoryShare, minMemoryLimit)
	}
	return defaultLimit
})

// memoryLimit returns the limit of the shell in bytes.
func (s *Shell) memoryLimit() uint64 {
	if n := s.Settings.Int(MemoryLimit); n > 0 {
		return uint64(n)
	}
	if n := s.MemoryLimit; n > 0 {
		return uint64(n)
	}
	return machineLimit()
}

// memoryHint says what to do when memory is short.
func (s *Shell) memoryHint() string {
	if s.MemoryLimit > 0 {
		return "start-job -MemoryLimit raises that"
	}
	return "set-option MemoryLimit raises that, start-job -Isolated runs a script in a process of its own"
}

// watch is told of each script that runs.
func (m *memory) watch(r *lua.Running) (ended func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = append(m.running, r)
	if !m.awake && !m.closed {
		m.awake = true
		m.wg.Go(m.run)
	}
	return func() { m.forget(r) }
}

func (m *memory) forget(r *lua.Running) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, last := slices.Index(m.running, r), len(m.running)-1
	m.running[i], m.running[last] = m.running[last], nil
	m.running = m.running[:last]
}

// close ends the watching and waits for that.
func (m *memory) close() {
	m.mu.Lock()
	if !m.closed {
		m.closed = true
		close(m.stop)
	}
	m.mu.Unlock()
	m.wg.Wait()
}

// run looks at the heap until no script runs.
func (m *memory) run() {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for !m.idle() {
		select {
		case <-m.stop:
			continue
		case <-tick.C:
		}
		if n, limit := m.heap(), m.limit(); m.due(n, limit) {
			m.look(limit)
		}
	}
}

// idle reports whether there is nothing to watch; the goroutine then ends.
func (m *memory) idle() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.awake = len(m.running) > 0 && !m.closed
	return !m.awake
}

// due reports whether a heap of n bytes is worth a look.
func (m *memory) due(n, limit uint64) bool {
	m.collect.Lock()
	defer m.collect.Unlock()
	soft := limit / 5 * 4
	if n < soft {
		m.live = 0
	}
	return n >= max(soft, m.live+limit/16)
}

// look collects garbage while the scripts stand still, and ends one of them when that
// was not enough.
func (m *memory) look(limit uint64) {
	m.mu.Lock()
	scripts := slices.Clone(m.running)
	m.mu.Unlock()
	l := lua.NewLook(scripts)
	defer l.Over()
	live := m.garbage(runtime.GC)
	if live < limit {
		return
	}
	l.Measure()
	largest, ok := m.largest(l, len(scripts), limit, live)
	if !ok {
		return
	}
	largest.Script.End(m.tooMuch(largest, live, limit))
	m.wait(largest.Script)
	m.garbage(debug.FreeOSMemory)
}

// garbage collects garbage and returns what is left, in bytes.
func (m *memory) garbage(collect func()) uint64 {
	m.collect.Lock()
	defer m.collect.Unlock()
	collect()
	m.live = m.heap()
	return m.live
}

// largest returns the script that has grown most, of those that answer. Where all of
// them are a small part of what is held, something else fills the memory, and ending
// them would not help: they are left alone until that has gone on for long.
func (m *memory) largest(l *lua.Look, n int, limit, live uint64) (best lua.Answer, ok bool) {
	var sum int64
	for _, a := range m.answers(l, n, answerWait) {
		sum += a.Grown
		if best.Script == nil || a.Grown > best.Grown {
			best = a
		}
	}
	worth := best.More || uint64(best.Grown) >= limit/64 || uint64(sum) >= limit/2 || live > limit+limit/4 && best.Grown > 1<<20
	return best, best.Script != nil && worth
}

// answers returns what those of n scripts say that come to their next instruction in
// time. Those that have are waited for, as long as it takes.
func (m *memory) answers(l *lua.Look, n int, wait time.Duration) (all []lua.Answer) {
	patience := time.NewTimer(wait)
	defer patience.Stop()
	late := false
	for got := 0; got < n && (!late || got < l.Still()); {
		select {
		case a := <-l.Answers:
			if got++; a.Script != nil {
				all = append(all, a)
			}
		case <-patience.C:
			late = true
		case <-m.stop:
			return all
		}
	}
	return all
}

// wait waits for the end of a script, with a bound: it may be in the middle of a call
// into Go.
func (m *memory) wait(r *lua.Running) {
	patience := time.NewTimer(endWait)
	defer patience.Stop()
	select {
	case <-r.Done():
	case <-patience.C:
	case <-m.stop:
	}
}

func (m *memory) tooMuch(a lua.Answer, live, limit uint64) error {
	return jobs.Errorf(jobs.KindLimit, "%s used more memory than the shell may: its variables hold about %s, and the shell %s of %s; %s",
		a.Script.Of(), jobs.Bytes(a.Held), jobs.Bytes(int64(live)), jobs.Bytes(int64(limit)), m.hint)
}

// room says whether there is room for n bytes at once. The error is of kind
// KindLimit.
func (m *memory) room(n int) error {
	limit, heap := m.limit(), m.heap()
	if heap+uint64(n) <= limit {
		return nil
	}
	if m.due(heap+uint64(n), limit) {
		heap = m.garbage(runtime.GC)
	}
	if heap+uint64(n) <= limit {
		return nil
	}
	return jobs.Errorf(jobs.KindLimit, "there is no room for %s at once: the shell holds %s of %s; %s",
		jobs.Bytes(int64(n)), jobs.Bytes(int64(heap)), jobs.Bytes(int64(limit)), m.hint)
}
