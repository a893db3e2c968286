package format

import (
	"io"
	"testing"

	"marsh/jobs"
)

func BenchmarkPrinterText(b *testing.B) {
	for name, o := range map[string]Options{"terminal": {Width: 80}, "file": {}, "json": {Mode: JSON}} {
		b.Run(name, func(b *testing.B) {
			p := NewPrinter(io.Discard, io.Discard, o)
			r := jobs.Out("a line of text, such as a program writes, of about eighty characters in length")
			b.ReportAllocs()
			b.SetBytes(80)
			for b.Loop() {
				if err := p.Write(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPrinterTable(b *testing.B) {
	p := NewPrinter(io.Discard, io.Discard, Options{Width: 120})
	r := jobs.Out(job(1, "Job1", "Running", "Server01", "get-eventlog system"))
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Write(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
	if err := p.Flush(); err != nil {
		b.Fatal(err)
	}
}
