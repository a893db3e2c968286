package main

import (
	"testing"

	"marsh/remote/sshtest"
)

// Closing a session says what it ended.
func TestRemoveSessionSaysWhatItStops(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	got := marsh(t, "", "-F", server.Config(), "-c", `$s = new-session Server01
invoke-command -session $s { $j = start-job { start-sleep 600 }; $k = start-job { start-sleep 600 } }
remove-session $s
$s = new-session Server01
remove-session $s`).want(t, 0)
	contains(t, got.stderr, "2 jobs still running in the session Session1 to Server01: stopped with it")
	if len(got.stderr) > 150 {
		t.Errorf("it said more: %s", got.stderr)
	}
	nothingRuns(t, server)
}
