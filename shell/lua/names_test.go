package lua

import (
	"context"
	"errors"
	"slices"
	"testing"

	"marsh/jobs"
)

func texts(names []Name) []string {
	var out []string
	for _, n := range names {
		out = append(out, n.Text+" "+n.Kind)
	}
	return out
}

func TestNames(t *testing.T) {
	job := jobs.NewMap("Job", "Name", "Job1", "State", "Running", "ChildJobs", jobs.List{int64(1)})
	w := &world{cmds: []string{"get-job"}}
	w.live = func(m *jobs.Map) func() *jobs.Map {
		if m.Type != "Job" {
			return nil
		}
		return func() *jobs.Map { return job }
	}
	s := w.state(t)
	if err := errors.Join(s.SetGlobal("job", job), s.SetGlobal("rec", jobs.NewMap("Row", "Size", 1, "Sub", jobs.NewMap("", "K", "v")))); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context(), jobs.Script{Text: `
		Animal = {} Animal.__index = Animal function Animal.speak() end
		cat = setmetatable({name = "Tom"}, Animal)
		trap = setmetatable({}, {__index = function() error("ran") end, __pairs = function() error("ran") end})
		loop = {} setmetatable(loop, {__index = loop})
		when = get_job and 1 text = "x" print = 5 string.trim = print`}); err != nil {
		t.Fatal(err)
	}
	all := texts(s.Names(nil, 1000))
	for _, want := range []string{"cat table", "text string", "job Job", "rec Row", "string library", "pcall function", "get_job function", "print number", "args list"} {
		if !slices.Contains(all, want) {
			t.Errorf("%q is missing in %q", want, all)
		}
	}
	if slices.ContainsFunc(all, func(n string) bool { return n[:2] == "__" }) {
		t.Errorf("names of the shell's own are shown: %q", all)
	}
	for _, c := range []struct {
		path []string
		want []string
	}{
		{[]string{"cat"}, []string{"name string", "speak function"}},
		{[]string{"job"}, []string{"ChildJobs list", "Name string", "State string"}},
		{[]string{"rec", "sub"}, []string{"K string"}},
		{[]string{"trap"}, nil}, {[]string{"loop"}, nil}, {[]string{"nothing"}, nil}, {[]string{"cat", "name", "x"}, nil},
	} {
		if got := texts(s.Names(c.path, 1000)); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.path, got, c.want)
		}
	}
	if got := texts(s.Names([]string{"text"}, 2)); !slices.Equal(got, []string{"byte function", "char function"}) {
		t.Errorf("of a string: %q", got)
	}
	if got := texts(s.Names([]string{"string"}, 1000)); !slices.Contains(got, "rep function") || !slices.Contains(got, "trim number") {
		t.Errorf("of the library: %q", got)
	}
	if len(s.named) > 1 {
		t.Errorf("%d functions of commands were made", len(s.named))
	}
}

func TestCall(t *testing.T) {
	w := &world{}
	s := w.state(t)
	if _, err := s.Call(t.Context(), "prompt"); !errors.Is(err, jobs.KindNotFound) {
		t.Errorf("got %v", err)
	}
	err := s.Run(t.Context(), jobs.Script{Text: `function prompt(a) io.write("half") return a .. "> ", nil, 2 end function fails() error("no") end`})
	if err != nil || !s.HasFunction("prompt") || s.HasFunction("print") {
		t.Fatal(err, s.HasFunction("prompt"))
	}
	got, err := s.Call(t.Context(), "prompt", "C:")
	if err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(got), "C:> ", int64(2))
	want(t, jobs.List(w.out), "half")
	if _, err := s.Call(t.Context(), "fails"); !errors.Is(err, jobs.KindScript) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Call(ctx, "prompt", "x"); !errors.Is(err, jobs.KindStopped) {
		t.Errorf("got %v", err)
	}
}

// The register of a variable whose block ended in the same line is the function's.
func TestCalledNameIsNoEndedLocal(t *testing.T) {
	wantError(t, "a = {} do local b = 1 end a:frob(3)", jobs.KindScript, "test:1: attempt to call nil 'frob' (a method)")
}
