package syntax

import (
	"errors"
	"strings"
	"testing"

	"marsh/jobs"
)

// Returns the programs that the tests know to be right.
func programs(t testing.TB) map[string]string {
	all := files(t, "golden/*.msh")
	for path, text := range files(t, "lua/*.lua") {
		all[path] = text
	}
	return all
}

// A program typed line by line is never refused on the way.
func TestLinesOfAProgramAreCompleteOrNot(t *testing.T) {
	for path, text := range corpus(t) {
		for i, n := 0, 0; i < len(text); i++ {
			if text[i] != '\n' {
				continue
			}
			if n++; n%sparse == 0 {
				checkCut(t, path, text, i)
			}
		}
	}
}

// Returns all programs that are right, the suite's too.
func corpus(t testing.TB) map[string]string {
	all := suite(t)
	for path, text := range programs(t) {
		all[path] = text
		all[path+" with CR LF"] = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return all
}

// Cut anywhere, a program that is right is right, unfinished, or wrong in the word that
// was cut: whatever more is typed behind that, nothing was refused that it could mend.
func TestCutsOfAProgram(t *testing.T) {
	for path, text := range corpus(t) {
		stride := sparse * (1 + len(text)/500) // a cut costs as much as the text before it
		for i := 0; i < len(text); i += stride {
			checkCut(t, path, text, i)
		}
	}
}

// Checks the beginning of a right program up to a cut.
func checkCut(t *testing.T, path, text string, cut int) {
	t.Helper()
	start := normalise(text[:cut])
	p := newParser(newSource(start, path, 1), world{})
	failed := p.try(p.chunk)
	if failed == nil || failed.incomplete() {
		return
	}
	if strings.HasPrefix(text[cut:], "\n") && !goesOnBelow(failed, text[cut:]) {
		t.Errorf("%s: the lines up to %q: %v", path, lastLine(start), failed.err(p.src))
	} else if failed.pos < lastWord(start) {
		t.Errorf("%s: cut behind %q: %v", path, lastLine(start), failed.err(p.src))
	}
}

// Reports whether a line that is a name nobody knows is refused, and the next one makes
// Lua of it. A mistyped command must not wait for a line that could.
func goesOnBelow(failed *bail, rest string) bool {
	next := scan(rest, 0)
	return failed.oneLine && (next.kind == tokOp || next.kind == tokString || next.kind == tokKeyword)
}

// Returns where the last word of a text begins.
func lastWord(text string) int {
	text = strings.TrimRight(text, " \t\n")
	last := strings.LastIndexAny(text, " \t\n") + 1
	for pos := 0; ; {
		t := scan(text, pos)
		if t.kind == tokEOF {
			return last
		}
		if pos = t.end; t.end >= len(text) {
			return min(last, t.start)
		}
	}
}

func lastLine(text string) string { return text[strings.LastIndex(text, "\n")+1:] }

// Cut anywhere, a program is right, unfinished or wrong, and a mistake lies in it.
func TestPiecesOfAProgram(t *testing.T) {
	for path, text := range programs(t) {
		for i := range len(text) {
			checkCompile(t, text[:i])
			checkCompile(t, text[i:])
		}
		if t.Failed() {
			t.Fatalf("cut from %s", path)
		}
	}
}

// Compiles text and checks what holds for every text.
func checkCompile(t *testing.T, text string) {
	t.Helper()
	chunk, err := Compile(text, "t", 1, world{})
	lines := strings.Count(normalise(text), "\n") + 1
	if err == nil {
		if got := strings.Count(chunk.Lua, "\n") + 1; got != lines {
			t.Errorf("%q: %d lines become %d: %q", text, lines, got, chunk.Lua)
		}
		return
	}
	e, ok := errors.AsType[*jobs.Error](err)
	switch {
	case !ok:
		t.Errorf("%q: %T: %v", text, err, err)
	case e.Kind != jobs.KindSyntax && e.Kind != jobs.KindIncomplete:
		t.Errorf("%q: %v: %v", text, e.Kind, e)
	case e.Line < 1 || e.Line > lines:
		t.Errorf("%q: line %d of %d: %v", text, e.Line, lines, e)
	case strings.Contains(e.Msg, ": not Lua: "):
		t.Errorf("%q: Lua's parser refuses what the reader takes: %v", text, e)
	}
}

// Each statement alone, and all those up to it, are complete.
func TestStatementsAreComplete(t *testing.T) {
	for path, text := range programs(t) {
		list, err := Statements(text, path, world{})
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(text, "\n")
		for _, s := range list {
			from := strings.Join(lines[s.Line-1:], "")
			if !strings.Contains(from, s.Text) {
				t.Errorf("%s:%d: %q does not stand there", path, s.Line, s.Text)
			}
			if strings.HasPrefix(s.Text, "(") || strings.HasPrefix(path, "testdata/lua") {
				continue // it needs the locals before it
			}
			if _, err := Compile(s.Text, path, s.Line, world{}); err != nil {
				t.Errorf("%s:%d: %q: %v", path, s.Line, s.Text, err)
			}
		}
	}
}

func TestStatements(t *testing.T) {
	text := "# first\nget-job; $x = gjb # c\n\nif job then\n  ls\nend -- d\n\n1 + 1\nstart-job {\n ls\n} -name x &\n!echo 1\n"
	got, err := Statements(text, "t", world{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Statement{
		{"get-job", 2, "get-job"},
		{"$x = gjb # c", 2, ""},
		{"if job then\n  ls\nend", 4, ""},
		{"1 + 1", 8, ""},
		{"start-job {\n ls\n} -name x &", 9, "start-job"},
		{"!echo 1", 12, ""},
	}
	if len(got) != len(want) {
		t.Fatalf("%d statements: %+v", len(got), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("statement %d is %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestStatementsBeforeAMistake(t *testing.T) {
	got, err := Statements("get-job\nls\nfrobnicate\nls", "t", world{})
	if !errors.Is(err, jobs.KindSyntax) || len(got) != 2 || got[1].Text != "ls" {
		t.Errorf("%+v, %v", got, err)
	}
}
