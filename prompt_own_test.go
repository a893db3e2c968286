package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v3/color"
)

// script writes a program for sh into the home, and returns its path.
func script(t *testing.T, home, name, text string) string {
	t.Helper()
	path := filepath.Join(home, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// Ctrl-X Ctrl-E has the line edited: in a file that nobody else can read and that is gone
// afterwards, by a program that has the terminal, and that goes on where it is suspended.
func TestScreenOwnEditor(t *testing.T) {
	t.Parallel()
	dir := home(t)
	ed := script(t, dir, "ed", `stat -c %a "$1" >`+dir+`/mode; echo "$1" >`+dir+`/name
test -t 0 && test -t 1 || exit 9
kill -TSTP 0
echo 'the editor is here'; read answer
sed -i "s/one/$answer/" "$1"
`)
	s := place(t, dir, 80, 24, []string{"VISUAL=" + ed, "EDITOR=false"})
	s.shows("local:~>")
	s.types("write-output one\x18\x05")
	s.shows("the editor is here")
	s.types("two words\r")
	s.shows("local:~> write-output two words")
	s.types("\r")
	s.line("words")
	if mode, err := os.ReadFile(filepath.Join(dir, "mode")); string(mode) != "600\n" {
		t.Errorf("the file had mode %s, %v", mode, err)
	}
	name, err := os.ReadFile(filepath.Join(dir, "name"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(strings.TrimSpace(string(name))); !os.IsNotExist(err) {
		t.Errorf("the file %s is still there: %v", name, err)
	}
	s.types("exit\r")
	s.exits(0)
}

// An editor that fails leaves the line as it was, and says why.
func TestScreenOwnEditorFails(t *testing.T) {
	t.Parallel()
	dir := home(t)
	ed := script(t, dir, "ed", `echo spoiled >"$1"; exit 7`)
	s := place(t, dir, 100, 24, []string{"VISUAL=", "EDITOR=" + ed})
	s.shows("local:~>")
	s.types("write-output kept\x18\x05")
	s.until("why", func() bool { // in rows as long as the folder's name makes them
		return strings.Contains(strings.ReplaceAll(s.text(), "\n", ""), "status 7; $VISUAL or $EDITOR says")
	})
	s.shows("local:~> write-output kept")
	s.types("\r")
	s.line("kept")
	s.types("exit\r")
	s.exits(0)
	if left, _ := filepath.Glob(filepath.Join(dir, "marsh-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// The start-up file's function makes the prompt, in colour; where it fails the default
// comes back, and once says why.
func TestScreenOwnPrompt(t *testing.T) {
	t.Parallel()
	s := person(t)
	s.types(`function prompt(sessions, dir) return "\27[35mmine\27[0m " .. #sessions .. dir .. "$ " end` + "\r")
	s.shows("mine 0~$")
	s.looks("mine", in(color.XTerm5))
	s.types("x = {\r")
	s.shows("      >>")
	s.types("\x03")
	s.types("prompt = function() error('oops') end\r")
	s.shows("the function prompt cannot be used: line:1: oops")
	s.shows("local:~>")
	s.types("6 * 7\r")
	s.line("42")
	s.shows("local:~>")
	if n := strings.Count(s.text(), "cannot be used"); n != 1 {
		t.Errorf("said %d times:\n%s", n, s.text())
	}
	s.types("exit\r")
	s.exits(0)
}

// What was typed is there for the next shell, with its outcome, and can be run again.
func TestScreenKeptHistory(t *testing.T) {
	t.Parallel()
	dir := home(t)
	s := place(t, dir, 80, 24, nil)
	s.shows("local:~>")
	s.types("write-output one\r")
	s.line("one")
	s.shows("local:~>")
	s.types(" write-output unseen\r")
	s.line("unseen")
	s.shows("local:~>")
	s.types("$env:MY_TOKEN = 'x'; nothing_there()\r")
	s.shows("nothing_there")
	s.shows("local:~>")
	s.types("exit\r")
	s.exits(0)

	s = place(t, dir, 80, 24, nil)
	s.shows("local:~>")
	s.types("get-history | foreach { it.Status .. ': ' .. it.CommandLine }\r")
	s.line("Completed: write-output one")
	s.line("Completed: exit")
	if text := s.text(); strings.Contains(text, "unseen") || strings.Contains(text, "TOKEN") {
		t.Errorf("kept too much:\n%s", text)
	}
	s.types("clear\r")
	s.types("invoke-history 1\r")
	s.line("local:~> write-output one")
	s.line("one")
	s.types("exit -force\r")
	s.exits(0)
}
