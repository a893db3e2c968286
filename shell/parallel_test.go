package shell_test

import (
	"strings"
	"syscall"
	"testing"

	"marsh/jobs"
)

func TestParallel(t *testing.T) {
	w := newWorld(t)
	for script, want := range map[string]string{
		"write-output 1 2 3 | foreach -parallel { it * 2 } | sort-object":                                                                                            "2\n4\n6\n",
		"$k = 10; write-output 1 2 | foreach -parallel { it * $using:k } | sort-object":                                                                              "10\n20\n",
		"x = 1; write-output 1 | foreach -parallel { =x == nil; x = 5 }; =x":                                                                                         "true\n1\n",
		"seq 30 | foreach -parallel { it } -throttlelimit 1 | select-object -last 1":                                                                                 "\"30\"\n",
		"seq 500 | foreach -parallel { it } -throttlelimit 16 | measure-object | foreach { it.Count }":                                                               "500\n",
		"write-output 1 2 3 | foreach -parallel { if it == 2 then error('two') end; return it } | sort-object":                                                       "error: foreach-object: test:1: two\n1\n3\n",
		"write-output 1 | foreach -parallel { get-content nosuch; 'on' }":                                                                                            "error: get-content: cannot read DIR/nosuch: no such file or directory\n\"on\"\n",
		"write-output 1 | foreach -parallel { error('no') } -ea stop; 'not here'":                                                                                    "failed: foreach-object: test:1: no\n",
		"write-output 1 | foreach -parallel { error('no') } -ea ignore; write-output here":                                                                           "\"here\"\n",
		"write-output 1 2 | foreach -parallel { write-output 1 2 | foreach -parallel { it } -throttlelimit 1 } -throttlelimit 1 | measure-object -sum | foreach Sum": "6\n",
		"write-output 1 | foreach -parallel { 1 } -throttlelimit 0":                                                                                                  "failed: foreach-object: -ThrottleLimit: 0 is out of range; it can be 1 to 256\n",
		"write-output 1 | foreach -parallel { 1 } { 2 }":                                                                                                             "failed: foreach-object: -Parallel takes the only block: there is no -Begin, -End or -Process beside it\n",
		"write-output 1 | foreach { 1 } -throttlelimit 3":                                                                                                            "failed: foreach-object: -ThrottleLimit, -TimeoutSeconds and -AsJob go with -Parallel\n",
		"foreach -parallel { 1 }": "",
		"write-output 1 | foreach -parallel { start-sleep 1000 } -timeoutseconds 0.02":          "failed: foreach-object: not all values were done within 20ms; what still ran was stopped\n",
		"cd sub; write-output 1 | foreach -parallel { get-location; cd / }; get-location; cd -": "\"DIR/sub\"\n\"DIR/sub\"\n\"DIR\"\n",
	} {
		t.Run(script, func(t *testing.T) {
			w := newWorld(t)
			mkdir(t, w.path("sub"))
			w.check(script, want)
		})
	}
	w.check("write-output 1 | foreach -parallel { exit 3 }; 'not here'", "failed: exit: leave the shell\n")
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

// The blocks run at the same time: each of the two waits for the other.
func TestParallelRunsAtOnce(t *testing.T) {
	w := newWorld(t)
	if err := syscall.Mkfifo(w.path("fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.check("write-output 1 2 | foreach -parallel { if it == 1 then cat fifo else sh -c 'echo through > fifo' end } -throttlelimit 2", "\"through\"\n")
}

// What a block writes comes at once, and whoever has had enough ends the others.
func TestParallelStreams(t *testing.T) {
	w := newWorld(t)
	w.check("seq 100 | foreach -parallel { sh -c 'echo up; exec sleep 1000' } | select-object -first 2", "\"up\"\n\"up\"\n")
	w.nothingRuns()
	b := w.start("seq 100 | foreach -parallel { sh -c 'echo up; exec sleep 1000' }")
	b.records(5)
	b.cancel()
	if err := b.wait(); jobs.AsError(err).Kind != jobs.KindStopped {
		t.Errorf("ended with %v", err)
	}
	w.nothingRuns()
}

// Fails when a process of the shell is left, without waiting for its end.
func (w *world) nothingRuns() {
	w.t.Helper()
	if left := w.processes(); len(left) > 0 {
		w.t.Errorf("still running: %s", strings.Join(left, ", "))
	}
}
