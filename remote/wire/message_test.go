package wire

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
)

func sampleScripts() []jobs.Script {
	return []jobs.Script{
		{},
		{Text: "return 1"},
		{
			Text: "emit(...)\xff", Name: "deploy.lua", Line: 12, Args: jobs.List{int64(1), 1.0, "a\xff", jobs.NewMap("Job", "Id", int64(3))},
			Using: jobs.NewMap("", "b", "x", "a", jobs.List{}), Beside: true, Terminal: true,
		},
		{Text: "deep", Args: jobs.List{nested(jobs.MaxDepth - 1)}},
		{Text: strings.Repeat("x", 1<<20)},
	}
}

func equalScripts(a, b jobs.Script) bool {
	args := jobs.Equal(a.Args, b.Args)
	using := (a.Using == nil) == (b.Using == nil) && (a.Using == nil || jobs.Equal(a.Using, b.Using))
	a.Args, b.Args, a.Using, b.Using = nil, nil, nil, nil
	return args && using && reflect.DeepEqual(a, b)
}

func TestScriptRoundTrip(t *testing.T) {
	for _, s := range sampleScripts() {
		data, err := EncodeScript(s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeScript(data)
		if err != nil || !equalScripts(got, s) {
			t.Errorf("%.60q came back as %.60v, %v", s.Text, got, err)
		}
	}
}

// Every field of the types that travel must be carried: a new one must be added here.
func TestAllFieldsTravel(t *testing.T) {
	for typ, n := range map[reflect.Type]int{
		reflect.TypeFor[jobs.Script](): 7, reflect.TypeFor[jobs.Record](): 6, reflect.TypeFor[jobs.Error](): 8,
	} {
		if typ.NumField() != n {
			t.Errorf("%v has %d fields, the wire knows of %d", typ, typ.NumField(), n)
		}
	}
}

func TestScriptLimits(t *testing.T) {
	if _, err := EncodeScript(jobs.Script{Text: strings.Repeat("x", MaxMessage)}); !errors.Is(err, jobs.KindLimit) {
		t.Errorf("a script that is too large: %v", err)
	}
	if _, err := EncodeScript(jobs.Script{Args: jobs.List{func() {}}}); !errors.Is(err, jobs.KindValue) {
		t.Errorf("an argument that is no value: %v", err)
	}
}

func TestErrorRoundTrip(t *testing.T) {
	for _, e := range []*jobs.Error{
		nil,
		{},
		{Kind: jobs.KindExitStatus, Op: "run", Host: "web1", Msg: "ended with status 3", Status: 3, Detail: "a\nb\xff", Line: 9},
		{Kind: jobs.KindLimit, Status: -1},
	} {
		var err error
		if e != nil {
			err = e
		}
		got, derr := DecodeError(EncodeError(err))
		if derr != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("%+v came back as %+v, %v", e, got, derr)
		}
	}
}

func TestErrorsAreCut(t *testing.T) {
	long := strings.Repeat("x\xff", 1<<20)
	data := EncodeError(&jobs.Error{Op: long, Host: long, Msg: long, Detail: long})
	if len(data) > MaxPayload {
		t.Errorf("the error takes %d bytes, more than a frame", len(data))
	}
	got, err := DecodeError(data)
	if err != nil || !strings.HasPrefix(got.Msg, "x\xffx") || !strings.HasSuffix(got.Detail, "…") {
		t.Errorf("got %.20q, %v", got.Msg, err)
	}
}

// Messages of a later version may have more.
func TestUnknownKeysAreIgnored(t *testing.T) {
	got, err := DecodeError([]byte{0xa3, 1, 4, 4, 0x61, 'm', 0x18, 99, 0x81, 1})
	if err != nil || got.Kind != jobs.KindNotFound || got.Msg != "m" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func FuzzScript(f *testing.F) {
	for _, s := range sampleScripts()[:4] {
		data, err := EncodeScript(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := DecodeScript(data)
		if err != nil {
			if !errors.Is(err, jobs.KindProtocol) {
				t.Fatalf("the error %v is of another kind", err)
			}
			return
		}
		again, err := EncodeScript(s)
		if err != nil {
			t.Fatalf("%+v was decoded and cannot be encoded: %v", s, err)
		}
		if got, err := DecodeScript(again); err != nil || got.Text != s.Text || len(got.Args) != len(s.Args) {
			t.Fatalf("%+v came back as %+v, %v", s, got, err)
		}
	})
}

func FuzzError(f *testing.F) {
	f.Add(EncodeError(nil))
	f.Add(EncodeError(&jobs.Error{Kind: jobs.KindExitStatus, Op: "run", Host: "web1", Msg: "m\xff", Status: 3, Detail: "a\nb", Line: 9}))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := DecodeError(data)
		switch {
		case err != nil && !errors.Is(err, jobs.KindProtocol):
			t.Fatalf("the error %v is of another kind", err)
		case err == nil && e != nil:
			if got, err := DecodeError(EncodeError(e)); err != nil || got.Kind != e.Kind || got.Status != e.Status {
				t.Fatalf("%+v came back as %+v, %v", e, got, err)
			}
		}
	})
}

// A grace is whole milliseconds, and bounded.
func TestGrace(t *testing.T) {
	for d, want := range map[time.Duration]time.Duration{
		0: 0, -time.Second: 0, 1500 * time.Microsecond: time.Millisecond, 7 * time.Second: 7 * time.Second, 1 << 62: math.MaxUint32 * time.Millisecond,
	} {
		if discard, got, has, err := DecodeCancel(EncodeGrace(d)); discard || got != want || !has || err != nil {
			t.Errorf("%v: %v, %v, %v, %v", d, discard, got, has, err)
		}
	}
	if _, _, _, err := DecodeCancel([]byte{0xf6, 0}); err == nil {
		t.Error("nonsense was understood")
	}
}

func FuzzScalars(f *testing.F) {
	f.Add(EncodeUint(7))
	f.Add(EncodeBool(true))
	f.Fuzz(func(t *testing.T, data []byte) {
		if n, err := DecodeUint(data); err == nil {
			if got, err := DecodeUint(EncodeUint(n)); err != nil || got != n {
				t.Fatalf("%d came back as %d, %v", n, got, err)
			}
		}
		if discard, grace, hasGrace, err := DecodeCancel(data); err == nil {
			again := EncodeBool(discard)
			if hasGrace {
				again = EncodeGrace(grace)
			}
			if d, g, h, err := DecodeCancel(again); err != nil || d != discard || g != grace || h != hasGrace {
				t.Fatalf("%v %v %v came back as %v %v %v, %v", discard, grace, hasGrace, d, g, h, err)
			}
		}
		if b, err := DecodeBool(data); err == nil {
			if got, err := DecodeBool(EncodeBool(b)); err != nil || got != b {
				t.Fatalf("%v came back as %v, %v", b, got, err)
			}
		}
	})
}
