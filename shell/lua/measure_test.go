package lua

import (
	"runtime"
	"testing"

	"marsh/jobs"
)

// What a state says it holds is right to a factor of two, against what the heap grew by.
func TestMeasure(t *testing.T) {
	for name, text := range map[string]string{
		"tables":      `t = {} for i = 1, 2e5 do t[i] = {} end`,
		"numbers":     `t = {} for i = 1, 2e6 do t[i] = i + 0.5 end`,
		"records":     `t = {} for i = 1, 1e4 do t[i] = {name = "n" .. i, size = i} end`,
		"keys":        `t = {} for i = 1, 2e5 do t["key" .. i] = i end`,
		"strings":     `t = {} for i = 1, 2e4 do t[i] = ("x"):rep(1000) .. i end`,
		"one string":  `t = {} local s = ("x"):rep(2^24) for i = 1, 1000 do t[i] = s end`,
		"closures":    `t = {} for i = 1, 2e5 do local x = i t[i] = function() return x end end`,
		"coroutines":  `t = {} for i = 1, 2e3 do t[i] = coroutine.create(function() end) end`,
		"list":        `for i = 1, 5e4 do t = {t, i + 0.5} end`,
		"a captured":  `local t = {} for i = 1, 2e5 do t[i] = {} end function f() return t end`,
		"a coroutine": `f = coroutine.wrap(function() local t = {} for i = 1, 2e5 do t[i] = {} end coroutine.yield() return t end) f()`,
	} {
		t.Run(name, func(t *testing.T) {
			s := (&world{}).state(t)
			before := heapInUse()
			said, _ := s.measure()
			if err := s.Run(t.Context(), jobs.Script{Text: text}); err != nil {
				t.Fatal(err)
			}
			grown := heapInUse() - before
			held, _ := s.measure()
			held -= said
			if held < grown/2 || held > grown*2 {
				t.Errorf("says %d KiB, the heap grew by %d KiB", held>>10, grown>>10)
			}
			runtime.KeepAlive(s)
		})
	}
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A measurement takes no longer for more.
func BenchmarkMeasure(b *testing.B) {
	s := New((&world{}).options())
	defer s.Close()
	if err := s.Run(b.Context(), jobs.Script{Text: `t = {} for i = 1, 1e6 do t[i] = {{}, {i}} end`}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.measure()
	}
}
