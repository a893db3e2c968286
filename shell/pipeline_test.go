package shell_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"marsh/jobs"
)

func TestPipelines(t *testing.T) {
	w := newWorld(t)
	for script, want := range map[string]string{
		"write-output 1 2 3 | where-object { it > 1 }":                                "2\n3\n",
		"write-output a b | cat":                                                      "\"a\"\n\"b\"\n",
		"write-output a b | cat | foreach-object { it .. '!' }":                       "\"a!\"\n\"b!\"\n",
		"write-output a b | cat | cat | foreach-object { it .. '!' } | cat | sort -r": "\"b!\"\n\"a!\"\n",
		"printf 'x\\ny' | foreach-object { return it:len() }":                         "1\n1\n",
		"printf '\\n\\n' | measure-object | foreach-object { it.Count }":              "2\n",
		"!seq 3 | tac": "\"3\"\n\"2\"\n\"1\"\n",
		"$x = write-output 1 2 | foreach-object { it * 2 }; =$x[1] + $x[2]": "6\n",
		"$x = sleep 0; =$x == nil":  "true\n",
		"$x = printf 'one\\n'; =$x": "\"one\"\n",
		"write-output 1 2 3 | where-object { it > 1 } | select-object -first 1 | cat":        "\"2\"\n",
		"for i = 1, 3 do\n  write-output $i | foreach-object { it * 2 }\nend":                "2\n4\n6\n",
		"seq 1000000 | measure-object | foreach-object { it.Count }":                         "1000000\n",
		"seq 100000 | foreach-object { it } | cat | cat | select-object -last 1":             "\"100000\"\n",
		"write-output one | head -c 0":                                                       "",
		"seq 1000000 | sleep 0":                                                              "",
		"foreach-object { it }":                                                              "",
		"write-output a | foreach-object { write-warning $it; return 1 }":                    "warning: a\n1\n",
		"write-output 3 1 2 | sort-object | select-object -first 2 | foreach-object { -it }": "-1\n-2\n",
		"get-job | cat": "",
		"write-output 1 | where-object { false } | cat | measure-object | foreach { it.Count }": "0\n",
	} {
		t.Run(script, func(t *testing.T) { (&world{t, w.dir, w.shell}).check(script, want) })
	}
}

// A pipeline ends with its reader, and takes a producer without end with it.
func TestEarlyEnd(t *testing.T) {
	w := newWorld(t)
	for _, producer := range []string{
		"yes", "!yes", "!while :; do echo y; done", "!trap '' PIPE; while echo y 2>/dev/null; do :; done",
		"yes | cat", "yes | foreach-object { it }", "yes | cat | foreach-object { it } | cat", "!(setsid yes &)",
		"foreach-object -begin { return 'y', 'y', 'y', 'y', 'y' } { it }",
	} {
		for _, consumer := range []string{"select-object -first 3", "head -n 3", "select-object -first 3 | cat", "cat | head -n 3"} {
			script := producer + " | " + consumer
			if strings.HasPrefix(producer, "!") {
				script = producer[1:]
				script = "sh -c '" + strings.ReplaceAll(script, "'", "'\\''") + "' | " + consumer
				if strings.Contains(script, `\'`) {
					continue
				}
			}
			if got := w.run(script); got != strings.Repeat("\"y\"\n", 3) {
				t.Errorf("%s: %s", script, got)
			}
			w.check("=$?", "true\n")
		}
	}
	w.noProcesses()
}

// Fails while a process of the shell is left.
func (w *world) noProcesses() {
	w.t.Helper()
	eventually(w.t, "no process of the shell is left", func() bool { return len(w.processes()) == 0 })
}

// Returns the commands of the processes that carry the shell's tag.
func (w *world) processes() (found []string) {
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, name := range environs {
		env, err := os.ReadFile(name)
		if err == nil && strings.Contains(string(env), "MARSH_TAG="+w.shell.Tag) {
			cmdline, _ := os.ReadFile(filepath.Join(filepath.Dir(name), "cmdline"))
			if len(cmdline) > 0 {
				found = append(found, strings.ReplaceAll(string(cmdline), "\x00", " "))
			}
		}
	}
	return found
}

// What stands between two stages is bounded: a producer waits for its reader.
func TestPipelineIsBounded(t *testing.T) {
	w := newWorld(t)
	w.check("n = 0\nforeach-object -begin { local t = {}; for i = 1, 100 do t[i] = i end; return unpack(t) } { it } | foreach-object { n = n + 1; return it } | select-object -first 1", "1\n")
	r := w.start(`write-output (n) | foreach-object { emit('begun'); return it }
yes | foreach-object { if it == 'y' then emit(1) end; start-sleep 600 }`)
	r.records(2)
	for _, p := range w.processes() {
		if !strings.HasPrefix(p, "yes") {
			t.Errorf("runs: %s", p)
		}
	}
	// yes has filled its pipe and waits for it
	eventually(t, "yes sleeps", func() bool {
		stats, _ := filepath.Glob("/proc/[0-9]*/wchan")
		return len(stats) > 0 && len(w.processes()) == 1
	})
	r.cancel()
	if err := r.wait(); !errors.Is(err, jobs.KindStopped) {
		t.Errorf("got %v", err)
	}
	w.noProcesses()
}

// An error in each place of a pipeline ends it, whole, and is the script's.
func TestErrorsInPipelines(t *testing.T) {
	w := newWorld(t)
	for script, want := range map[string]string{
		"!exit 3":                           "failed: sh: exit status 3\n",
		"!kill -9 $$":                       "failed: sh: killed by SIGKILL\n",
		"!echo out; exit 3":                 "\"out\"\nfailed: sh: exit status 3\n",
		"/bin/false | cat":                  "failed: /bin/false: exit status 1\n",
		"sleep 0 | /bin/false":              "failed: /bin/false: exit status 1\n",
		"write-output a | /bin/false":       "failed: /bin/false: exit status 1\n",
		"/bin/false | foreach-object { 1 }": "failed: /bin/false: exit status 1\n",
		"write-output 1 | foreach-object { error('bad', 0) }":                                        "failed: foreach-object: bad\n",
		"write-output 1 2 | foreach-object { if it == 2 then error('bad', 0) end; return it } | cat": "\"1\"\nfailed: foreach-object: bad\n",
		"nosuch-thing":                         "failed: nosuch-thing: no such command, and the line is not Lua: '=' expected near 'thing'\n",
		"set-location /nowhere":                "failed: set-location: cannot go to /nowhere: no such file or directory\n",
		"write-output 1 | cat ~/nosuch* | cat": "failed: cat: no file matches ~/nosuch* (quote it to pass it as it is)\n",
	} {
		t.Run(script, func(t *testing.T) {
			got := (&world{t, w.dir, w.shell}).run(script)
			if strings.HasPrefix(script, "nosuch") {
				if !strings.HasPrefix(got, "failed: ") || !strings.Contains(got, "nosuch-thing: no such command") {
					t.Errorf("got %s", got)
				}
				return
			}
			if got != want {
				t.Errorf("got %swant %s", got, want)
			}
			(&world{t, w.dir, w.shell}).check("=$?", "false\n")
		})
	}
	w.noProcesses()
}

func TestProgramErrorsCanBeCaught(t *testing.T) {
	w := newWorld(t)
	w.check(`local ok, e = pcall(function()
  !exit 3
end)
=ok, e.Kind, e.ExitStatus`, "false\n\"ExitStatus\"\n3\n")
	w.check("!echo trouble >&2", "error: trouble\n")
	w.check("=$?", "true\n")
}

// Bytes go through programs as they are.
func TestBinaryPipeline(t *testing.T) {
	w := newWorld(t)
	data := make([]byte, 3<<20)
	r := rand.NewChaCha8([32]byte{7})
	r.Read(data)
	w.write("in", string(data))
	for _, script := range []string{
		"cat in | cat > out", "cat in | gzip | gzip -d | cat > out", "cat in > out", "cat in 2> err | cat 2> err2 > out", "cat in 2>&1 | cat > out",
		"!cat in > out", "cat in *> out", "cat in > out 2>&1", "cat in 2> out 1>&2",
	} {
		os.Remove(w.path("out"))
		w.check(script, "")
		if sha256.Sum256([]byte(w.content("out"))) != sha256.Sum256(data) {
			t.Errorf("%s: the bytes differ (%d for %d)", script, len(w.content("out")), len(data))
		}
	}
	w.check("printf 'caf\\351 \\000 x' | foreach-object { return it:len() }", "8\n")
}

// Lines longer than any buffer come whole, up to the bound.
func TestLongLines(t *testing.T) {
	w := newWorld(t)
	for _, n := range []int{1, 65535, 65536, 65537, 1 << 20, 16 << 20} {
		w.check(fmt.Sprintf("!head -c %d /dev/zero | tr '\\0' x", n), strconv.Quote(strings.Repeat("x", n))+"\n")
	}
	got := w.run(fmt.Sprintf("sh -c 'head -c %d /dev/zero | tr \"\\0\" x; echo' | foreach-object { return it:len() } | measure-object -sum | foreach-object { emit(it.Count, it.Sum) }", 40<<20))
	if want := fmt.Sprintf("3\n%d\n", 40<<20); got != want {
		t.Errorf("40 MiB in one line: %s, want %s", got, want)
	}
}

// What a program leaves running may hold its pipes: the pipeline ends all the same.
func TestBackgroundChildHoldsThePipes(t *testing.T) {
	w := newWorld(t)
	w.check("!sleep 600 & echo done", "\"done\"\n")
	w.check("sh -c 'sleep 600 & echo done' | foreach-object { it }", "\"done\"\n")
	w.check("sh -c 'sleep 600 & echo done' > out; get-content out", "\"done\"\n")
	// it holds the standard input, and does not read
	w.check("seq 100000 | foreach-object { it } | sh -c 'exec 3<&0; sleep 600 <&3 >/dev/null 2>&1 & exit 0'", "")
	eventually(t, "the 4 that were left", func() bool { return len(w.processes()) == 4 }) // one that becomes sleep is nothing for a moment
}

// What another pipeline stops is its own: neither a job's program nor what an
// earlier one left.
func TestStopOfAPipelineIsNarrow(t *testing.T) {
	w := newWorld(t)
	w.check("!sleep 600 & echo left", "\"left\"\n")
	w.check("start-job { !echo begun; exec sleep 601 } | out-null", "")
	eventually(t, "both sleep", func() bool { // and change to no other program
		return strings.Count("\n"+strings.Join(w.processes(), "\n"), "\nsleep 60") == 2
	})
	w.check("yes | select-object -first 1", "\"y\"\n")
	r := w.start("!echo begun; sleep 602")
	r.records(1)
	r.cancel()
	if err := r.wait(); !errors.Is(err, jobs.KindStopped) {
		t.Errorf("got %v", err)
	}
	if got := strings.Join(w.processes(), ","); !strings.Contains(got, "sleep 600") || !strings.Contains(got, "sleep 601") || strings.Contains(got, "602") {
		t.Errorf("left: %s", got)
	}
	w.check("stop-job 1; get-job 1 | foreach-object { it.State }", "\"Stopped\"\n")
	if got := strings.Join(w.processes(), ","); !strings.Contains(got, "sleep 600") || strings.Contains(got, "601") {
		t.Errorf("left: %s", got)
	}
}

// What a block in a job starts ends with the job, whatever it did to get away.
func TestStoppedJobLeavesNothing(t *testing.T) {
	w := newWorld(t)
	for _, block := range []string{
		"!setsid sleep 600 & echo begun; sleep 600",
		"invoke-command { !(setsid sleep 600 &); echo begun }; start-sleep 600",
		"!(setsid sleep 600 &); echo begun\nwhile true do end",
		"!trap '' TERM; echo begun; while :; do sleep 600; done",
		`local f = io.popen("(setsid sleep 600 &) ; echo begun; sleep 600"); print(f:read()); f:read("*a")`,
	} {
		w.check("$j = start-job { "+block+" }\nlocal got\nrepeat got = receive_job($j) until got\nreturn got", "\"begun\"\n")
		w.check("stop-job $j; =$j.State", "\"Stopped\"\n")
		if left := w.processes(); len(left) > 0 {
			t.Errorf("%s: left %v", block, left)
		}
	}
}

func TestMissingPrograms(t *testing.T) {
	w := newWorld(t)
	w.fails("./nosuch", jobs.KindNotFound)
	w.write("text", "x")
	w.fails("./text", jobs.KindNotFound)
	w.write("odd", "\x00\x01")
	if err := os.Chmod(w.path("odd"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.fails("./odd", jobs.KindNotFound)
	w.program("args", `for a in "$@"; do echo "<$a>"; done`)
	w.write("a b", "")
	w.write(".hidden", "")
	w.check("./args one \"two three\" 'fo*' -x --y=z a* (1 + 2) $undefined", `"<one>"
"<two three>"
"<fo*>"
"<-x>"
"<--y=z>"
"<a b>"
"<args>"
"<3>"
`)
	if err := os.RemoveAll(w.dir); err != nil {
		t.Fatal(err)
	}
	w.fails("sleep 0", jobs.KindIO)
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		t.Fatal(err)
	}
}
