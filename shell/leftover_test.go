package shell

import (
	"strconv"
	"strings"
	"testing"

	"marsh/jobs"
)

// What was noted is told once, all of it up to the bound.
func TestLeftover(t *testing.T) {
	var l leftover
	if err := l.take(); err != nil {
		t.Errorf("nothing is left, and it says %v", err)
	}
	for n, want := range map[int]string{1: "0", 3: "0; 1; 2", maxLeft + 2: "; 63; 2 more programs could not be stopped"} {
		for i := range n {
			l.note(jobs.Errorf(jobs.KindState, "%s", strconv.Itoa(i)))
		}
		if err := l.take(); err == nil || err.Kind != jobs.KindState || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("of %d it says %v, want %s", n, err, want)
		}
	}
	if err := l.take(); err != nil {
		t.Errorf("it says again %v", err)
	}
}
