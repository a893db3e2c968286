package builtin

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"marsh/jobs"
	"marsh/jobs/jobstest"
	"marsh/shell"
	"marsh/shell/format"
)

func TestMain(m *testing.M) {
	jobstest.HeedSignals()
	goleak.VerifyTestMain(m)
}

// recorder is a Sink that keeps what is written.
type recorder struct {
	mu  sync.Mutex
	all []jobs.Record // guarded by mu
}

func (r *recorder) Write(_ context.Context, rec jobs.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, rec)
	return nil
}

// Returns the records as lines: output as JSON, all others behind their stream's
// name.
func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for _, rec := range r.all {
		if rec.Stream != jobs.Output {
			b.WriteString(rec.Stream.String() + ": " + jobs.Text(rec.Value) + "\n")
			continue
		}
		b.Write(append(format.AppendJSON(nil, rec.Value, rec.Host), '\n'))
	}
	return b.String()
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
		Commands: shell.NewCommandSet(Commands()), Dir: w.dir, LogRoot: filepath.Join(w.dir, "log"),
		Events: shell.NewEventLog(filepath.Join(w.dir, "state")),
	})
	t.Cleanup(func() {
		if err := w.shell.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) file(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// Runs a script and returns what it wrote, and at the end the error that nothing
// caught.
func (w *world) run(script string) string {
	w.t.Helper()
	var out recorder
	err := w.shell.Engine().Run(w.t.Context(), jobs.Script{Text: script, Name: "test"}, &out)
	text := out.text()
	if err != nil {
		text += "failed: " + err.Error() + "\n"
	}
	return strings.ReplaceAll(text, w.dir, "DIR")
}

func (w *world) check(script, want string) {
	w.t.Helper()
	if d := cmp.Diff(strings.TrimPrefix(want, "\n"), w.run(script)); d != "" {
		w.t.Errorf("%s\n(-want +got):\n%s", script, d)
	}
}

// Runs a script that has to fail, and returns the error.
func (w *world) fails(script string, kind jobs.Kind) {
	w.t.Helper()
	err := w.shell.Engine().Run(w.t.Context(), jobs.Script{Text: script, Name: "test"}, &recorder{})
	if !errors.Is(err, kind) {
		w.t.Errorf("%s: got %v, want an error of kind %v", script, err, kind)
	}
}
