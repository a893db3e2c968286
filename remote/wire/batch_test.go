package wire

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
)

func sampleRecords() []jobs.Record {
	now := time.Date(2026, 11, 22, 16, 0, 0, 5, time.UTC)
	times := []time.Time{{}, now, now.Add(time.Microsecond), now.Add(-time.Hour), time.Date(1, 2, 3, 4, 5, 6, 7, time.UTC),
		now, time.Date(1900, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(2085, 1, 1, 0, 0, 0, 1, time.UTC), {}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	var recs []jobs.Record
	for i, v := range samples() {
		recs = append(recs, jobs.Record{
			Seq: uint64(1000 + i), Time: times[i%len(times)], Stream: jobs.StreamKind(i%7 + 1), Value: v,
		})
	}
	return recs
}

func equalRecords(a, b jobs.Record) bool {
	return a.Seq == b.Seq && a.Time.Equal(b.Time) && a.Stream == b.Stream && jobs.Equal(a.Value, b.Value) && a.Host == b.Host
}

func readAll(payload []byte) (recs []jobs.Record, err error) {
	r, err := NewBatchReader(payload)
	for err == nil {
		var rec jobs.Record
		if rec, err = r.Next(); err == nil {
			recs = append(recs, rec)
		}
	}
	if err == io.EOF {
		err = nil
	}
	return recs, err
}

func encode(t testing.TB, recs []jobs.Record) []byte {
	t.Helper()
	var b Batch
	for _, r := range recs {
		if err := b.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.Take(nil)
}

func TestBatchRoundTrip(t *testing.T) {
	want := sampleRecords()
	got, err := readAll(encode(t, want))
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d records came back as %d, %v", len(want), len(got), err)
	}
	for i := range want {
		if !equalRecords(got[i], want[i]) {
			t.Errorf("%+v came back as %+v", want[i], got[i])
		}
	}
}

func TestBatchStaysWholeOnError(t *testing.T) {
	var b Batch
	add := func(v jobs.Value) error {
		return b.Add(jobs.Record{Seq: 1, Stream: jobs.Output, Value: v, Time: time.Unix(5, 0)})
	}
	if err := add(jobs.List{"a", struct{}{}}); !errors.Is(err, jobs.KindValue) || b.Len() != 0 {
		t.Errorf("a value that is none: %v, %d bytes", err, b.Len())
	}
	if err := add("kept"); err != nil {
		t.Fatal(err)
	}
	if err := add(strings.Repeat("x", MaxMessage)); !errors.Is(err, jobs.KindLimit) {
		t.Errorf("a record that is too large: %v", err)
	}
	recs, err := readAll(b.Take(nil))
	if err != nil || len(recs) != 1 || recs[0].Value != "kept" || b.Len() != 0 {
		t.Errorf("got %v, %v", recs, err)
	}
}

func TestLargestRecord(t *testing.T) {
	v := strings.Repeat("x", maxRecord-20)
	got, err := readAll(encode(t, []jobs.Record{{Stream: jobs.Output, Value: v}}))
	if err != nil || len(got) != 1 || got[0].Value != v {
		t.Errorf("the largest record does not come back: %v", err)
	}
}

func TestHostileBatches(t *testing.T) {
	for name, payload := range map[string][]byte{
		"nothing": {}, "text first": {0x60}, "no time": {1, 1}, "no value": {1, 1, itemNull}, "no stream": {1, 0, itemNull, 1},
		"stream 256": {1, 0x19, 1, 0, itemNull, 1}, "time of text": {1, 1, 0x60, 1}, "time of tagged text": {1, 1, 0xd9, 0x6d, 0x73, 0x40, 1},
		"time overflow": {1, 1, 0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1, 1, 1},
		"value cut":     {1, 1, itemNull, 0x62, 'a'},
	} {
		if recs, err := readAll(payload); !errors.Is(err, jobs.KindProtocol) {
			t.Errorf("%s: %v, %v", name, recs, err)
		}
	}
}

func FuzzBatch(f *testing.F) {
	f.Add(encode(f, sampleRecords()[:20]))
	f.Add(encode(f, []jobs.Record{{Seq: 1, Time: time.Unix(1e9, 0), Stream: jobs.Output, Value: "line"}}))
	f.Fuzz(func(t *testing.T, payload []byte) {
		recs, err := readAll(payload)
		if err != nil {
			if !errors.Is(err, jobs.KindProtocol) {
				t.Fatalf("the error %v is of another kind", err)
			}
			return
		}
		again, err := readAll(encode(t, recs))
		if len(recs) == 0 {
			return
		}
		if err != nil || len(again) != len(recs) {
			t.Fatalf("%d records came back as %d, %v", len(recs), len(again), err)
		}
		for i := range recs {
			if !again[i].Time.Equal(recs[i].Time) || again[i].Seq != recs[i].Seq || again[i].Stream != recs[i].Stream {
				t.Fatalf("%+v came back as %+v", recs[i], again[i])
			}
		}
	})
}

func BenchmarkBatch(b *testing.B) {
	line := jobs.Record{Stream: jobs.Output, Value: strings.Repeat("x", 80), Time: time.Now()}
	var batch Batch
	b.SetBytes(80)
	b.ReportAllocs()
	for b.Loop() {
		batch.Add(line)
		if batch.Len() >= MaxPayload/2 {
			payload := batch.Take(nil)
			if _, err := readAll(payload); err != nil {
				b.Fatal(err)
			}
		}
	}
}
