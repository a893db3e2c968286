package jobs

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

func TestNormalize(t *testing.T) {
	now := time.Now()
	for _, c := range []struct{ in, want any }{
		{nil, nil}, {true, true}, {int64(-1), int64(-1)}, {1.5, 1.5}, {"a\xff", "a\xff"}, {now, now},
		{int(7), int64(7)}, {int8(-7), int64(-7)}, {int16(7), int64(7)}, {int32(7), int64(7)},
		{uint(7), int64(7)}, {uint8(7), int64(7)}, {uint16(7), int64(7)}, {uint32(math.MaxUint32), int64(math.MaxUint32)}, {uint64(7), int64(7)},
		{uint64(math.MaxUint64), float64(math.MaxUint64)}, {float32(0.5), 0.5}, {90 * time.Second, 90.0},
		{[]string{"a", "b"}, List{"a", "b"}}, {List{1, List{uint8(2)}}, List{int64(1), List{int64(2)}}},
		{(*Map)(nil), nil}, {NewMap("T", "a", 1), NewMap("T", "a", int64(1))},
		{errors.New("bad"), ErrorValue(errors.New("bad"))},
	} {
		got, err := Normalize(c.in)
		if err != nil || !Equal(got, c.want) {
			t.Errorf("%T %v: %v, %v; want %v", c.in, c.in, got, err, c.want)
		}
	}
}

func TestNormalizeRefuses(t *testing.T) {
	var cycle List
	cycle = append(cycle, nil)
	cycle[0] = cycle
	loop := NewMap("")
	loop.Set("self", loop)
	wide := make(List, MaxNodes)
	for name, v := range map[string]any{
		"function": func() {}, "channel": make(chan int), "struct": struct{}{}, "pointer": new(int),
		"within": List{List{func() {}}}, "in a map": NewMap("", "f", func() {}),
		"a cycle": cycle, "a map that holds itself": loop, "too deep": nested(MaxDepth + 1), "too many": wide,
	} {
		if got, err := Normalize(v); !errors.Is(err, KindValue) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for name, v := range map[string]any{"deep": nested(MaxDepth), "many": wide[1:]} {
		if _, err := Normalize(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func nested(levels int) any {
	var v any = "x"
	for range levels {
		v = List{v}
	}
	return v
}

// Normalize copies what it hands on: later changes of the original do not show.
func TestNormalizeCopies(t *testing.T) {
	list := List{int64(1)}
	m := NewMap("", "list", list)
	v, err := Normalize(m)
	if err != nil {
		t.Fatal(err)
	}
	list[0] = int64(2)
	m.Set("new", true)
	if !Equal(v, NewMap("", "list", List{int64(1)})) {
		t.Errorf("got %s", Text(v))
	}
}

func TestMap(t *testing.T) {
	m := NewMap("T", "Name", "a", "name", "b", "Size", int64(3))
	m.Set("Name", "c")
	if got := fmt.Sprint(m.Keys(), m.Len()); got != "[Name name Size] 3" {
		t.Errorf("got %s", got)
	}
	for key, want := range map[string]string{"Name": "c", "name": "b", "NAME": "c", "SIZE": "3", "none": ""} {
		if got := m.String(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	c := m.Clone()
	c.Set("more", true)
	c.Set("Name", "d")
	if m.Len() != 3 || m.String("Name") != "c" || c.Type != "T" {
		t.Error("a change of the copy shows in the original")
	}
	if m.Int("Size") != 3 || m.Int("Name") != 0 || NewMap("", "f", 2.9).Int("f") != 2 {
		t.Error("Int")
	}
	var none *Map
	if none.Len() != 0 || none.Keys() != nil || none.String("a") != "" || none.Int("a") != 0 {
		t.Error("a nil map is empty")
	}
	var zero Map
	zero.Set("a", nil)
	if v, ok := zero.Get("A"); !ok || v != nil || zero.String("a") != "" {
		t.Error("the zero map cannot be used")
	}
}

func TestEqual(t *testing.T) {
	moment := time.Date(2024, 1, 2, 3, 4, 5, 6, time.UTC)
	different := []Value{
		nil, true, false, int64(0), int64(1), 0.0, 1.0, "", "0", []byte{}, []byte("0"), moment, moment.Add(1), List{}, List{nil}, List{int64(1)},
		List{int64(1), int64(2)}, NewMap(""), NewMap("T"), NewMap("", "a", int64(1)), NewMap("", "a", 1.0), NewMap("", "A", int64(1)),
		NewMap("", "a", int64(1), "b", nil), NewMap("", "b", nil, "a", int64(1)), NewMap("", "a", List{NewMap("T", "x", []byte("y"))}),
	}
	for i, a := range different {
		for j, b := range different {
			if Equal(a, b) != (i == j) {
				t.Errorf("%T %v and %T %v: %v", a, a, b, b, i != j)
			}
		}
		if n, err := Normalize(a); err != nil || !Equal(a, n) {
			t.Errorf("%v is not what it is normalised to, %v (%v)", a, n, err)
		}
	}
	if !Equal(moment, moment.In(time.FixedZone("x", 3600))) {
		t.Error("the same moment in two zones is the same value")
	}
	if Equal(func() {}, func() {}) || Equal(int(1), int(1)) {
		t.Error("what is no value is equal to nothing")
	}
}

func TestText(t *testing.T) {
	moment := time.Date(2024, 1, 2, 3, 4, 5, 6, time.Local)
	for _, c := range []struct {
		v    Value
		want string
	}{
		{nil, ""}, {true, "True"}, {false, "False"}, {int64(-3), "-3"}, {0.1, "0.1"}, {1e15, "1e+15"}, {1.0, "1"},
		{math.Inf(1), "inf"}, {math.Inf(-1), "-inf"}, {math.NaN(), "nan"}, {"a\nb", "a\nb"}, {[]byte("a\xff"), "a\xff"},
		{moment, "2024-01-02 03:04:05"}, {List{}, "{}"}, {List{int64(1), "b", nil}, "{1, b, }"},
		{NewMap("", "a", int64(1), "b", List{true}), "{a=1; b={True}}"},
		{NewMap(TypeJob, "Name", "Job1", "Id", int64(1)), "Job1"}, {NewMap(TypeSession, "Name", "s"), "s"},
		{ErrorValue(Errorf(KindIO, "no room")), "no room"}, {int(1), "1"},
	} {
		if got := Text(c.v); got != c.want {
			t.Errorf("%T %v: %q, want %q", c.v, c.v, got, c.want)
		}
	}
}

// What is kept in a queue counts at least as much as its bytes.
func TestSize(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for _, v := range []Value{long, []byte(long), List{long}, NewMap("", "a", long), NewMap("", long, nil), List{NewMap("", "a", List{long})}} {
		if n := Size(v); n < 1000 || n > 1400 {
			t.Errorf("%T: %d bytes", v, n)
		}
	}
	if Size(nil) <= 0 || Size((*Map)(nil)) <= 0 || Size(List{}) <= 0 {
		t.Error("a value that is free fills no queue")
	}
}

func TestErrors(t *testing.T) {
	cause := errors.New("cause")
	e := Errorf(KindIO, "cannot read: %w", cause)
	if !errors.Is(e, KindIO) || errors.Is(e, KindUsage) || !errors.Is(e, cause) || !errors.Is(e, &Error{Kind: KindIO}) || errors.Is(e, &Error{Kind: KindIO, Msg: "other"}) {
		t.Error("errors.Is")
	}
	if e.Error() != "cannot read: cause" || e.WithOp("cat").Error() != "cat: cannot read: cause" || e.Op != "" || e.WithOp("a").WithOp("b").Op != "a" {
		t.Error("WithOp")
	}
	for _, c := range []struct {
		err  error
		kind Kind
	}{
		{e, KindIO}, {fmt.Errorf("x: %w", e), KindIO}, {cause, KindOther}, {context.Canceled, KindStopped},
		{fmt.Errorf("x: %w", context.DeadlineExceeded), KindTimeout}, {errStopped, KindStopped},
	} {
		if got := AsError(c.err); got.Kind != c.kind || !errors.Is(got, c.kind) {
			t.Errorf("%v: %v", c.err, got.Kind)
		}
	}
	if AsError(nil) != nil {
		t.Error("nil is no error")
	}
}

// The names and numbers of kinds cross the wire: they never change.
func TestKinds(t *testing.T) {
	want := "Other Syntax Incomplete Script NotFound Usage ExitStatus Stopped Timeout Unreachable Refused HostKey Auth Broken Protocol Value Closed " +
		"State IO Exit ExitSession Unsupported Permission NeverStarted Limit Detached"
	for i, name := range strings.Fields(want) {
		k := Kind(i)
		if named, ok := ParseKind(strings.ToLower(name)); k.String() != name || named != k || !ok {
			t.Errorf("kind %d is %s, want %s", i, k, name)
		}
	}
	if _, ok := ParseKind("none"); int(numKinds) != len(strings.Fields(want)) || Kind(200).String() != "Other" || ok {
		t.Error("there are more kinds, or fewer")
	}
	for k, name := range map[StreamKind]string{0: "unknown", Output: "output", ErrorStream: "error", Warning: "warning", Verbose: "verbose", Debug: "debug", Information: "information", Progress: "progress", 8: "unknown"} {
		if k.String() != name {
			t.Errorf("stream %d is %s, want %s", k, k, name)
		}
	}
}

func TestErrorValue(t *testing.T) {
	for _, e := range []*Error{
		{}, {Kind: KindScript, Msg: "bad"}, {Kind: KindExitStatus, Op: "ls", Host: "Server01", Msg: "exit status 2", Status: 2},
		{Kind: KindSyntax, Msg: "bad", Detail: "line\n  ^", Line: 3}, {Kind: KindExit, Status: 0, Msg: "leave"}, {Kind: KindLimit, Op: "a", Msg: "\xff"},
	} {
		v := ErrorValue(e)
		if got := ErrorFromValue(v); *got != *e {
			t.Errorf("%+v came back as %+v", e, got)
		}
		if n, err := Normalize(v); err != nil || !Equal(n, v) || Text(v) != e.Error() {
			t.Errorf("%+v is no value, or has another text: %v, %s", e, err, Text(v))
		}
	}
	if e := ErrorFromValue("went wrong"); e.Kind != KindScript || e.Msg != "went wrong" {
		t.Errorf("a text became %+v", e)
	}
	if e := ErrorFromValue(NewMap(TypeError, "Msg", List{int64(1)}, "Kind", int64(3), "Line", "x")); e.Kind != KindOther || e.Msg != "{1}" || e.Line != 0 {
		t.Errorf("an odd map became %+v", e)
	}
}

// Makes a value of data: nested lists and maps, and scalars of all types.
func valueOf(data []byte, depth int) (any, []byte) {
	if len(data) == 0 {
		return nil, nil
	}
	kind, data := data[0], data[1:]
	n := min(int(kind>>4), len(data))
	switch kind % 12 {
	case 0:
		return kind > 100, data
	case 1:
		return int64(kind) << 50, data
	case 2:
		return float64(kind) / 3, data
	case 3:
		return string(data[:n]), data[n:]
	case 4:
		return data[:n], data[n:]
	case 5:
		return time.Unix(int64(kind), int64(n)), data
	case 6:
		return uint64(kind) << 56, data
	case 7:
		return errors.New(string(data[:n])), data[n:]
	case 8, 9:
		var l List
		for range n {
			var e any
			e, data = valueOf(data, depth+1)
			l = append(l, e)
		}
		return l, data
	case 10:
		m := NewMap(string(data[:min(1, n)]))
		for range n {
			var e any
			key := string(data[:min(2, len(data))])
			e, data = valueOf(data, depth+1)
			m.Set(key, e)
		}
		return m, data
	}
	return nil, data
}

// What Normalize takes is a value: the same a second time, equal to itself, with a
// text and a size; and any value becomes an error that comes back as it is.
func FuzzNormalize(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x3a1a\x2b\x38abc"))
	f.Add([]byte("\x88\x48\x28\x17\x33abcdef"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, _ := valueOf(data, 0)
		v, err := Normalize(in)
		if err != nil {
			if !errors.Is(err, KindValue) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		again, err := Normalize(v)
		if err != nil || !Equal(v, again) || Text(v) != Text(again) || Size(v) != Size(again) || Size(v) <= 0 {
			t.Fatalf("%v became %v (%v)", v, again, err)
		}
		e := ErrorFromValue(v)
		if back := ErrorFromValue(ErrorValue(e)); *back != *e {
			t.Fatalf("%+v came back as %+v", e, back)
		}
	})
}
