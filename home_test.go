package main

import (
	"os/user"
	"testing"
)

// Without an absolute $HOME nothing of the user's is in the directory that marsh
// happens to start in.
func TestHomeDir(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for set, want := range map[string]string{"": me.HomeDir, "relative": me.HomeDir, "/home/u": "/home/u"} {
		t.Setenv("HOME", set)
		if got := homeDir(); got != want {
			t.Errorf("HOME=%q gives %s, want %s", set, got, want)
		}
	}
}
