package format

import (
	"sync"
	"testing"
)

// Characters that East Asian fonts draw wide, the ellipsis among them, take the columns
// that are said; also while others measure.
func TestAmbiguous(t *testing.T) {
	defer SetAmbiguous(1)
	for columns, want := range map[int][2]int{1: {2, 4}, 2: {4, 4}} {
		SetAmbiguous(columns)
		if got := Width("α…"); got != want[0] {
			t.Errorf("%d columns: α… takes %d, want %d", columns, got, want[0])
		}
		if got := Width("日本"); got != want[1] {
			t.Errorf("%d columns: 日本 takes %d, want %d", columns, got, want[1])
		}
		for width := range 8 {
			if got := Cut("αβγδεζη", width); Width(got) > width {
				t.Errorf("%d columns: cut to %d it takes %d: %s", columns, width, Width(got), got)
			}
		}
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			SetAmbiguous(1 + i%2)
			Width("α")
			Cluster("α̈")
		})
	}
	wg.Wait()
}
