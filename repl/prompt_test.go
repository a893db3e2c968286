package repl

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"marsh/jobs"
)

func TestDrawablePrompt(t *testing.T) {
	for text, want := range map[string]string{
		"plain> ":                        "plain> ",
		"\x1b[1;31mred\x1b[0m> ":         "\x1b[1;31mred\x1b[0m> \x1b[m",
		"\x1b[2Jcleared\a":               "^[[2Jcleared^G",
		"\x1b[35mx\x1b]0;title\x07":      "\x1b[35mx^[]0;title^G\x1b[m",
		"two\nrows":                      "two rows",
		strings.Repeat("x", maxPrompt+9): strings.Repeat("x", maxPrompt),
	} {
		if got := drawable(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	if got := morePrompt("\x1b[31mlocal:~> \x1b[m"); got != "      >> " {
		t.Errorf("continued with %q", got)
	}
}

// Says what the function prompt of a host does.
func prompts(say func(ctx context.Context, sessions jobs.Value, dir jobs.Value) *jobs.Map) map[string]func(context.Context, jobs.Script, jobs.Sink) error {
	return map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"prompt-text": func(ctx context.Context, s jobs.Script, out jobs.Sink) error {
			m := say(ctx, s.Args[0], s.Args[1])
			if m == nil {
				return nil
			}
			return out.Write(ctx, jobs.Out(m))
		}}
}

// The function of this machine makes the prompt, also in a session.
func TestOwnPrompt(t *testing.T) {
	h := &fake{name: "localhost", dir: "~"}
	h.do = prompts(func(_ context.Context, sessions, dir jobs.Value) *jobs.Map {
		return jobs.NewMap("", "Text", jobs.Text(sessions)+"|"+dir.(string)+"$ ")
	})
	r, out := prepare(Options{Local: h}, "x", io.EOF, io.EOF)
	if err := r.Enter(&fake{name: "Server01", dir: "/srv"}, nil); err != nil {
		t.Fatal(err)
	}
	r.Run(t.Context())
	want(t, out.String(), "{Server01}|/srv$ x\nServer01 ran x\n{Server01}|/srv$ EOF\n{}|~$ EOF")
}

// A function that does not work is named once, and the default prompt shown.
func TestOwnPromptFails(t *testing.T) {
	h := &fake{name: "localhost", dir: "~"}
	calls := 0
	h.do = prompts(func(context.Context, jobs.Value, jobs.Value) *jobs.Map {
		if calls++; calls == 3 {
			return jobs.NewMap("", "Text", "ok> ")
		}
		return jobs.NewMap("", "Error", "line:1: oops")
	})
	_, out, _ := session(t, Options{Local: h}, "a", "b", "c")
	const says = "the function prompt cannot be used: line:1: oops\n"
	want(t, out, says+"local:~> a\nlocalhost ran a\nlocal:~> b\nlocalhost ran b\nok> c\nlocalhost ran c\n"+says+"local:~> EOF")
}

// One that takes too long is not called again before a statement names it.
func TestOwnPromptTakesTooLong(t *testing.T) {
	h := &fake{name: "localhost", dir: "~"}
	calls := 0
	h.do = prompts(func(ctx context.Context, _, _ jobs.Value) *jobs.Map {
		if calls++; calls == 1 {
			<-ctx.Done()
		}
		return jobs.NewMap("", "Text", "mine> ")
	})
	_, out, _ := session(t, Options{Local: h}, "a", "prompt = better")
	want(t, out, "the function prompt cannot be used: it took longer than 1s\nlocal:~> a\nlocalhost ran a\nlocal:~> prompt = better\nlocalhost ran prompt = better\nmine> EOF")
}

// A host where the user has that name.
type account struct {
	*fake
	user string
}

func (a account) User() string { return a.user }

func TestPromptNamesTheUser(t *testing.T) {
	for user, want := range map[string]string{"me": "S:~> ", "": "S:~> ", "root": "root@S:~> "} {
		r, _ := prepare(Options{Local: &fake{name: "localhost"}, User: "me"})
		if err := r.Enter(account{&fake{name: "S", dir: "~"}, user}, nil); err != nil {
			t.Fatal(err)
		}
		if got := r.prompt(t.Context()); got != want {
			t.Errorf("as %s: %q, want %q", user, got, want)
		}
	}
}

// What is run again is shown, run and kept, and the line that asked for it is not.
func TestRunNext(t *testing.T) {
	var r *REPL
	h := &fake{name: "localhost", dir: "~"}
	h.do = map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"again": func(context.Context, jobs.Script, jobs.Sink) error { return r.RunNext("x\ny") },
		"fails": fails(errors.New("it failed")),
	}
	history := openHistory(t, filepath.Join(t.TempDir(), "history"))
	r, out := prepare(Options{Local: h, History: history}, "again", "fails", "in", io.EOF)
	h.do["in"] = func(context.Context, jobs.Script, jobs.Sink) error {
		return r.Enter(&fake{name: "Server01", dir: "~"}, nil)
	}
	r.o.Editor.(*typist).keys = append([]any{"again", "fails", "in", "there"}, io.EOF, io.EOF)
	r.Run(t.Context())
	if !strings.Contains(out.String(), "local:~> again\nlocal:~> x\ny\nlocalhost ran x\ny\nlocal:~> fails\n") {
		t.Error(out.String())
	}
	maps, err := r.History()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range maps {
		got = append(got, m.String("CommandLine")+"|"+m.String("Status")+"|"+m.String("ComputerName"))
	}
	if all := strings.Join(got, " "); all != "x\ny|Completed| fails|Failed| in|Completed| there|Completed|Server01" {
		t.Errorf("the history is %q", all)
	}
	if err := r.ForgetHistory(t.Context()); err != nil || len(history.Entries()) != 0 {
		t.Errorf("ForgetHistory = %v", err)
	}
}

func TestNoHistory(t *testing.T) {
	r := New(Options{Local: &fake{name: "h"}, Editor: NewEcho(nil)})
	_, err := r.History()
	for _, err := range []error{err, r.ForgetHistory(t.Context()), r.RunNext("x")} {
		if !errors.Is(err, jobs.KindUnsupported) {
			t.Errorf("got %v", err)
		}
	}
}

func TestEdit(t *testing.T) {
	h := &fake{name: "localhost", do: map[string]func(context.Context, jobs.Script, jobs.Sink) error{
		"edit-text (args[1])": func(ctx context.Context, s jobs.Script, out jobs.Sink) error {
			if s.Args[0] == "bad" {
				return &jobs.Error{Kind: jobs.KindExitStatus, Op: "edit-text", Msg: "the editor vi failed"}
			}
			return out.Write(ctx, jobs.Out(s.Args[0].(string)+" edited"))
		}}}
	r, _ := prepare(Options{Local: h})
	if got, err := r.edit(t.Context(), "x"); got != "x edited" || err != nil {
		t.Errorf("edit = %q, %v", got, err)
	}
	if _, err := r.edit(t.Context(), "bad"); err == nil || err.Error() != "the editor vi failed" {
		t.Errorf("edit = %v", err)
	}
}
