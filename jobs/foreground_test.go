package jobs

import (
	"context"
	"errors"
	"testing"
)

// What has to stay in front stays there as long as it says so, and what has left cannot
// come back.
func TestForeground(t *testing.T) {
	ctx, f := WithForeground(t.Context())
	one, err := Stay(ctx, "one")
	if err != nil {
		t.Fatal(err)
	}
	two, err := Stay(ctx, "two")
	if err != nil {
		t.Fatal(err)
	}
	one()
	if err := f.Leave(); !errors.Is(err, KindState) || err.Error() != "two" {
		t.Errorf("left, although two stays: %v", err)
	}
	two()
	if InBackground(ctx) {
		t.Error("it is in the background before it has left")
	}
	if err := f.Leave(); err != nil || !InBackground(ctx) {
		t.Errorf("did not leave: %v", err)
	}
	if _, err := Stay(ctx, "three"); !errors.Is(err, KindState) {
		t.Errorf("stays, although it has left: %v", err)
	}
	f.Return()
	if release, err := Stay(ctx, "four"); err != nil || InBackground(ctx) {
		t.Errorf("it has not returned: %v", err)
	} else {
		release()
	}
	if release, err := Stay(t.Context(), "nobody waits"); err != nil || InBackground(t.Context()) {
		t.Error(err)
	} else {
		release()
	}
}

// The programs that run are those of the task that the run becomes part of.
func TestForegroundJoins(t *testing.T) {
	ctx, f := WithForeground(t.Context())
	over, runs := NoteProgram(ctx, 11), NoteProgram(ctx, 22)
	over()
	goOn := make(chan struct{})
	j := startJob(t, newTable(t), on("a", func(context.Context, Script, Sink) error {
		<-goOn
		return nil
	}))
	f.Join(j.Tasks()[0])
	later := NoteProgram(ctx, 33)
	check := func(want ...Value) {
		t.Helper()
		got, _ := j.Value().Get("Pid")
		if list, ok := got.(List); ok && !Equal(list, List(want)) || !ok && (len(want) != 1 || got != want[0]) {
			t.Errorf("the programs are %v, want %v", got, want)
		}
	}
	check(int64(22), int64(33))
	runs()
	check(int64(33))
	later()
	check(nil)
	close(goOn)
	await(t, "the end", j.Done())
}

// A request waits until somebody takes it, and is one however often it is made.
func TestDetacher(t *testing.T) {
	d := NewDetacher()
	ctx := WithDetacher(t.Context(), d)
	d.Detach()
	d.Detach()
	<-DetacherOf(ctx).Asked()
	select {
	case <-d.Asked():
		t.Error("asked twice")
	default:
	}
	if DetacherOf(WithDetacher(ctx, nil)) != nil || DetacherOf(t.Context()) != nil {
		t.Error("it is seen where it should not be")
	}
	if DetacherOf(t.Context()).Asked() != nil {
		t.Error("nobody asks, and somebody waits")
	}
}
