package builtin

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"marsh/jobs"
)

func TestContent(t *testing.T) {
	w := newWorld(t)
	w.file("a.txt", "one\ntwo\n\nfour")
	w.file("b.txt", "raw \xff\r\n")
	for script, want := range map[string]string{
		`get-content a.txt`:                                          "\"one\"\n\"two\"\n\"\"\n\"four\"\n",
		`get-content a.txt -totalcount 1`:                            "\"one\"\n",
		`get-content a.txt -head 0`:                                  "",
		`get-content a.txt -tail 2`:                                  "\"\"\n\"four\"\n",
		`get-content a.txt -raw`:                                     "\"one\\ntwo\\n\\nfour\"\n",
		`get-content *.txt -totalcount 1`:                            "\"one\"\n\"raw \ufffd\\u000d\"\n",
		`get-content none.txt b.txt`:                                 "error: get-content: cannot read DIR/none.txt: no such file or directory\n\"raw \ufffd\\u000d\"\n",
		`get-content none* a.txt -tail 1`:                            "error: get-content: no file is like none*\n\"four\"\n",
		`get-content .`:                                              "error: get-content: cannot read DIR: is a directory\n",
		`get-content a.txt -tail 1 -totalcount 1`:                    "failed: get-content: only one of -TotalCount, -Tail and -Raw can be used\n",
		`get-content a.txt -tail -1`:                                 "failed: get-content: -Tail: -1 is out of range; it can be 0 or more\n",
		`get-content /proc/self/stat -tail 1 | foreach { type(it) }`: "\"string\"\n",
	} {
		w.check(script, want)
	}
}

func TestSetContent(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ script, file, want string }{
		{`set-content f.txt one two`, "f.txt", "one\ntwo\n"},
		{`write-output 1 2 | set-content f.txt`, "f.txt", "1\n2\n"},
		{`add-content f.txt 3`, "f.txt", "1\n2\n3\n"},
		{`set-content f.txt a b -nonewline`, "f.txt", "ab"},
		{`write-output 1 ({a=1}) | out-file o.txt`, "o.txt", "1\n\na\n-\n1\n\n"},
		{`write-output x | out-file o.txt -append`, "o.txt", "1\n\na\n-\n1\n\nx\n"},
		{`write-output x y | tee-object t.txt | select -first 1`, "t.txt", ""},
	} {
		w.run(c.script)
		got, err := os.ReadFile(filepath.Join(w.dir, c.file))
		if c.file == "t.txt" {
			if !strings.HasPrefix(string(got), "x\n") {
				t.Errorf("%s: %q does not begin with what was passed on", c.script, got)
			}
		} else if err != nil || string(got) != c.want {
			t.Errorf("%s: file %q, %v; want %q", c.script, got, err, c.want)
		}
	}
	w.check(`write-output x | tee-object -variable v; =v`, "\"x\"\n\"x\"\n")
	w.check(`write-output x y | tee-object -variable v | out-null; =#v`, "2\n")
	w.fails(`write-output x | out-file o.txt -noclobber`, jobs.KindIO)
	w.fails(`set-content none/f.txt x`, jobs.KindNotFound)
	w.fails(`write-output x | tee-object`, jobs.KindUsage)
}

func TestReadingAPipeCanBeStopped(t *testing.T) {
	w := newWorld(t)
	fifo := filepath.Join(w.dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	both, err := os.OpenFile(fifo, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer both.Close()
	if _, err := both.WriteString("first\n"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	sink := jobs.SinkFunc(func(_ context.Context, r jobs.Record) error {
		if jobs.Text(r.Value) != "first" {
			t.Errorf("got %v", r.Value)
		}
		cancel()
		return nil
	})
	if err := w.shell.Engine().Run(ctx, jobs.Script{Text: "get-content fifo"}, sink); !errors.Is(err, jobs.KindStopped) {
		t.Errorf("got %v, want kind Stopped", err)
	}
}

func TestLocation(t *testing.T) {
	w := newWorld(t)
	w.file("sub/x", "")
	w.check(`get-location`, "\"DIR\"\n")
	w.check(`cd sub; get-location`, "\"DIR/sub\"\n")
	w.check(`cd -`, "\"DIR\"\n")
	w.check(`set-location sub -passthru`, "\"DIR/sub\"\n")
	w.fails(`cd none`, jobs.KindNotFound)
	w.fails(`cd x`, jobs.KindNotFound)
}

// A named pipe is waited for as long as nobody has written to it, and no longer than the
// command runs.
func TestNamedPipe(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(w.dir, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	w.check("$j = start-job { get-content pipe }; set-content pipe one, two; receive-job $j -wait", "\"one\"\n\"two\"\n")
	w.check("$j = start-job { get-content pipe }; !: > pipe\nreceive-job $j -wait; =$j.State", "\"Completed\"\n")
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := w.shell.Engine().Run(ctx, jobs.Script{Text: "get-content pipe"}, &recorder{})
	if !errors.Is(err, jobs.KindTimeout) && !errors.Is(err, jobs.KindStopped) {
		t.Errorf("ended with %v", err)
	}
}
