package shell_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"marsh/jobs"
	"marsh/jobs/jobstest"
)

func TestContract(t *testing.T) {
	jobstest.TestHost(t, func(t *testing.T) jobs.Host { return newWorld(t).shell.Engine() })
}

func TestSpecialVariables(t *testing.T) {
	w := newWorld(t)
	w.check("get-location | out-null; =$?", "true\n")
	w.check("write-error no -erroraction silentlycontinue; =$?", "false\n")
	w.check("!exit 4", "failed: sh: exit status 4\n")
	w.check("=$LASTEXITCODE, $?", "4\nfalse\n")
	w.check("pcall(function() set_location('/nowhere') end); =$?", "false\n")
	w.check("=$error[1].Kind, #$error", `"NotFound"`+"\n3\n")
	w.check("sleep 0; =$LASTEXITCODE", "0\n")
	w.check("for i = 1, 20 do pcall(function() /bin/false | sleep 0 end); if $LASTEXITCODE ~= 0 then emit(i) end end", "") // it is the last program's
	w.check("for i = 1, 20 do pcall(function() sleep 0 | /bin/false end); if $LASTEXITCODE ~= 1 then emit(i) end end", "")
}

// $error keeps the latest errors, and not more than it says.
func TestErrorsAreBounded(t *testing.T) {
	w := newWorld(t)
	w.check("for i = 1, 300 do write_error{tostring(i), erroraction='silentlycontinue'} end; =#$error, $error[1].Msg", "256\n\"300\"\n")
}

// Scripts of one engine wait for their turn; the one that waits can be given up.
func TestWaitForTheTurn(t *testing.T) {
	w := newWorld(t)
	first := w.start("emit('begun'); start-sleep 600")
	first.records(1)
	second := w.start("emit('second')")
	if rec := second.records(1)[0]; rec.Stream != jobs.Warning {
		t.Errorf("the one that waits said %v", rec)
	}
	first.cancel()
	first.wait()
	if err := second.wait(); err != nil {
		t.Error(err)
	}
}

// A fork that is asked for while Lua does nothing else but loop waits, and can be
// given up.
func TestForkOfALoopCanBeGivenUp(t *testing.T) {
	w := newWorld(t)
	loop := w.start("emit('begun'); while true do end")
	loop.records(1)
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error)
	go func() {
		done <- w.shell.Engine().Run(ctx, jobs.Script{Text: "return 1", Beside: true}, new(jobstest.Recorder))
	}()
	cancel(jobs.Errorf(jobs.KindStopped, "enough"))
	if err := <-done; !errors.Is(err, jobs.KindStopped) {
		t.Errorf("got %v", err)
	}
	loop.cancel()
	loop.wait()
	w.check("=2", "2\n")
}

// What belongs to one Lua state is asked for from several stages at once, while
// others ask for copies of it.
func TestBlocksOfSeveralStagesAndForks(t *testing.T) {
	w := newWorld(t)
	w.check("n, m = 0, 0", "")
	r := w.start(`for i = 1, 50 do
  write-output 1 2 3 4 | where-object { n = n + 1; return it > 1 } | foreach-object { m = m + 1; return it * 2 } | sort-object -descending | out-null
end`)
	for i := range 20 {
		var out jobstest.Recorder
		err := w.shell.Engine().Run(t.Context(), jobs.Script{Text: "return n >= 0, m >= 0", Beside: true}, &out)
		if got := transcript(out.Records()); err != nil || got != "true\ntrue\n" {
			t.Fatalf("fork %d: %q, %v", i, got, err)
		}
	}
	if err := r.wait(); err != nil {
		t.Fatal(err)
	}
	w.check("=n, m", "200\n150\n")
}

// Blocks in place that run pipelines with blocks in place.
func TestNestedBlocks(t *testing.T) {
	newWorld(t).check(`n = 0
write-output 1 2 3 | foreach-object { local x = it
  write-output 10 20 | foreach-object { n = n + 1; return it + x } | where-object { it ~= 12 } } | where-object { it > 11 }
=n`, "21\n22\n13\n23\n6\n")
}

func TestCancelWithinNestedBlocks(t *testing.T) {
	w := newWorld(t)
	r := w.start("write-output 1 2 3 | foreach-object { write-output 1 | foreach-object { write-warning begun; while true do end } } | where-object { it }")
	r.records(1)
	r.cancel()
	if err := r.wait(); !errors.Is(err, jobs.KindStopped) {
		t.Errorf("got %v", err)
	}
	w.check("=1", "1\n")
}

func TestDirectories(t *testing.T) {
	w := newWorld(t)
	w.check("!mkdir -p a/b\ncd a/b; get-location; cd -; cd -; cd ..; get-location",
		fmt.Sprintf("%q\n%q\n%q\n%q\n", "DIR/a/b", "DIR", "DIR/a/b", "DIR/a"))
	w.check("!pwd", "\"DIR/a\"\n")
	w.check("invoke-command { cd /; get-location }; get-location", "\"/\"\n\"DIR/a\"\n")
	w.check("start-job { cd /; $env:MARSH_TEST = 'x'; get-location } | wait-job | receive-job; =$env:MARSH_TEST == nil; get-location", "\"/\"\ntrue\n\"DIR/a\"\n")
	w.fails("cd nowhere", jobs.KindNotFound)
	w.write("file", "")
	w.fails("cd ../file", jobs.KindNotFound)
}

func TestEnvironment(t *testing.T) {
	w := newWorld(t)
	w.check("$env:MARSH_TEST = 'one two'\n!echo \"$MARSH_TEST\"", "\"one two\"\n")
	w.check("start-job { !echo \"$MARSH_TEST\" } | wait-job | receive-job", "\"one two\"\n")
	w.check("$env:MARSH_TEST = nil\n!echo \"${MARSH_TEST-unset}\"", "\"unset\"\n")
}
