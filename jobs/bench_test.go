package jobs

import (
	"sync"
	"testing"
)

// What a stream costs in memory, beside its floor: a slice under a mutex that is filled
// and emptied in the same way.
func BenchmarkStream(b *testing.B) {
	r := Out("a line of output of some sixty bytes, as programs write them")
	const batch = 256
	b.Run("floor", func(b *testing.B) {
		var mu sync.Mutex
		var records []Record
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			mu.Lock()
			records = append(records, r)
			mu.Unlock()
			if i%batch == 0 {
				mu.Lock()
				if len(records) == 0 {
					b.Fatal("nothing was kept")
				}
				records = nil
				mu.Unlock()
			}
		}
		perSecond(b)
	})
	for name, o := range map[string]StreamOptions{"alone": {}, "shared": {Memory: NewMemory(0)}} {
		b.Run(name, func(b *testing.B) {
			s, ctx := NewStream(o), b.Context()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := s.Write(ctx, r); err != nil {
					b.Fatal(err)
				}
				if i%batch == 0 {
					s.Take(0)
				}
			}
			perSecond(b)
		})
	}
	b.Run("reader beside", func(b *testing.B) {
		s, ctx := NewStream(StreamOptions{Memory: NewMemory(0)}), b.Context()
		var reader sync.WaitGroup
		reader.Go(func() {
			for s.More() {
				changed := s.Changed()
				if records, _ := s.Take(batch); len(records) == 0 && s.More() {
					<-changed
				}
			}
		})
		b.ReportAllocs()
		for b.Loop() {
			if err := s.Write(ctx, r); err != nil {
				b.Fatal(err)
			}
		}
		s.Close()
		reader.Wait()
		perSecond(b)
	})
}

// perSecond reports how many records a second there were.
func perSecond(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
