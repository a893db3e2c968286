package wire

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"marsh/jobs"
)

// One value of each sort, with those that are easily mixed up.
func samples() []jobs.Value {
	return []jobs.Value{
		nil, true, false,
		int64(0), int64(23), int64(24), int64(-1), int64(-24), int64(-25), int64(math.MaxInt64), int64(math.MinInt64),
		0.0, 1.0, -0.5, 1e300, math.Inf(1), math.Copysign(0, -1),
		"", "text", "日本語", "caf\xe9", "\x00\xff\xfe", strings.Repeat("x", 70_000),
		[]byte{}, []byte("text"), []byte{0, 0xff},
		time.Time{}, time.Unix(0, 0).UTC(), time.Date(2026, 11, 22, 16, 0, 0, 123456789, time.UTC),
		time.Date(-5000, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(20000, 1, 1, 0, 0, 0, 999999999, time.UTC),
		jobs.List{}, jobs.List{int64(1), 1.0, "1", []byte("1"), jobs.List{nil}},
		jobs.NewMap(""), jobs.NewMap("Job", "z", int64(1), "a", jobs.NewMap("", "k\xff", "v"), "", nil),
	}
}

func TestValueRoundTrip(t *testing.T) {
	for _, v := range samples() {
		data, err := AppendValue(nil, v)
		if err != nil {
			t.Errorf("%v: %v", v, err)
			continue
		}
		got, err := DecodeValue(data)
		if err != nil || !jobs.Equal(got, v) {
			t.Errorf("%T %v came back as %T %v, %v", v, v, got, got, err)
		}
		if err := cbor.Wellformed(data); err != nil {
			t.Errorf("%v is not CBOR: %v", v, err)
		}
	}
}

func TestNegativeZeroAndNaN(t *testing.T) {
	for _, f := range []float64{math.Copysign(0, -1), math.NaN(), math.Float64frombits(0x7ff8dead00000001)} {
		data, _ := AppendValue(nil, f)
		got, err := DecodeValue(data)
		if g, ok := got.(float64); err != nil || !ok || math.Float64bits(g) != math.Float64bits(f) {
			t.Errorf("%x came back as %v, %v", math.Float64bits(f), got, err)
		}
	}
}

func nested(depth int) jobs.Value {
	var v jobs.Value = "core"
	for i := range depth {
		if i%2 == 0 {
			v = jobs.List{v}
		} else {
			v = jobs.NewMap("T", "k", v)
		}
	}
	return v
}

func TestBounds(t *testing.T) {
	data, err := AppendValue(nil, nested(jobs.MaxDepth))
	if err != nil {
		t.Fatalf("a value of the greatest depth: %v", err)
	}
	if got, err := DecodeValue(data); err != nil || !jobs.Equal(got, nested(jobs.MaxDepth)) {
		t.Errorf("a value of the greatest depth came back as %v", err)
	}
	cycle := jobs.List{nil}
	cycle[0] = cycle
	for name, v := range map[string]jobs.Value{
		"too deep": nested(jobs.MaxDepth + 1), "cycle": cycle, "too many": make(jobs.List, jobs.MaxNodes), "no value": struct{}{},
	} {
		data, err := AppendValue([]byte("before"), v)
		if !errors.Is(err, jobs.KindValue) || string(data) != "before" {
			t.Errorf("%s: %v, %q", name, err, data)
		}
	}
}

func TestHostileValues(t *testing.T) {
	for name, data := range map[string][]byte{
		"nothing":             {},
		"two values":          {itemNull, itemNull},
		"long list":           {0x9b, 0, 0, 0, 1, 0, 0, 0, 0},
		"longest list":        {0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"long text":           {0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"long bytes":          {0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"short bytes":         {0x42, 1},
		"indefinite list":     {0x9f, 0xff},
		"indefinite text":     {0x7f, 0x61, 'a', 0xff},
		"reserved head":       {0x1c},
		"bad text":            {0x61, 0xff},
		"65 bit integer":      {0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"65 bit negative":     {0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0},
		"half float":          {0xf9, 0x3c, 0},
		"undefined":           {0xf7},
		"plain map":           {0xa1, 1, 2},
		"unknown tag":         {0xc1, 1},
		"deep lists":          append(bytes.Repeat([]byte{0x81}, 100_000), itemNull),
		"deep tags":           append(bytes.Repeat([]byte{0xd9, 0x6d, 0x6d, 0x83, 0x60, 0x60}, 100), itemNull),
		"map of even length":  {0xd9, 0x6d, 0x6d, 0x82, 0x60, 0x60},
		"map without type":    {0xd9, 0x6d, 0x6d, 0x81, 1},
		"map with key twice":  {0xd9, 0x6d, 0x6d, 0x85, 0x60, 0x61, 'k', 1, 0x61, 'k', 2},
		"map with number key": {0xd9, 0x6d, 0x6d, 0x83, 0x60, 1, 1},
		"time with 1e9 ns":    {0xd9, 0x03, 0xe9, 0xa2, 1, 0, 0x28, 0x1a, 0x3b, 0x9a, 0xca, 0},
		"string of text":      {0xd9, 0x6d, 0x73, 0x61, 'a'},
	} {
		if v, err := DecodeValue(data); !errors.Is(err, jobs.KindProtocol) {
			t.Errorf("%s: %v, %v", name, v, err)
		}
	}
}

// What a decoder takes from hostile bytes is memory in proportion to their number.
func TestHostileAllocation(t *testing.T) {
	lists := make([]byte, 0, 10_000) // each as long as what is left, one in the other
	for range jobs.MaxDepth {
		lists = appendHead(lists, majorArray, uint64(cap(lists)-len(lists)-3))
	}
	lists = append(lists, make([]byte, cap(lists)-len(lists))...)
	got := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			DecodeValue(lists)
		}
	})
	if n := got.AllocedBytesPerOp(); n > 40*int64(len(lists)) {
		t.Errorf("%d bytes of input took %d bytes of memory", len(lists), n)
	}
}

func FuzzValue(f *testing.F) {
	for _, v := range samples() {
		if data, err := AppendValue(nil, v); err == nil && len(data) < 1000 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := DecodeValue(data)
		if err != nil {
			if !errors.Is(err, jobs.KindProtocol) {
				t.Fatalf("the error %v is of another kind", err)
			}
			return
		}
		if n, err := jobs.Normalize(v); err != nil {
			t.Fatalf("%v is no value: %v", n, err)
		}
		again, err := AppendValue(nil, v)
		if err != nil {
			t.Fatalf("%v was decoded and cannot be encoded: %v", v, err)
		}
		if err := cbor.Wellformed(again); err != nil && !strings.Contains(err.Error(), "nested level") {
			t.Fatalf("%x is not CBOR: %v", again, err)
		}
		second, err := DecodeValue(again)
		if err != nil {
			t.Fatalf("%v does not come back: %v", v, err)
		}
		if third, _ := AppendValue(nil, second); !bytes.Equal(again, third) {
			t.Fatalf("%x came back as %x", again, third)
		}
	})
}
