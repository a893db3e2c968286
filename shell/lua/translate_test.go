package lua

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/shell/syntax"
)

// words resolves the commands of the tests.
type words struct{ s *State }

func (words) Command(name string) (syntax.CommandInfo, bool) {
	switch n := strings.ToLower(name); n {
	case "get-job", "where-object", "start-job":
		return syntax.CommandInfo{Name: n, Inline: n == "where-object", List: n == "get-job"}, true
	}
	return syntax.CommandInfo{}, false
}
func (words) Program(word string) bool    { return word == "ls" }
func (w words) Variable(name string) bool { return w.s.HasGlobal(name) }

// typed runs lines of marsh's language and returns the pipelines and the output.
func typed(t *testing.T, text string) ([]*Pipeline, []jobs.Value, error) {
	t.Helper()
	var ps []*Pipeline
	w := &world{cmds: []string{"get-job", "start-job"}}
	w.exec = func(ctx context.Context, p *Pipeline) ([]jobs.Value, error) {
		ps = append(ps, p)
		for _, a := range p.Stages[0].Args {
			if a.Block != nil && a.Block.Func != nil {
				return a.Block.Func.Call(ctx, int64(20))
			}
		}
		return jobs.List{"one"}, nil
	}
	o := w.options()
	r := &words{}
	o.Resolver = r
	s := New(o)
	r.s = s
	t.Cleanup(s.Close)
	err := s.Run(t.Context(), jobs.Script{Text: text, Name: "line"})
	return ps, w.out, err
}

func TestTranslatedCommands(t *testing.T) {
	ps, out, err := typed(t, `$n = 3
get-job -Name a,b "x$n" $n -keep:$false | ls -la > f.txt
local y = 22
$v = where-object { it + y }
emit($v, $n + 1)
$env:A = "z"
=$env:A, $?
$k = 5
start-job { start-job { $using:k } } &
emit(#get_job("p", {name = "q", keep = true}))`)
	if err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(out), int64(42), int64(4), "z", int64(7), int64(1))
	first := ps[0]
	if len(first.Stages) != 2 || first.Stages[1].Kind != Program || first.Stages[1].Redirs[0].To.Text != "f.txt" || first.Line != 2 {
		t.Errorf("%+v", first)
	}
	a := first.Stages[0].Args
	if a[0].Kind != Param || len(a[1].List) != 2 || a[2].Text != "x3" || a[3].Value != int64(3) || a[4].Attached.Value != false {
		t.Errorf("%+v", a)
	}
	job := ps[2]
	if b := job.Stages[0].Args[0].Block; !job.Background || b.Name != "line" || b.Line != 9 || b.Using.Int("k") != 5 || strings.TrimSpace(b.Text) != "start-job { $using:k }" {
		t.Errorf("%+v %+v", job, b)
	}
	call := ps[3].Stages[0].Args
	if len(call) != 2 || call[0].Value != "p" || call[1].Value.(*jobs.Map).String("name") != "q" {
		t.Fatalf("%+v", call)
	}
	if named := call[1].Named; named[0].Text != "name" || named[0].Attached.Value != "q" || named[1].Attached != nil {
		t.Errorf("%+v", named)
	}
}

func TestUsingOfNothing(t *testing.T) {
	_, _, err := typed(t, "start-job { $using:nothing }")
	if e := jobs.AsError(err); e == nil || e.Msg != "the value of $using:nothing cannot be taken: nothing is not set here" {
		t.Errorf("got %v", err)
	}
}

func FuzzPattern(f *testing.F) {
	for _, p := range []string{"^(%w+)%s*=(.-)$", "%b()", "%f[%a]", "[^%d-]", "(()a)%1", "a*b?c-", "%", "[", "(", "[]]"} {
		f.Add("key = (value) aa", p)
	}
	f.Fuzz(func(t *testing.T, src, pat string) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		m := &matcher{ctx: ctx, src: src, pat: pat}
		start, end, ok, err := m.find(0)
		if ok && (start < 0 || end < start || end > len(src)) {
			t.Errorf("a match from %d to %d in %d bytes", start, end, len(src))
		}
		if err != nil && ok || err != nil && !errors.Is(err, jobs.KindScript) && ctx.Err() == nil {
			t.Errorf("match %v and error %v", ok, err)
		}
	})
}
