package lua

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"marsh/jobs"
)

// blocks makes a world whose commands take blocks and keep them.
func blocks(t *testing.T, text string) []*Block {
	t.Helper()
	var got []*Block
	w := &world{cmds: []string{"start-job"}}
	w.exec = func(_ context.Context, p *Pipeline) ([]jobs.Value, error) {
		for _, a := range p.Stages[0].Args {
			if a.Block != nil {
				got = append(got, a.Block)
			}
		}
		return nil, nil
	}
	if err := w.state(t).Run(t.Context(), jobs.Script{Text: text, Name: "deploy.lua"}); err != nil {
		t.Fatal(err)
	}
	return got
}

// elsewhere runs a block in another state and returns what it writes.
func elsewhere(t *testing.T, b *Block, args ...jobs.Value) ([]jobs.Value, error) {
	t.Helper()
	sc, err := b.Script(args)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{cmds: []string{"start-job"}}
	err = w.state(t).Run(t.Context(), sc)
	return w.out, err
}

func TestFunctionTravels(t *testing.T) {
	for _, c := range []struct {
		text string
		want jobs.List
	}{
		{`start_job(function(n) return n * 2 end)`, jobs.List{int64(42)}},
		{`local k = 3 start_job(function(n) return n + k end)`, jobs.List{int64(24)}},
		{`local function fact(n) if n < 2 then return 1 end return n * fact(n - 1) end start_job(function() return fact(5) end)`, jobs.List{int64(120)}},
		{`local t = {x = {1, 2}} t.me = t start_job(function() return t.me.me.x[2] end)`, jobs.List{int64(2)}},
		{`local n = 0 local function inc() n = n + 1 end local function get() return n end start_job(function() inc() inc() return get() end)`, jobs.List{int64(2)}},
		{`local C = {} C.__index = C function C:m(a) return self.v + a end function C:n() return self.v end local o = setmetatable({v = 4}, C) start_job(function(a) return o:m(a), o:n() end)`, jobs.List{int64(25), int64(4)}},
		{`local rep, s = string.rep, string start_job(function() return rep("a", 2), s.upper("b") end)`, jobs.List{"aa", "B"}},
		{`local f = loadstring("return ... , 5") start_job(f)`, jobs.List{int64(21), int64(5)}},
		{`local sj = start_job sj(function() return type(sj) end)`, jobs.List{"function"}},
		{"local a = 1; start_job(function()\r\n  -- end \"\r\n  return 'end', a end)", jobs.List{"end", int64(1)}},
	} {
		got := blocks(t, c.text)
		if len(got) != 1 {
			t.Fatalf("%s: %d blocks", c.text, len(got))
		}
		out, err := elsewhere(t, got[0], int64(21))
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
		}
		want(t, jobs.List(out), c.want...)
	}
}

func TestFunctionTravelsTwice(t *testing.T) {
	b := blocks(t, `local k = 5 start_job(function() start_job(function() return k end) end)`)[0]
	sc, err := b.Script(nil)
	if err != nil {
		t.Fatal(err)
	}
	var inner *Block
	w := &world{cmds: []string{"start-job"}}
	w.exec = func(_ context.Context, p *Pipeline) ([]jobs.Value, error) {
		inner = p.Stages[0].Args[0].Block
		return nil, nil
	}
	if err := w.state(t).Run(t.Context(), sc); err != nil {
		t.Fatal(err)
	}
	out, err := elsewhere(t, inner)
	if err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(out), int64(5))
}

func TestErrorElsewhereKeepsItsLine(t *testing.T) {
	b := blocks(t, "\n\nlocal k\nstart_job(function()\n  return k.x\nend)")[0]
	_, err := elsewhere(t, b)
	if e := jobs.AsError(err); e == nil || e.Line != 5 || !strings.HasPrefix(e.Msg, "deploy.lua:5: ") {
		t.Errorf("got %v", err)
	}
}

func TestFunctionThatCannotTravel(t *testing.T) {
	for text, msg := range map[string]string{
		`local c = {conn = io.open("/dev/null")} start_job(function() return c end)`: "'c'.conn is an open file",
		`local co = coroutine.create(print) start_job(function() return co end)`:     "'co' is a coroutine",
		`local g = ("x"):gmatch("x") start_job(function() return g end)`:             "'g' is a function of the shell",
	} {
		b := blocks(t, text)[0]
		_, err := b.Script(nil)
		if !errors.Is(err, jobs.KindValue) || !strings.HasPrefix(err.Error(), msg) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func FuzzDecodeFunction(f *testing.F) {
	f.Add(`{"nodes":[{"kind":"function","text":"function() return a end","name":"x","line":1,"up":["a"],"cells":[[1]]},{"kind":"cell","value":[2]},{"kind":"table","keys":["x",1],"values":[[0],true],"meta":[2]}],"root":0}`)
	f.Add(`{"nodes":[{"kind":"library","name":"string.rep"},{"kind":"globals"},{"kind":"value","value":1}],"root":0}`)
	f.Add(`{"nodes":[{"kind":"function","text":"end","line":-5,"up":["(",""],"cells":[]}],"root":9}`)
	f.Fuzz(func(t *testing.T, text string) {
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			return
		}
		s := New(Options{})
		defer s.Close()
		fn, err := s.decodeFunction(fromJSON(v))
		if (fn == nil) == (err == nil) {
			t.Errorf("function %v and error %v", fn, err)
		}
	})
}

func fromJSON(v any) jobs.Value {
	switch v := v.(type) {
	case float64:
		return int64(v)
	case []any:
		out := make(jobs.List, len(v))
		for i, e := range v {
			out[i] = fromJSON(e)
		}
		return out
	case map[string]any:
		m := &jobs.Map{}
		for k, e := range v {
			m.Set(k, fromJSON(e))
		}
		return m
	}
	return v
}
