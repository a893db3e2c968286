package jobs

import (
	"errors"
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	if err := Guard(func() error { return nil }); err != nil {
		t.Error(err)
	}
	if err := Guard(func() error { return ErrClosed }); err != ErrClosed {
		t.Error(err)
	}
	err := Guard(func() error { panic(errors.New("no such thing\nmore")) })
	e := AsError(err)
	if e.Kind != KindOther || e.Msg != "a mistake in marsh: no such thing" || !strings.HasPrefix(e.Detail, "marsh/jobs.TestGuard") {
		t.Errorf("%v: %s\n%s", e.Kind, e.Msg, e.Detail)
	}
	again := Guard(func() error { panic(err) })
	if again != err {
		t.Errorf("%v", again)
	}
}
