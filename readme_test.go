package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"marsh/examples"
	"marsh/shell"
	"marsh/shell/builtin"
)

// fenced is a fenced block of a Markdown file.
type fenced struct {
	line int    // of its first line, from 1
	text string // what is between the fences
}

// blocks returns the blocks of README.md that are marked with lang.
func blocks(t *testing.T, lang string) []fenced {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []fenced
	inside, wanted := false, false
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		mark, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence:
			inside, wanted = !inside, !inside && mark == lang
			if wanted {
				out = append(out, fenced{line: n + 1})
			}
		case wanted:
			out[len(out)-1].text += line
		}
	}
	if inside {
		t.Fatal("README.md has an open fence")
	}
	if len(out) == 0 {
		t.Fatalf("README.md has no block marked %s", lang)
	}
	return out
}

// What README.md shows at the prompt is what is seen there, with Server01 and
// Server02 on embedded servers.
func TestReadmeSessions(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_STATE_HOME", "")
	screen, err := os.Create(filepath.Join(t.TempDir(), "screen"))
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	p := &program{stdout: screen, stderr: screen, commands: shell.NewCommandSet(builtin.Commands())}
	dir := t.TempDir()
	servers, err := p.startDemoServers(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks(t, "marsh") {
		name := fmt.Sprintf("README.md:%d", b.line)
		if err := p.play(t.Context(), dir, examples.Walk{Name: name, Text: b.text}); err != nil {
			t.Error(err)
		}
	}
	if err := servers.stop(); err != nil {
		t.Error(err)
	}
}

// What README.md shows in a terminal is what the program does.
func TestReadmeConsole(t *testing.T) {
	env := consoleEnv(t)
	for _, b := range blocks(t, "console") {
		var seen strings.Builder
		for line := range strings.Lines(b.text) {
			command, typed := strings.CutPrefix(line, "$ ")
			if !typed {
				continue
			}
			seen.WriteString("> " + command)
			sh := exec.CommandContext(t.Context(), "/bin/sh", "-c", command)
			sh.Env = env
			out, _ := sh.CombinedOutput() // its status is for the block to show
			seen.Write(out)
		}
		// A walk-through's comparison; to it a $ is text as any other.
		want := examples.Walk{Name: fmt.Sprintf("README.md:%d", b.line), Text: strings.ReplaceAll("\n"+b.text, "\n$ ", "\n> ")}
		if err := want.Check(seen.String()); err != nil {
			t.Error(err)
		}
	}
}

// consoleEnv returns an environment that finds the program first, and a new home.
func consoleEnv(t *testing.T) []string {
	t.Helper()
	return append(os.Environ(), "PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"), "HOME="+t.TempDir(), "XDG_STATE_HOME=", raceOption())
}
