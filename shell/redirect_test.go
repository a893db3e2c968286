package shell_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"marsh/jobs"
)

func TestRedirections(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ script, shown, file string }{
		{"write-output a b > f", "", "a\nb\n"},
		{"write-output (1) > f", "", "1\n"},
		{"write-error err 2> f", "", "err\n"},
		{"write-warning warn 3> f", "", "warn\n"},
		{"write-error err *> f", "", "err\n"},
		{"write-error err 2>&1 > f", "\"err\"", ""},
		{"write-error err > f 2>&1", "", "err\n"},
		{"write-warning warn 3>&1", "\"warn\"\n", ""},
		{"write-warning warn 3>&2", "error: warn\n", ""},
		{"write-warning warn *>&1", "\"warn\"\n", ""},
		{"!echo out; echo err >&2", "", ""},
		{"sh -c 'echo out; echo err >&2' > f", "error: err\n", "out\n"},
		{"sh -c 'echo out; echo err >&2' 2> f", "\"out\"\n", "err\n"},
		{"sh -c 'echo out; echo err >&2; echo more' *> f", "", "out\nerr\nmore\n"},
		{"sh -c 'echo out; echo err >&2; echo more' > f 2>&1", "", "out\nerr\nmore\n"},
		{"sh -c 'echo out; echo err >&2; echo more' 2> f 1>&2", "", "out\nerr\nmore\n"},
		{"sh -c 'echo out; echo err >&2; echo more' 2>&1", "\"out\"\n\"err\"\n\"more\"\n", ""},
		{"sh -c 'echo out; echo err >&2; echo more' 2>&1 | cat", "\"out\"\n\"err\"\n\"more\"\n", ""},
		{"sh -c 'echo out; echo err >&2; echo more' *>&1 | cat", "\"out\"\n\"err\"\n\"more\"\n", ""},
		{"sh -c 'echo err >&2' 2>&1 > f", "\"err\"\n", ""},
		{"sh -c 'echo out' 1>&2", "error: out\n", ""},
		{"write-output a b | cat > f", "", "a\nb\n"},
		{"write-output a b > f | measure-object | foreach-object { it.Count }", "0\n", "a\nb\n"},
		{"write-output a > 'f'; write-output b >> f", "", "a\nb\n"},
		{"sh -c 'echo a' > f; sh -c 'echo b; echo c' >> f", "", "a\nb\nc\n"},
		{"$name = 'f'; write-output a > $name", "", "a\n"},
		{"write-output a > (\"f\")", "", "a\n"},
		{"for i = 1, 3 do\n  write-output $i >> f\nend", "", "1\n2\n3\n"},
	} {
		t.Run(c.script, func(t *testing.T) {
			w := &world{t, w.dir, w.shell}
			os.Remove(w.path("f"))
			got := w.run(c.script)
			switch {
			case strings.HasPrefix(c.script, "!"):
				if !strings.Contains(got, "\"out\"\n") || !strings.Contains(got, "error: err\n") {
					t.Errorf("shown: %s", got)
				}
				return
			case c.script == "write-error err 2>&1 > f":
				if !strings.Contains(got, "err") || strings.HasPrefix(got, "error:") {
					t.Errorf("shown: %s", got)
				}
				return
			}
			if got != c.shown {
				t.Errorf("shown: %s, want %s", strconv.Quote(got), strconv.Quote(c.shown))
			}
			if c.file != "" && w.content("f") != c.file {
				t.Errorf("in the file: %q, want %q", w.content("f"), c.file)
			}
		})
	}
}

// What is written is not lost silently, wherever it could not be written.
func TestRedirectionsThatFail(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		script string
		kind   jobs.Kind
	}{
		{"write-output a > /dev/full", jobs.KindIO},
		{"write-output (string.rep('x', 200000)) > /dev/full", jobs.KindIO},
		{"foreach-object -begin { for i = 1, 5000 do write-output (i) end } { it } > /dev/full", jobs.KindIO},
		{"get-command > /dev/full", jobs.KindIO},
		{"write-error a 2> /dev/full", jobs.KindIO},
		{"seq 100000 > /dev/full", jobs.KindExitStatus},
		{"seq 10 | foreach-object { it } > /dev/full", jobs.KindIO},
		{"write-output a > nowhere/f", jobs.KindNotFound},
		{"write-output a > .", jobs.KindIO},
		{"write-output a > ok 2> nowhere/f", jobs.KindNotFound},
	} {
		t.Run(c.script, func(t *testing.T) {
			e := (&world{t, w.dir, w.shell}).fails(c.script, c.kind)
			if c.kind == jobs.KindIO && !strings.Contains(e.Error(), "cannot write to ") {
				t.Errorf("the message is %q", e.Error())
			}
		})
	}
	if os.Getuid() != 0 {
		w.write("read-only", "")
		if err := os.Chmod(w.path("read-only"), 0o400); err != nil {
			t.Fatal(err)
		}
		w.fails("write-output a > read-only", jobs.KindPermission)
	}
	w.noFiles()
}

// Fails when a file below the world's directory is open, and nobody is just writing to the
// event log.
func (w *world) noFiles() {
	w.t.Helper()
	if err := w.shell.Events.Flush(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		w.t.Skip(err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(to, w.dir+"/") {
			w.t.Errorf("%s is open", to)
		}
	}
}

// Nothing runs, and no file is touched, before all of a pipeline is bound.
func TestMistakesTouchNothing(t *testing.T) {
	w := newWorld(t)
	w.write("f", "precious")
	w.fails("write-output a > f | start-sleep -nosuch 1", jobs.KindUsage)
	w.fails("write-output a > f | ./nosuch", jobs.KindNotFound)
	w.fails("write-output a > f | cat nosuch*", jobs.KindNotFound)
	if got := w.content("f"); got != "precious" {
		t.Errorf("the file holds %q", got)
	}
	w.noFiles()
}
