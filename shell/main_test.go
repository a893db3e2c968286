package shell_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/shell"
	"marsh/shell/builtin"
	"marsh/shell/format"
	"marsh/shell/proc"
)

func TestMain(m *testing.M) {
	jobstest.HeedSignals()
	goleak.VerifyTestMain(m)
}

// world is a shell in a directory of its own.
type world struct {
	t     *testing.T
	dir   string
	shell *shell.Shell
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir()}
	w.shell = shell.New(shell.Options{
		Commands: shell.NewCommandSet(builtin.Commands()), Dir: w.dir, LogRoot: filepath.Join(w.dir, "log"),
		Events: shell.NewEventLog(filepath.Join(w.dir, "state")),
	})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), jobstest.Patience)
		defer cancel()
		if err := w.shell.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		// What a program left running lives on after a shell; not after a test.
		if err := proc.NewGroup(w.shell.Tag).Close(ctx, time.Second); err != nil {
			t.Errorf("left running: %v", err)
		}
	})
	return w
}

// Returns records as lines: output as JSON, all others behind their stream's name.
func transcript(records []jobs.Record) string {
	var b strings.Builder
	for _, rec := range records {
		if rec.Stream != jobs.Output {
			b.WriteString(rec.Stream.String() + ": " + jobs.Text(rec.Value) + "\n")
			continue
		}
		b.Write(append(format.AppendJSON(nil, rec.Value, rec.Host), '\n'))
	}
	return b.String()
}

// Runs a script with patience and returns what it wrote, and at the end the error
// that nothing caught.
func (w *world) run(script string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), jobstest.Patience)
	defer cancel()
	text, err := w.runCtx(ctx, script)
	if ctx.Err() != nil {
		w.t.Fatalf("%s: did not end within %v", script, jobstest.Patience)
	}
	if err != nil {
		text += "failed: " + err.Error() + "\n"
	}
	return strings.ReplaceAll(text, w.dir, "DIR")
}

func (w *world) runCtx(ctx context.Context, script string) (string, error) {
	var out jobstest.Recorder
	err := w.shell.Engine().Run(ctx, jobs.Script{Text: script, Name: "test"}, &out)
	return transcript(out.Records()), err
}

func (w *world) check(script, want string) {
	w.t.Helper()
	if d := cmp.Diff(strings.TrimPrefix(want, "\n"), w.run(script)); d != "" {
		w.t.Errorf("%s\n(-want +got):\n%s", script, d)
	}
}

// Runs a script that has to fail, and returns the error.
func (w *world) fails(script string, kind jobs.Kind) *jobs.Error {
	w.t.Helper()
	_, err := w.runCtx(w.t.Context(), script)
	if !errors.Is(err, kind) {
		w.t.Fatalf("%s: got %v, want an error of kind %v", script, err, kind)
	}
	return jobs.AsError(err)
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

func (w *world) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(w.path(name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) program(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(w.path(name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) content(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(w.path(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

// A script that runs in a goroutine of its own.
type background struct {
	t      *testing.T
	out    jobstest.Recorder
	cancel context.CancelFunc
	done   chan error
}

func (w *world) start(script string) *background {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b := &background{t: w.t, cancel: cancel, done: make(chan error, 1)}
	go func() {
		b.done <- w.shell.Engine().Run(ctx, jobs.Script{Text: script, Name: "test"}, &b.out)
		close(b.done)
	}()
	w.t.Cleanup(func() { cancel(); b.wait() })
	return b
}

// Waits for n records.
func (b *background) records(n int) []jobs.Record {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), jobstest.Patience)
	defer cancel()
	if !b.out.Wait(ctx, n) {
		b.t.Fatalf("wrote %d records, want %d", len(b.out.Records()), n)
	}
	return b.out.Records()
}

func (b *background) wait() error {
	b.t.Helper()
	select {
	case err := <-b.done:
		return err
	case <-time.After(jobstest.Patience):
		b.t.Fatalf("did not end within %v", jobstest.Patience)
		return nil
	}
}

// Waits until ok says so; for what the system gives no event for.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(jobstest.Patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", jobstest.Patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
