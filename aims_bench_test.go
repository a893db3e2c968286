package main

import (
	"fmt"
	"os"
	"syscall"
	"text/tabwriter"
	"time"
)

// measured is a row of a benchmark's table: what marsh does beside what does nothing but
// the work itself, the floor, in the same run.
type measured struct {
	what       string
	got, floor float64
	unit       string
	aim        string
	met        bool
}

// atLeast is a row whose aim is a part of the floor.
func atLeast(part float64, what, unit string, got, floor float64) measured {
	return measured{what, got, floor, unit, fmt.Sprintf("%.2g of the floor", part), got >= part*floor}
}

// atLeastSo is a row whose aim is a number.
func atLeastSo(aim float64, what, unit string, got, floor float64) measured {
	return measured{what, got, floor, unit, fmt.Sprintf("%.0f or more", aim), got >= aim}
}

// atMostSo is a row whose aim is a number that is not to be reached.
func atMostSo(aim float64, what, unit string, got, floor float64) measured {
	return measured{what, got, floor, unit, fmt.Sprintf("%.5g or less", aim), got <= aim}
}

// printTable prints the rows with their aims, and whether they are met. A benchmark's log
// would be cut.
func printTable(rows ...measured) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nwhat\tmarsh\tfloor\tmarsh by floor\taim\t")
	for _, r := range rows {
		verdict := "met"
		if !r.met {
			verdict = "not met"
		}
		fmt.Fprintf(w, "%s\t%.4g %s\t%.4g\t%.2f\t%s\t%s\n", r.what, r.got, r.unit, r.floor, r.got/r.floor, r.aim, verdict)
	}
	w.Flush()
}

// cost is what some work took.
type cost struct{ wall, cpu time.Duration }

// cheapest does a thing and its floor in turns, so that what else the machine does
// disturbs both, and returns what the quickest of each took.
func cheapest(rounds int, thing, floor func()) (of, least cost) {
	for i := range rounds {
		a, z := costOf(thing), costOf(floor)
		if i == 0 || a.wall < of.wall {
			of = a
		}
		if i == 0 || z.wall < least.wall {
			least = z
		}
	}
	return of, least
}

// costOf measures f.
func costOf(f func()) cost {
	begin, cpu := time.Now(), cpuTime()
	f()
	return cost{time.Since(begin), cpuTime() - cpu}
}

// cpuTime returns the time that this process, all its threads, has had on a processor.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// rate returns how many things a second n of them are, and how many microseconds of a
// processor each takes.
func (c cost) rate(n int) (perSecond, cpuMicros float64) {
	return float64(n) / c.wall.Seconds(), float64(c.cpu.Microseconds()) / float64(n)
}
