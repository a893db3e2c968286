package syntax

import (
	"errors"
	"strings"
	"testing"

	"marsh/jobs"
)

var mistakes = []struct {
	text string
	kind jobs.Kind
	line int
	col  int // of the caret, from 0
	msg  string
}{
	{"frobnicate", jobs.KindSyntax, 1, -1, "t:1: frobnicate: no such command, and no variable frobnicate is set"},
	{"frobnicate x y", jobs.KindSyntax, 1, -1, `t:1: frobnicate: no such command, and the line is not Lua: unexpected "x"`},
	{"frobnicate -x", jobs.KindSyntax, 1, -1, "and as Lua it computes with frobnicate, which is not set"},
	{"ls\n  get-jbo -name x\nls", jobs.KindSyntax, 2, 2, `get-jbo: no such command, and the line is not Lua: unexpected "x"; did you mean get-job?`},
	{"foo.bar baz", jobs.KindSyntax, 1, -1, `foo.bar: no such command, and the line is not Lua: unexpected "baz"`},
	{"if frobnicate then\n gti status\nend", jobs.KindSyntax, 2, 1, `gti: no such command, and the line is not Lua: unexpected "status"`},
	{"$x = gti status", jobs.KindSyntax, 1, 5, "gti: no such command"},
	{"get-job | frobnicate", jobs.KindSyntax, 1, 10, "frobnicate: no such command, and no program of that name"},
	{"frobnicate | ls", jobs.KindSyntax, 1, -1, "frobnicate: no such command, and no variable frobnicate is set"},
	{"job |", jobs.KindIncomplete, 1, 4, "a command is expected after |"},
	{"job || ls", jobs.KindSyntax, 1, 4, "|| is not supported"},
	{"print(job | ls)", jobs.KindSyntax, 1, 10, `unexpected "|"`},
	{"$x = { get-job }", jobs.KindSyntax, 1, 7, "get-job is a command: in an expression call get_job(…)"},
	{"print(1 + stop-job)", jobs.KindSyntax, 1, 10, "stop-job is a command"},
	{"$x += 1", jobs.KindSyntax, 1, 3, "there is no +=: write $x = $x + …"},
	{"total ..= 'a'", jobs.KindSyntax, 1, 6, "there is no ..=: write total = total .. …"},
	{"i++", jobs.KindSyntax, 1, 1, "there is no ++: write i = i + 1"},
	{"if ($x) {", jobs.KindSyntax, 1, 0, "write if … then … else … end, without braces"},
	{"if ($x)\n{\n ls\n}", jobs.KindSyntax, 1, 0, "write if … then … else … end, without braces"},
	{"while (true) { ls }", jobs.KindSyntax, 1, 0, "write while … do … end, without braces"},
	{"for (i = 0; i < 3; i++) {", jobs.KindSyntax, 1, 4, "write for i = 1, 3 do … end"},
	{"for i in 1 2 3; do echo $i; done", jobs.KindSyntax, 1, 11, "a list is written for _, i in ipairs({1, 2, 3}) do … end"},
	{"if [ -f x ]; then ls; fi", jobs.KindSyntax, 1, 3, `a condition is Lua; of a program: run{"[", …} == 0`},
	{"if test -f x; then ls; fi", jobs.KindSyntax, 1, 11, `a condition is Lua; of a program: run{"test", …} == 0`},
	{"while grep x y; do ls; done", jobs.KindSyntax, 1, 11, `run{"grep", …} == 0`},
	{"export X=1", jobs.KindSyntax, 1, -1, `export: no such command, and the line is not Lua: unexpected "X=1"; write $env:NAME = "value"`},
	{"let x = 1", jobs.KindSyntax, 1, -1, "write local x = … or $x = …"},
	{"try { 1 } catch { 2 }", jobs.KindSyntax, 1, 0, "try is not part of the language: write ok, e = pcall(function() … end)"},
	{"x != 1", jobs.KindSyntax, 1, 2, `unexpected "!=": not equal is written ~=`},
	{"function f { ls }", jobs.KindSyntax, 1, 11, "write function name(…) … end, without braces"},
	{"function f() { ls }", jobs.KindSyntax, 1, 13, "write function name(…) … end, without braces"},
	{"if x != 1 then", jobs.KindSyntax, 1, 5, "not equal is written ~="},
	{"=1 && 2", jobs.KindSyntax, 1, 3, "write and"},
	{"x = $(date)", jobs.KindSyntax, 1, 4, "as a value write $x = command"},
	{"x = @{a = 1}", jobs.KindSyntax, 1, 4, "lists and maps are written { … }"},
	{"print lua", jobs.KindSyntax, 1, 6, `unexpected "lua"; a function is called print(…)`},
	{"get-job = 5", jobs.KindSyntax, 1, 7, "get-job is a command, and nothing can be assigned to it"},
	{"ls 9> x", jobs.KindSyntax, 1, 3, "there is no stream 9: 1 to 6 can be redirected, or * for all"},
	{"foreach ($i in 1) { ls }", jobs.KindSyntax, 1, 12, "write for _, x in ipairs(list) do … end"},
	{"x = = 5", jobs.KindSyntax, 1, 4, `unexpected "=": an expression is expected`},
	{"x = 5 5", jobs.KindSyntax, 1, 6, `unexpected "5": a new line or ; is expected before it`},
	{"f() = 1", jobs.KindSyntax, 1, 0, "this cannot be assigned to"},
	{"$? = 1", jobs.KindSyntax, 1, 0, "$? can only be read"},
	{"$using:x = 1", jobs.KindSyntax, 1, 0, "$using:x can only be read"},
	{"$true = 1", jobs.KindSyntax, 1, 0, "$true can only be read"},
	{"$end = 1", jobs.KindSyntax, 1, 0, "no variable can have the name end"},
	{"x = $", jobs.KindSyntax, 1, 4, "the name of a variable is missing after $"},
	{"x = job.$y", jobs.KindSyntax, 1, 8, "the name of a field has no $: for the value of a variable write [$y]"},
	{"__m_run = 1", jobs.KindSyntax, 1, 0, "names that begin with __m_ are the shell's own"},
	{"x = $__m_x", jobs.KindSyntax, 1, 4, "no variable can have the name __m_x"},
	{"x = 'abc", jobs.KindSyntax, 1, 4, "the string is not closed on its line"},
	{"x = 'abc\nls", jobs.KindSyntax, 1, 4, "the string is not closed on its line"},
	{"x = 3x", jobs.KindSyntax, 1, 4, "malformed number 3x"},
	{"x = 1..2", jobs.KindSyntax, 1, 4, "malformed number 1..2"},
	{"x = é", jobs.KindSyntax, 1, 4, `unexpected "é"`},
	{"if job then ls }", jobs.KindIncomplete, 1, 0, `"if" is not closed`},
	{"if job then\n}", jobs.KindSyntax, 2, 0, `unexpected "}"`},
	{"print(1\nls)\nend", jobs.KindSyntax, 2, 0, `unexpected "ls": "," or ")" is expected`},
	{"end", jobs.KindSyntax, 1, 0, `unexpected "end": no "if", "for", "while", "do" or "function" is open here`},
	{"ls\n}", jobs.KindSyntax, 2, 0, `unexpected "}": no "{" is open here`},
	{"return 1\nls", jobs.KindSyntax, 2, 0, "after return or break"},
	{"x, y", jobs.KindIncomplete, 1, 4, `the text ends where "=" after what is assigned to is expected`},
	{"get-job, x = 1", jobs.KindSyntax, 1, 7, `get-job is a command, which "," cannot follow`},
	{"$a, $b = get-job", jobs.KindSyntax, 1, 9, "a command gives one value"},
	{"ls && date", jobs.KindSyntax, 1, 3, "&& is not supported"},
	{"ls || date", jobs.KindSyntax, 1, 3, "|| is not supported"},
	{"cat < x", jobs.KindSyntax, 1, 4, "< is not supported"},
	{"ls >", jobs.KindSyntax, 1, 3, "the name of a file is missing after >"},
	{"ls 2>&x", jobs.KindSyntax, 1, 5, "the number of a stream is expected after >&"},
	{"ls | | date", jobs.KindSyntax, 1, 5, "a command is expected after |"},
	{"get-job , x", jobs.KindSyntax, 1, 8, "a value is missing before the comma"},
	{"get-job -name a,", jobs.KindSyntax, 1, 15, "a value is missing after the comma"},
	{"get-job -keep, a", jobs.KindSyntax, 1, 13, "a value is missing before the comma"},
	{"get-job -name:", jobs.KindSyntax, 1, 14, "a value is missing after -name:"},
	{"get-job (1)x", jobs.KindSyntax, 1, 11, "a blank is missing after )"},
	{"get-job ()", jobs.KindSyntax, 1, 9, "an expression is expected"},
	{"get-job (1, 2)", jobs.KindSyntax, 1, 10, `")" is expected`},
	{"echo ${a b}", jobs.KindSyntax, 1, 5, "the name of a variable is expected in ${…}"},
	{`echo "$(1 +)"`, jobs.KindSyntax, 1, 11, "an expression is expected"},
	{"!", jobs.KindSyntax, 1, 0, "a command line for /bin/sh is missing after !"},
	{"get-job | where { $_.State -eq 'x' }", jobs.KindSyntax, 1, 27, "-eq is no operator of Lua: use =="},
	{"get-job | where {\n it.x = = 2\n}", jobs.KindSyntax, 2, 8, "an expression is expected"},
	{"if job then", jobs.KindIncomplete, 1, 0, `"if" is not closed: the text ends where "end" is expected`},
	{"ls\nwhile job do\nls", jobs.KindIncomplete, 2, 0, `"while" is not closed`},
	{"print(", jobs.KindIncomplete, 1, 5, `"(" is not closed`},
	{"x = {1,\n", jobs.KindIncomplete, 1, 4, `"{" is not closed`},
	{"x =", jobs.KindIncomplete, 1, 3, "the text ends where an expression is expected"},
	{"x = 1 +", jobs.KindIncomplete, 1, 7, "the text ends where an expression is expected"},
	{"x = [[abc", jobs.KindIncomplete, 1, 4, "the long string is not closed"},
	{"--[==[ abc ]]", jobs.KindIncomplete, 1, 0, "the comment is not closed"},
	{`x = "abc\`, jobs.KindIncomplete, 1, 4, "the string is not closed on its line"},
	{"start-job {", jobs.KindIncomplete, 1, 10, `"{" is not closed`},
	{"start-job { frobnicate (", jobs.KindIncomplete, 1, 0, ""},
	{"get-job |", jobs.KindIncomplete, 1, 8, "a command is expected after |"},
	{"get-job | # c\n", jobs.KindIncomplete, 1, 8, "a command is expected after |"},
	{"get-job `", jobs.KindIncomplete, 1, 8, "the line goes on after `"},
	{`echo "abc`, jobs.KindIncomplete, 1, 5, `the string that opens with " is not closed`},
	{"echo 'abc\n", jobs.KindIncomplete, 1, 5, "the string that opens with ' is not closed"},
	{"echo ${abc", jobs.KindIncomplete, 1, 5, "${ is not closed"},
	{"echo (1 + 2", jobs.KindIncomplete, 1, 5, `"(" is not closed`},
	{`echo "$(get-job`, jobs.KindIncomplete, 1, 7, `"(" is not closed`},
	{"\tlocal x = = 1", jobs.KindSyntax, 1, 11, "an expression is expected"},
}

func TestMistakes(t *testing.T) {
	for _, m := range mistakes {
		_, err := Compile(m.text, "t", 1, world{})
		e, ok := errors.AsType[*jobs.Error](err)
		if !ok {
			t.Errorf("%q: no error", m.text)
			continue
		}
		if e.Kind != m.kind || e.Line != m.line || !strings.Contains(e.Msg, m.msg) || strings.Contains(e.Msg, "\n") {
			t.Errorf("%q: %v, line %d: %s\nwant %v, line %d: %s", m.text, e.Kind, e.Line, e.Msg, m.kind, m.line, m.msg)
		}
		_, caret, _ := strings.Cut(e.Detail, "\n")
		if m.msg != "" && len(caret)-1 != m.col {
			t.Errorf("%q: the caret is at %d, want %d:\n%s", m.text, len(caret)-1, m.col, e.Detail)
		}
	}
}

// Errors as they are read: each text, with > before it and | before its other lines, has
// what is said of it beneath.
func TestErrorsAsRead(t *testing.T) {
	checkTranscript(t, "testdata/errors.txt", func(text string) string {
		_, err := Compile(text, "t", 1, world{})
		if err == nil {
			return "no error\n"
		}
		e := jobs.AsError(err)
		said := e.Msg + "\n"
		if e.Detail != "" {
			said += e.Detail + "\n"
		}
		if e.Kind == jobs.KindIncomplete {
			return "(goes on) " + said
		}
		return said
	})
}

func TestLinesOfErrorsBeginAtTheGivenOne(t *testing.T) {
	_, err := Compile("ls\nfrobnicate", "deploy.lua", 41, world{})
	if e := jobs.AsError(err); e.Line != 42 || !strings.HasPrefix(e.Msg, "deploy.lua:42: ") {
		t.Errorf("line %d: %s", e.Line, e.Msg)
	}
}

func TestCaretStandsUnderTheRune(t *testing.T) {
	_, err := Compile("\tx = 'äö' = 5", "t", 1, world{})
	if e := jobs.AsError(err); e.Detail != "\tx = 'äö' = 5\n\t         ^" {
		t.Errorf("got\n%s", e.Detail)
	}
}

// A caret stands under its character also behind those that are wide, or not seen.
func TestCaretBehindWideCharacters(t *testing.T) {
	for before, blanks := range map[string]string{"日本": "    ", "e\u0301": " ", "\U0001f600": "  ", "\x01": "  ", "ａ": "  "} {
		_, err := Compile("x = '"+before+"' = 5", "t", 1, world{})
		_, caret, _ := strings.Cut(jobs.AsError(err).Detail, "\n")
		if want := "     " + blanks + "  ^"; caret != want {
			t.Errorf("behind %q the caret is %q, want %q", before, caret, want)
		}
	}
}

func TestLongLinesAreCut(t *testing.T) {
	long := strings.Repeat("ä", 500)
	_, err := Compile("x = '"+long+"' = '"+long+"'", "t", 1, world{})
	e := jobs.AsError(err)
	if line, _, _ := strings.Cut(e.Detail, "\n"); len(line) > 2*maxShown+4 || !strings.Contains(line, "= '") {
		t.Errorf("%d bytes are shown: %q", len(line), line)
	}
}

func TestTooMuch(t *testing.T) {
	for _, c := range []struct {
		text string
		kind jobs.Kind
	}{
		{"x = " + strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000), jobs.KindSyntax},
		{strings.Repeat("start-job {", 1000), jobs.KindSyntax},
		{strings.Repeat("if 1 then ", 1000), jobs.KindSyntax},
		{"x = " + strings.Repeat("{", 1000), jobs.KindSyntax},
		{"x = " + strings.Repeat("- ", maxChain) + "1", jobs.KindOther}, // no limit is met
		{"x = " + strings.Repeat("- ", maxChain+1) + "1", jobs.KindSyntax},
		{"x = 1" + strings.Repeat(" .. 1", maxChain+1), jobs.KindSyntax},
		{strings.Repeat(" ", maxSource+1), jobs.KindLimit},
	} {
		_, err := Compile(c.text, "t", 1, world{})
		if c.kind == jobs.KindOther && err != nil || c.kind != jobs.KindOther && !errors.Is(err, c.kind) {
			t.Errorf("%.20q…: %v, want %v", c.text, err, c.kind)
		}
	}
}

// A lenient reading may try a piece of text twice; that must not double at each level.
func TestNestedGuessesAreBounded(t *testing.T) {
	text := "start-job {\n" + strings.Repeat("foo + bar(function()\n", 60)
	if _, err := Compile(text, "t", 1, world{}); err == nil {
		t.Error("an open text compiles")
	}
}
