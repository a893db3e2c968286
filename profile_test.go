package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A home with a start-up file.
func profiled(t *testing.T, text string) (home, path string) {
	t.Helper()
	home = t.TempDir()
	path = filepath.Join(home, ".config", "marsh", "init.lua")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	return home, write(t, path, text)
}

func TestProfile(t *testing.T) {
	home, _ := profiled(t, "define-command greet -params Name { \"hello \" .. it.Name }\nbeside = 5\nlocal function f() end\ncd /\n")
	s := placeIn(t, home)
	s.at("local:/> ")
	if got := s.enter("greet you; =beside", "local:/> "); got != "hello you\n5" {
		t.Errorf("got %q", got)
	}
	s.types("exit\r")
	s.exits(0)
	s = placeIn(t, home, "--no-profile")
	s.at("local:~> ")
	s.types("exit\r")
	s.exits(0)
}

func placeIn(t *testing.T, home string, args ...string) *screen {
	t.Helper()
	return place(t, home, 100, 20, nil, args...)
}

// What is wrong in the start-up file is said with its place, and the prompt comes.
func TestProfileErrors(t *testing.T) {
	for text, want := range map[string]string{
		"x = 1\nerror('no')":      "init.lua:2: no",
		"x = 1\nfor i = 1 do end": "init.lua:2:",
		"x = {":                   "init.lua:1:",
		"x = 1\ncd /nosuch":       "init.lua:2: cd /nosuch",
	} {
		t.Run(want, func(t *testing.T) {
			home, _ := profiled(t, text)
			s := sitIn(t, home)
			s.shows("the start-up file ended early: ")
			if got := strings.ReplaceAll(s.text(), "\n", ""); !strings.Contains(got, want) {
				t.Errorf("the screen does not show %q", want)
			}
			s.types("exit\r")
			s.exits(0)
		})
	}
}

func TestProfileThatExits(t *testing.T) {
	home, _ := profiled(t, "exit 7")
	placeIn(t, home).exits(7)
}

// Ctrl-C ends a start-up file that takes too long.
func TestProfileInterrupted(t *testing.T) {
	home, _ := profiled(t, "emit('begun')\nstart-sleep 1000")
	s := placeIn(t, home)
	s.shows("begun")
	s.types("\x03typed")
	s.at("local:~> ")
	s.shows("begun\n^Ctyped\nthe start-up file ended early: stopped\nlocal:~> typed")
	s.types("\x03")
	s.at("local:~> ")
	s.types("exit\r")
	s.exits(0)
}

// A start-up file that others can write would run as the user.
func TestProfileOfOthers(t *testing.T) {
	home, path := profiled(t, "cd /")
	for _, p := range []string{path, filepath.Dir(path)} {
		if err := os.Chmod(p, 0o777); err != nil {
			t.Fatal(err)
		}
		s := sitIn(t, home)
		s.shows("others may write to " + p)
		s.types("exit\r")
		s.exits(0)
		if err := os.Chmod(p, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// Scripts, -c, pipes and agents do not read it.
func TestProfileIsForThePrompt(t *testing.T) {
	home, _ := profiled(t, "profiled = true")
	for _, e := range []ended{
		marshIn(t, home, "", "-c", "=profiled == nil"), marshIn(t, home, "=profiled == nil\n"),
		marshIn(t, home, "", write(t, filepath.Join(home, "s.lua"), "emit(profiled == nil)")),
	} {
		if e.want(t, 0); strings.TrimSpace(e.stdout) != "True" {
			t.Errorf("got %q", e.stdout)
		}
	}
}
