package lua

import (
	"errors"
	"strings"
	"testing"

	"marsh/jobs"
)

// smallRoom is a world with room for 256 MiB.
func smallRoom(t *testing.T) *State {
	o := (&world{}).options()
	o.Room = func(n int) error {
		if n > 256<<20 {
			return jobs.Errorf(jobs.KindLimit, "there is no room for it")
		}
		return nil
	}
	s := New(o)
	t.Cleanup(s.Close)
	return s
}

// Every way to assign far past the end of a table finds that there is no room, however the
// key and the table came about.
func TestFarKeysAreRefused(t *testing.T) {
	for _, text := range []string{
		`local t = {} t[6e7] = 1`, `local t, k = {}, 6e7 t[k] = 1`, `t = {} t[6 * 10^7] = 1`, `local t = {} t[6e7], t[1] = 1, 2`,
		`return {[6e7] = 1}`, `local k = 6e7 return {[k] = 1}`, `local t = {} rawset(t, 6e7, 1)`, `local t = {} table.insert(t, 6e7, 1)`,
		`local u = {} local t = setmetatable({}, {__newindex = u}) t[6e7] = 1`, `local t = {} t[8388609 + #t] = 1`,
		`local t = {1, 2} function t.f() end local s = "60000000" t[s + 0] = "x"`, `coroutine.wrap(function() local t = {} t[6e7] = 1 end)()`,
		`local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v) end}) t[6e7] = 1`,
	} {
		s := smallRoom(t)
		err := s.Run(t.Context(), jobs.Script{Text: text, Name: "test"})
		if !errors.Is(err, jobs.KindLimit) || !strings.Contains(err.Error(), "past the end of the table") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

// What is not far is as it was, also where nothing is assigned after all.
func TestKeysWithinReach(t *testing.T) {
	s := smallRoom(t)
	for _, text := range []string{
		`local t = {} t[4194304] = 1 assert(t[4194304] == 1 and next(t) == 4194304)`,
		`local t = {} t[8388608] = 1 assert(t[8388608] == 1 and next(t) == 8388608)`,
		`local t = {} t[6e7] = nil rawset(t, 6e7, nil) local k, v = 6e7 t[k] = v t[k] = nil assert(next(t) == nil and #t == 0)`,
		`local t = {} t[67108864] = 1 t[1e15] = 2 t[6e7 + 0.5] = 3 t[-6e7] = 4 assert(t[67108864] + t[1e15] + t[6e7 + 0.5] + t[-6e7] == 10)`,
		`local t = {} t["60000000"] = 1 assert(t["60000000"] == 1 and t[6e7] == nil)`,
		`local got local t = setmetatable({}, {__newindex = function(_, k) got = k end}) t[6e7] = 1 assert(got == 6e7)`,
		`local ok, e = pcall(function() local x x[6e7] = 1 end) assert(not ok and tostring(e):find("index", 1, true))`,
		`local t = {} for i = 1, 5 do t[2 * 3] = i t[-1] = i end assert(t[6] == 5 and t[-1] == 5)`,
		`local t = {[2 * 3] = "a", [-1] = "b", [67108864] = "c"} assert(t[6] .. t[-1] .. t[67108864] == "abc")`,
	} {
		if err := s.Run(t.Context(), jobs.Script{Text: text, Name: "test"}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
