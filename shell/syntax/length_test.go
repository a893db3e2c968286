package syntax

import (
	"strings"
	"testing"

	"marsh/jobs"
)

func TestLengthOrComment(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"get-job | where { #it }", "return #it  end"},
		{"get-job | where { #it > 2 }", "return #it > 2  end"},
		{"get-job | where {#it}", "#it end"},
		{"get-job | foreach { #it | foreach { #it } }", "(#it)"},
		{"get-job | where { return #it }", "return #it"},
		{"get-job | where { if #it > 2 then return true end }", "if #it > 2 then"},
		{"get-job | where { x = #it }", "x = #it"},
		{"get-job | where { # a comment\n#it }\nit }", "--# a comment\n--#it }\nreturn it"},
		{"get-job | where { # it\n it }", "--# it\n return it"},
		{"start-job { #args }", `"= #args "`},
		{"start-job { # note\n ls }", `" # note\010 ls "`},
		{"return #job", "return #job"},
		{`if job then return #"x" end`, `return #"x" end`},
		{"if job then return # note\nend", "return --# note\nend"},
		{"if job then return\n#note\nend", "return\n--#note\nend"},
		{"return #$job", "return # job"},
		{"while #job > 2 do end", "while #job > 2 do end"},
		{"#job", "--#job"},
		{"ls; #job", "--#job"},
		{"#!/usr/bin/env marsh\nls", "--#!/usr/bin/env marsh"},
	} {
		chunk, err := Compile(c.text, "t", 1, world{})
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if !strings.Contains(chunk.Lua, c.want) {
			t.Errorf("%q becomes %q, want %q in it", c.text, chunk.Lua, c.want)
		}
	}
}

// A block that is begun but not closed is waited for, whatever # means in it.
func TestLengthIsWaitedFor(t *testing.T) {
	for _, text := range []string{"where { #it", "where { #it >", "where { # it\n", "where { #it ) }"} {
		_, err := Compile(text, "t", 1, world{})
		if e := jobs.AsError(err); e == nil || e.Kind != jobs.KindIncomplete {
			t.Errorf("%q: %v, want an incomplete text", text, err)
		}
	}
}

func TestSeveralValuesAreAList(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`$x = "a", "b"`, ` x = {"a", "b"}`},
		{`$x = $job, 2`, ` x = { job, 2}`},
		{"$x = 1,\n2", " x = {1,\n2}"},
		{"$job.x = 1, 2", " job.x = {1, 2}"},
		{"$x = 1, 2 | foreach { it }", "({1, 2})"},
		{"=1, 2 | foreach { it }", "({1, 2})"},
		{"$x = {1, 2}", " x = {1, 2}"},
		{"$x = 1", " x = 1"},
		{"$a, $b = 1, 2", " a,  b = 1, 2"},
		{"x = 1, 2", "x = 1, 2"},
		{"local x = 1, 2", "local x = 1, 2"},
	} {
		chunk, err := Compile(c.text, "t", 1, world{})
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if !strings.Contains(chunk.Lua, c.want) {
			t.Errorf("%q becomes %q, want %q in it", c.text, chunk.Lua, c.want)
		}
	}
	if _, err := Compile("$x = web1, web2", "t", 1, world{}); err == nil || !strings.Contains(err.Error(), "web1: no such command") {
		t.Errorf("names that nobody knows: %v", err)
	}
}
