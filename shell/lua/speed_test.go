package lua

import (
	"testing"

	"marsh/jobs"
)

// benchmark runs a program that does its work 100,000 times.
func benchmark(b *testing.B, text string) {
	s := New((&world{}).options())
	defer s.Close()
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Run(b.Context(), jobs.Script{Text: text}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoop(b *testing.B) {
	benchmark(b, `local n = 0 for i = 1, 100000 do n = n + i % 7 end`)
}

func BenchmarkCalls(b *testing.B) {
	benchmark(b, `local function f(x) return x + 1 end local n = 0 for i = 1, 100000 do n = f(n) end`)
}

func BenchmarkFields(b *testing.B) {
	benchmark(b, `local t = {x = 1} for i = 1, 100000 do t.x = t.x + 1 end`)
}

func BenchmarkAssign(b *testing.B) {
	benchmark(b, `local t = {} for i = 1, 100000 do t[i % 64 + 1] = i end`)
}

func BenchmarkAppend(b *testing.B) {
	benchmark(b, `local t = {} for i = 1, 100000 do t[#t + 1] = i end`)
}

func BenchmarkConcat(b *testing.B) {
	benchmark(b, `local a, b, s = "alpha", "beta" for i = 1, 100000 do s = a .. b end`)
}

func BenchmarkConcatMany(b *testing.B) {
	benchmark(b, `local a, b, s = "alpha", "beta" for i = 1, 100000 do s = a .. ": " .. b .. "." .. a end`)
}

func BenchmarkConcatNumber(b *testing.B) {
	benchmark(b, `local s for i = 1, 100000 do s = "n" .. i end`)
}

func BenchmarkPcall(b *testing.B) {
	benchmark(b, `local function f() end for i = 1, 100000 do pcall(f) end`)
}

func BenchmarkPcallError(b *testing.B) {
	benchmark(b, `local t for i = 1, 10000 do pcall(function() return t.x end) end`)
}

func BenchmarkCoroutine(b *testing.B) {
	benchmark(b, `for i = 1, 10000 do local c = coroutine.wrap(function(a) return coroutine.yield(a) end) c(1) c(2) end`)
}
