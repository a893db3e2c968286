package syntax

import (
	"strings"
	"testing"
)

// many makes texts that are hard to read, of about n pieces.
func many(n int) []string {
	r := strings.Repeat
	return []string{
		r("(", n), r("{", n), r("[", n), r("[=", n), "echo " + r("(", n), r("start-job {", n), r(")", n) + r("}", n) + r("]", n),
		r("foreach { ", n), r("hosts | foreach { ", n), r("foreach { #", n), r("foreach { #job|", n) + "1",
		"x = a" + r("..a", n), "x = " + r("not ", n) + "1", "x = " + r("- ", n) + "1", "x = 1" + r("-a", n), "x = a" + r(".b", n), "x = a" + r("[1]", n),
		"x = " + r("get-job-", n) + "1", r("job-", n) + "job", "f" + r("''", n), "x = {" + r("{},", n) + "}", r("x,", n) + "x = 1",
		r("if job then ", n), "if x then" + r(" elseif x then", n) + " end", r("do end ", n), r("f(function() ", n), r("function f() ", n), r("return ", n),
		r("if (", n), r("if (", n) + r(")", n), r("if (1) then end ", n), r("while (x) {", n), r("try {", n), r("local a = 1;", n), r("x=1 ", n), r("::a:: ", n),
		"start-job {" + r("f {function() ", n), "start-job {\n" + r("foo + bar(function()\n", n), "start-job {" + r("for i in 1 do ", n),
		"start-job {\n" + r("frob x\n", n) + "}", "start-job {" + r("frob x;", n) + "}", "start-job {" + r("foo {", n), "start-job {" + r("foo {x} ", n) + "}",
		"echo " + r("a ", n), "echo " + r("[", n), "echo " + r("{", n), "do echo " + r("do ", n) + "end", "do echo " + r("end x ", n) + "\nend",
		"echo " + r("$job/x ", n), "echo " + r("$job[1]/x ", n), "echo $job" + r("[job", n), "echo " + r("$x[", n), "echo \"" + r("$job ", n) + "\"",
		"echo " + r("$(echo ", n), "echo " + r("$(1 + ", n), "echo " + r("\"$(echo ", n), "echo " + r("${", n), r("$", n),
		"echo" + r("|cat", n), r("|", n), "!echo" + r("|cat", n), "get-job " + r("a,", n) + "a", "get-job " + r("(get-job ", n), "echo " + r(">a ", n), "echo " + r("`\n", n),
		r("echo & ", n), "echo " + r("& ", n), r("&&", n), r(";", n), r("\n", n), r("=", n), r("=1\n", n), r("frob x\n", n), r("export X=1\n", n),
		r("--[[x]]", n), r("# ", n), r("--[=", n), r("--[[", n), r("'", n+1), r("\"", n+1), r("'\n", n), r("\x00", n), r("\xff", n), r("\r\n", n),
		"start-job {" + r("$using:x ", n) + "}", r("if job then\n  end\n", n), r("x = {\n", n), r("print(\n", n),
	}
}

// What is done for a text grows as it does, however it is made: each token is taken a
// few times at most. A reading that looks at the rest of the text at each word would not
// come to an end here.
func TestWorkGrowsWithTheText(t *testing.T) {
	for _, text := range many(5_000) {
		for _, lenient := range []bool{false, true} {
			p := painter(normalise(text), &meanings{of: mean, known: map[string]Meaning{}})
			p.lenient = lenient
			p.try(p.chunk)
			if most := 2*len(text) + 100; p.work > most {
				t.Errorf("%.30q… of %d bytes: %d tokens were taken (stepping over mistakes: %v)", text, len(text), p.work, lenient)
			}
		}
	}
}

// Blocks within one another make the translated text longer, up to a bound.
func TestCopiesAreBounded(t *testing.T) {
	for _, c := range []struct {
		levels int
		right  bool
	}{{7, true}, {40, false}} {
		text := strings.Repeat("hosts | foreach { ", c.levels) + strings.Repeat("ls;", 20_000) + strings.Repeat("}", c.levels)
		chunk, err := Compile(text, "t", 1, world{})
		if (err == nil) != c.right {
			t.Errorf("%d levels: %v", c.levels, err)
		}
		if err == nil && len(chunk.Lua) > 60*len(text) {
			t.Errorf("%d levels: %d bytes become %d", c.levels, len(text), len(chunk.Lua))
		}
	}
}

// Where each level of a text is read twice the work is cut off.
func TestWorkIsBounded(t *testing.T) {
	for _, text := range []string{
		"start-job {\n" + strings.Repeat("f {f (f {function() ", 30),
		"start-job {\n" + strings.Repeat("f {function() x(function() ", 30) + "= =",
		strings.Repeat("foreach { #f(function() ", 30) + "= =",
	} {
		for _, lenient := range []bool{false, true} {
			p := painter(text, &meanings{of: mean, known: map[string]Meaning{}})
			p.lenient = lenient
			p.try(p.chunk)
			if p.work > p.maxWork()+2*len(text) {
				t.Errorf("%.30q…: %d tokens were taken", text, p.work)
			}
		}
	}
}
