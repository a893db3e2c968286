package main

import (
	"bufio"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"marsh/jobs"
	"marsh/jobs/spool"
	"marsh/remote/wire"
)

const (
	benchLine    = "a line of output of some sixty bytes, as programs write them"
	benchRecords = 1_000_000
	benchBatch   = 256 // records that are received at a time
)

// BenchmarkRecords writes a million small records and receives them: through a stream in
// memory, beside a slice under a mutex that is filled and emptied in the same way; through
// the spool on disk, beside a file of the same lines with a buffer; and as a job does that
// is written in Lua, beside the same loop that writes nothing.
func BenchmarkRecords(b *testing.B) {
	sh := benchShell(b)
	for b.Loop() {
		memory, slice := cheapest(3, func() { throughMemory(b) }, func() { throughSlice(b) })
		disk, file := cheapest(2, func() { throughSpool(b) }, func() { throughFile(b) })
		emitted, loop := cheapest(2,
			func() {
				evaluate(b, sh, "start-job { for i = 1, 1e6 do emit(i) end } | receive-job -wait | measure-object | out-null; get-job | remove-job")
			},
			func() { evaluate(b, sh, "for i = 1, 1e6 do local x = i end") })
		rate := func(c cost) float64 { r, _ := c.rate(benchRecords); return r }
		printTable(
			atLeastSo(1e6, "records through memory", "records/s", rate(memory), rate(slice)),
			atLeastSo(1e5, "records through the disk", "records/s", rate(disk), rate(file)),
			atLeastSo(1e5, "records of a job in Lua", "records/s", rate(emitted), rate(loop)),
		)
	}
}

// throughMemory writes and takes in turns.
func throughMemory(b *testing.B) {
	s, r := jobs.NewStream(jobs.StreamOptions{Memory: jobs.NewMemory(0)}), jobs.Out(benchLine)
	for i := range benchRecords {
		if err := s.Write(b.Context(), r); err != nil {
			b.Fatal(err)
		}
		if i%benchBatch == benchBatch-1 {
			takeRecords(b, s)
		}
	}
	takeRecords(b, s)
}

// takeRecords takes all that is there.
func takeRecords(b *testing.B, s *jobs.Stream) (n int) {
	for s.Unread() > 0 {
		records, err := s.Take(benchBatch)
		if err != nil {
			b.Fatal(err)
		}
		n += len(records)
	}
	return n
}

func throughSlice(b *testing.B) {
	var mu sync.Mutex
	var records []jobs.Record
	r := jobs.Out(benchLine)
	for i := range benchRecords {
		mu.Lock()
		records = append(records, r)
		if i%benchBatch == benchBatch-1 {
			if len(records) != benchBatch {
				b.Fatal("not all was kept")
			}
			records = nil
		}
		mu.Unlock()
	}
}

// throughSpool writes all of it before any is taken.
func throughSpool(b *testing.B) {
	s := spool.New(spool.Options{Dir: b.TempDir(), Encode: wire.AppendRecord, Decode: wire.DecodeRecord})
	stream := jobs.NewStream(jobs.StreamOptions{Memory: jobs.NewMemory(0), Store: s.Stores(1, 1)[0]})
	for range benchRecords {
		if err := stream.Write(b.Context(), jobs.Out(benchLine)); err != nil {
			b.Fatal(err)
		}
	}
	if n := takeRecords(b, stream); n != benchRecords {
		b.Fatalf("%d records came back", n)
	}
	stream.Discard()
	if err := s.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func throughFile(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "lines"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 64<<10)
	for range benchRecords {
		w.WriteString(benchLine + "\n")
	}
	w.Flush()
	f.Seek(0, 0)
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		_ = lines.Text()
	}
	if n != benchRecords {
		b.Fatalf("%d lines came back", n)
	}
}
