package wire

import (
	"errors"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
)

func sameRecord(a, b jobs.Record) bool {
	return equalRecords(a, b) && a.HideHost == b.HideHost && a.Time.IsZero() == b.Time.IsZero()
}

func TestRecordRoundTrip(t *testing.T) {
	for i, want := range sampleRecords() {
		want.Host, want.HideHost = []string{"", "Server01", "caf\xe9"}[i%3], i%2 == 0
		data, err := AppendRecord([]byte("before"), want)
		if err != nil {
			t.Errorf("%+v: %v", want, err)
			continue
		}
		got, err := DecodeRecord(data[len("before"):])
		if err != nil || !sameRecord(got, want) {
			t.Errorf("%+v came back as %+v, %v", want, got, err)
		}
	}
}

// What a record on this machine may hold is not bounded by what may be sent.
func TestRecordLargerThanAMessage(t *testing.T) {
	want := jobs.Record{Seq: 1, Stream: jobs.Output, Value: strings.Repeat("x", MaxMessage+1)}
	data, err := AppendRecord(nil, want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeRecord(data); err != nil || !sameRecord(got, want) {
		t.Errorf("it came back otherwise: %v", err)
	}
}

func TestRecordThatIsNone(t *testing.T) {
	b, err := AppendRecord([]byte("before"), jobs.Record{Seq: 1, Stream: jobs.Output, Value: jobs.List{struct{}{}}})
	if !errors.Is(err, jobs.KindValue) || string(b) != "before" {
		t.Errorf("%v, %q", err, b)
	}
}

func TestHostileRecords(t *testing.T) {
	well, err := AppendRecord(nil, jobs.Record{Seq: 300, Time: time.Unix(5, 6), Stream: jobs.Output, Host: "h", Value: jobs.List{"a", int64(1)}})
	if err != nil {
		t.Fatal(err)
	}
	hostile := map[string][]byte{
		"something after": append(append([]byte{}, well...), 0), "text first": {0x60}, "no stream": {1, 0x60},
		"stream 256": {1, 0x19, 1, 0, itemNull, 0x60, itemTrue, 1}, "no time": {1, 1, 0x60, 0x60, itemTrue, 1},
		"no host": {1, 1, itemNull, 1, itemTrue, 1}, "no bool": {1, 1, itemNull, 0x60, 1, 1},
	}
	for n := range well {
		hostile["cut "+string(rune('0'+n))] = well[:n]
	}
	for name, data := range hostile {
		if r, err := DecodeRecord(data); !errors.Is(err, jobs.KindProtocol) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func FuzzRecord(f *testing.F) {
	for _, r := range sampleRecords() {
		data, err := AppendRecord(nil, r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := DecodeRecord(data)
		if err != nil {
			if !errors.Is(err, jobs.KindProtocol) {
				t.Fatalf("the error %v is of another kind", err)
			}
			return
		}
		again, err := AppendRecord(nil, r)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		got, err := DecodeRecord(again)
		if err != nil || got.Seq != r.Seq || got.Stream != r.Stream || !got.Time.Equal(r.Time) || got.Host != r.Host || got.HideHost != r.HideHost {
			t.Fatalf("%+v came back as %+v, %v", r, got, err)
		}
	})
}
