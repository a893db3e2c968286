package proc

import "testing"

// BenchmarkProgram with a watchdog that is told of each.
func BenchmarkWatchedProgram(b *testing.B) {
	w := newWatchdog(b)
	for b.Loop() {
		g := w.NewGroup("job/1")
		cmd := trueCommand()
		if err := g.Start(cmd); err != nil {
			b.Fatal(err)
		}
		if err := g.Wait(cmd); err != nil {
			b.Fatal(err)
		}
		g.Over()
	}
}
