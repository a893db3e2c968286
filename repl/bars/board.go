package bars

import (
	"slices"
	"time"

	"marsh/jobs"
)

// maxKept is how many activities are remembered at a time; those past it are not shown.
const maxKept = 64

// maxDepth is how far activities that are parts of others are indented, in steps.
const maxDepth = 3

// A bar is an activity that is not over.
type bar struct {
	jobs.Activity
	hideHost bool
	since    time.Time // when it was first told of
	depth    int       // of how many others it is a part, as it is shown
}

// A board is the bars, in the order in which their activities began.
type board []bar

// Notes how far an activity is.
func (b *board) set(r jobs.Record, now time.Time) {
	a := jobs.ActivityOf(r)
	i := slices.IndexFunc(*b, func(x bar) bool { return x.ActivityID == a.ActivityID })
	switch {
	case i >= 0 && a.Completed:
		*b = slices.Delete(*b, i, i+1)
	case i >= 0:
		(*b)[i].Activity, (*b)[i].hideHost = a, r.HideHost
	case !a.Completed && len(*b) < maxKept:
		*b = append(*b, bar{Activity: a, hideHost: r.HideHost, since: now})
	}
}

// Returns the bars as they are to be shown: each behind the one that it is a part of. Some
// may say that they are parts of one another; they are shown all the same.
func (b board) tree() []bar {
	out := make([]bar, 0, len(b))
	seen := make([]bool, len(b))
	var add func(i, depth int)
	add = func(i, depth int) {
		if seen[i] {
			return
		}
		seen[i] = true
		x := b[i]
		x.depth = min(depth, maxDepth)
		out = append(out, x)
		for k := range b {
			if b.parent(k) == i {
				add(k, depth+1)
			}
		}
	}
	for i := range b {
		if b.parent(i) < 0 {
			add(i, 0)
		}
	}
	for i := range b {
		add(i, 0)
	}
	return out
}

// Returns the place of the bar that bar i is a part of; -1 for none.
func (b board) parent(i int) int {
	want := b[i].ActivityID
	want.ID = b[i].Parent
	if b[i].Parent < 0 || want == b[i].ActivityID {
		return -1
	}
	return slices.IndexFunc(b, func(x bar) bool { return x.ActivityID == want })
}
