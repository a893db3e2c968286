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

// shownFiles are README.md and the pages of the help, whose blocks are run.
func shownFiles(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob("shell/builtin/pages/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	return append(pages, "README.md")
}

// blocks returns the blocks of a file that are marked with lang.
func blocks(t *testing.T, path, lang string) []fenced {
	t.Helper()
	text, err := os.ReadFile(path)
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
		t.Fatalf("%s has an open fence", path)
	}
	return out
}

// What README.md and the pages show at the prompt is what is seen there, with Server01
// and Server02 on embedded servers.
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
	ran := 0
	for _, path := range shownFiles(t) {
		for _, b := range blocks(t, path, "marsh") {
			ran++
			name := fmt.Sprintf("%s:%d", path, b.line)
			if err := p.play(t.Context(), dir, examples.Walk{Name: name, Text: b.text}); err != nil {
				t.Error(err)
			}
		}
	}
	if ran < 5 {
		t.Errorf("only %d blocks were played", ran)
	}
	if err := servers.stop(); err != nil {
		t.Error(err)
	}
}

// What README.md and the pages show in a terminal is what the program does.
func TestReadmeConsole(t *testing.T) {
	ran := 0
	for _, path := range shownFiles(t) {
		for _, b := range blocks(t, path, "console") {
			ran++
			t.Run(fmt.Sprintf("%s:%d", path, b.line), func(t *testing.T) { runConsole(t, b) })
		}
	}
	if ran < 3 {
		t.Errorf("only %d blocks were run", ran)
	}
}

// runConsole types the lines behind a $ into /bin/sh and compares what is printed.
func runConsole(t *testing.T, b fenced) {
	env := consoleEnv(t)
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
	want := examples.Walk{Name: t.Name(), Text: strings.ReplaceAll("\n"+b.text, "\n$ ", "\n> ")}
	if err := want.Check(seen.String()); err != nil {
		t.Error(err)
	}
}

// consoleEnv returns an environment that finds the program first, and a new home.
func consoleEnv(t *testing.T) []string {
	t.Helper()
	return append(os.Environ(), "PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"), "HOME="+t.TempDir(), "XDG_STATE_HOME=", raceOption())
}
