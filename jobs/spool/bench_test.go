package spool

import (
	"bufio"
	"os"
	"path/filepath"
	"testing"

	"marsh/jobs"
)

const benchLine = "a line of output of some sixty bytes, as programs write them"

// What a record costs through the disk, written and received, beside its floor: the same
// lines written to a file with a buffer, and read line by line.
func BenchmarkSpool(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "floor")
		b.SetBytes(int64(len(benchLine)))
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		w := bufio.NewWriterSize(f, maxBatch)
		for b.Loop() {
			w.WriteString(benchLine + "\n")
		}
		w.Flush()
		f.Seek(0, 0)
		n := 0
		for lines := bufio.NewScanner(f); lines.Scan(); n++ {
			_ = lines.Text()
		}
		if n != b.N {
			b.Fatalf("%d lines", n)
		}
		f.Close()
		perSecond(b)
	})
	b.Run("write", func(b *testing.B) { benchWrite(b, false) })
	b.Run("write and receive", func(b *testing.B) { benchWrite(b, true) })
}

// benchWrite writes through the disk. What nobody is to receive is taken away where it
// would fill the quota.
func benchWrite(b *testing.B, receive bool) {
	s := newSpool(b, func(o *Options) { o.JobQuota, o.ShellQuota = 1<<40, 1<<40 })
	stream := newStream(b, s, 0)
	ctx, r := b.Context(), jobs.Out(benchLine)
	b.SetBytes(int64(len(benchLine)))
	b.ReportAllocs()
	for b.Loop() {
		if err := stream.Write(ctx, r); err != nil {
			b.Fatal(err)
		}
	}
	if receive {
		for n := 0; n < b.N; {
			records, err := stream.Take(256)
			if err != nil || len(records) == 0 {
				b.Fatalf("%d of %d records, %v", n, b.N, err)
			}
			n += len(records)
		}
	}
	perSecond(b)
}

func perSecond(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
