package lua

import (
	"os"
	"path/filepath"
	"testing"

	"marsh/jobs"
)

// close waits for the program, as in lua5.1.
func TestCloseOfAPipeWaits(t *testing.T) {
	dir := t.TempDir()
	w := &world{dir: dir}
	err := w.state(t).Run(t.Context(), jobs.Script{Text: `emit(io.popen("echo > made"):close())`})
	if err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(w.out), true)
	if _, err := os.Stat(filepath.Join(dir, "made")); err != nil {
		t.Errorf("the program did not get to its end: %v", err)
	}
}

func TestPipeOfAnEarlierScript(t *testing.T) {
	w := &world{}
	s := w.state(t)
	if err := s.Run(t.Context(), jobs.Script{Text: `p = io.popen("sleep 600")`}); err != nil {
		t.Fatal(err)
	}
	err := s.Run(t.Context(), jobs.Script{Text: `p:read()`, Name: "test"})
	const msg = "cannot read: the pipe was closed at the end of the line or script that opened it; read it there"
	if e := jobs.AsError(err); e == nil || e.Msg != msg {
		t.Errorf("got %v", err)
	}
}
