package builtin

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsh/examples"
	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/format"
	"marsh/shell/page"
)

// What the pages show is what happens: transcripts are typed, in one shell for each
// section; Lua is run. With -update the transcripts are written anew.
func TestPages(t *testing.T) {
	for _, topic := range topics() {
		t.Run(topic.Name, func(t *testing.T) {
			path := "pages/" + topic.Name + ".md"
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			anew := playPage(t, topic, string(source))
			if *update && anew != string(source) {
				if err := os.WriteFile(path, []byte(anew), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// Runs the blocks of a page, and returns its source with what they print now.
func playPage(t *testing.T, topic *page.Page, source string) string {
	var w *world
	for _, b := range topic.Blocks {
		if b.Kind == page.Heading || w == nil {
			w = newLanguageWorld(t)
		}
		if b.Kind != page.Code {
			continue
		}
		switch b.Lang {
		case "transcript":
			got := w.transcript(b.Text)
			if err := (examples.Walk{Name: topic.Name, Text: b.Text}).Check(got); err != nil && !*update {
				t.Errorf("line %d: %v\n%s", b.Line, err, cmp.Diff(b.Text, got))
			} else if err != nil {
				source = strings.Replace(source, "```transcript\n"+b.Text+"```", "```transcript\n"+got+"```", 1)
			}
		case "lua":
			if got := w.print(b.Text); strings.Contains(got, "line:") {
				t.Errorf("line %d: %s", b.Line, got)
			}
		case "marsh", "console", "text": // the first two are run by the tests of package main
		default:
			t.Errorf("line %d: code is transcript, lua, marsh, console or text, not %q", b.Line, b.Lang)
		}
	}
	return source
}

// Types the lines of a transcript that begin with >, with those behind them that begin
// with |, and returns it with what they print.
func (w *world) transcript(text string) string {
	var b strings.Builder
	var typed []string
	flush := func() {
		if typed != nil {
			b.WriteString(withoutBlanks(w.print(strings.Join(typed, "\n"))))
			typed = nil
		}
	}
	for line := range strings.Lines(text) {
		isMore := strings.HasPrefix(line, "|") && typed != nil
		if !isMore {
			flush()
		}
		if isMore || strings.HasPrefix(line, ">") {
			typed = append(typed, strings.TrimPrefix(strings.TrimRight(line[1:], "\n"), " "))
			b.WriteString(line)
		}
	}
	flush()
	return b.String()
}

// No line of a page is wider than a page may be, and prose fits narrow terminals.
func TestPagesFit(t *testing.T) {
	for _, topic := range topics() {
		for _, columns := range []int{page.MinColumns, page.DefaultColumns, page.MaxColumns} {
			for line := range strings.Lines(topic.Text(columns)) {
				if n := format.Width(strings.TrimRight(line, "\n")); n > page.MaxColumns {
					t.Errorf("%s at %d columns has a line of %d: %s", topic.Name, columns, n, line)
				}
			}
		}
		for _, b := range topic.Blocks {
			for line := range strings.Lines(b.Text) {
				if n := format.Width(line); b.Kind == page.Code && n > page.MaxColumns-8 {
					t.Errorf("%s: code of %d columns: %s", topic.Name, n, line)
				}
			}
		}
	}
}

// Topics are named about_ and say what they are for as commands do.
func TestTopicsAreNamed(t *testing.T) {
	for _, topic := range topics() {
		if !strings.HasPrefix(topic.Name, aboutPrefix) || findTopic(topic.Name) != topic {
			t.Errorf("a topic is called %s", topic.Name)
		}
		if s := topic.Synopsis; s == "" || strings.HasSuffix(s, ".") || len(s) > 70 {
			t.Errorf("%s: the synopsis is %q", topic.Name, s)
		}
		if _, err := pageFiles.ReadFile(fmt.Sprintf("pages/%s.md", topic.Name)); err != nil {
			t.Error(err)
		}
	}
}

// about_errors explains every kind of error that a script can see.
func TestErrorKindsAreExplained(t *testing.T) {
	inside := map[jobs.Kind]bool{jobs.KindIncomplete: true, jobs.KindExit: true, jobs.KindExitSession: true, jobs.KindDetached: true} // not seen by scripts
	explained := map[string]bool{}
	for _, b := range findTopic("errors").Blocks {
		for _, row := range b.Rows {
			for _, name := range strings.Split(row[0], ", ") {
				explained[name] = true
			}
		}
	}
	for k := jobs.KindOther + 1; k.String() != jobs.KindOther.String(); k++ {
		if explained[k.String()] == inside[k] {
			t.Errorf("%s: explained: %v", k, explained[k.String()])
		}
	}
}

// about_prompt has every option, about_lua every command as a function.
func TestDeclaredPartsOfPages(t *testing.T) {
	w := newWorld(t)
	prompt, lua := w.page("get-help prompt"), w.page("get-help lua")
	for _, s := range shell.AllSettings() {
		if !strings.Contains(prompt, "\n    "+s.Name+" <"+s.Type()+">") {
			t.Errorf("about_prompt has no %s", s.Name)
		}
	}
	for _, cmd := range w.shell.Commands.All() {
		if !strings.Contains(lua, "\n    "+luaName(cmd)+"(") {
			t.Errorf("about_lua has no %s", cmd.Name)
		}
	}
}
