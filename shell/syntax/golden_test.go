package syntax

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Returns the files of a pattern below testdata and their texts.
func files(t testing.TB, pattern string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	texts := map[string]string{}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(b)
	}
	return texts
}

func TestGolden(t *testing.T) {
	for path, text := range files(t, "golden/*.msh") {
		chunk, err := Compile(text, filepath.Base(path), 1, world{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		golden := strings.TrimSuffix(path, ".msh") + ".lua"
		if *update {
			if err := os.WriteFile(golden, []byte(chunk.Lua), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), chunk.Lua); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
		if got, want := strings.Count(chunk.Lua, "\n"), strings.Count(text, "\n"); got != want {
			t.Errorf("%s: %d lines become %d", path, want, got)
		}
	}
}

// Every line=N of the translated text stands on line N, so that an error raised there
// names it.
func TestLinesKeepTheirNumbers(t *testing.T) {
	for path, text := range files(t, "golden/*.msh") {
		source := strings.Split(text, "\n")
		chunk, err := Compile(text, path, 1, world{})
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(chunk.Lua, "\n") {
			for _, name := range []string{"__m_run", "__m_get"} {
				if n := strings.Count(line, name+"("); n > 0 && strings.TrimSpace(source[i]) == "" {
					t.Errorf("%s:%d: %s on an empty line", path, i+1, name)
				}
			}
			if !strings.HasPrefix(source[i], " ") && strings.Contains(line, "{line=") {
				n, _, _ := strings.Cut(line[strings.Index(line, "{line=")+6:], ",")
				if want := strconv.Itoa(i + 1); n != want {
					t.Errorf("%s:%d: a command line says line %s", path, i+1, n)
				}
			}
		}
	}
}

// The reference implementation takes what we make, goto aside.
func TestLua51TakesIt(t *testing.T) {
	luac, err := exec.LookPath("luac5.1")
	if err != nil {
		t.Skip("luac5.1 is not installed")
	}
	for path, text := range files(t, "[gl]*/*") {
		if strings.HasSuffix(path, ".msh") {
			chunk, err := Compile(text, path, 1, world{})
			if err != nil {
				t.Fatal(err)
			}
			text = chunk.Lua
		}
		cmd := exec.Command(luac, "-p", "-")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", path, err, out)
		}
	}
}

func TestLuaStaysItself(t *testing.T) {
	for path, text := range files(t, "lua/*.lua") {
		chunk, err := Compile(text, path, 1, world{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if diff := cmp.Diff(text, chunk.Lua); diff != "" {
			t.Errorf("%s changed (-want +got):\n%s", path, diff)
		}
	}
}

func TestLineEnds(t *testing.T) {
	for path, text := range files(t, "golden/*.msh") {
		want, err := Compile(text, "t", 1, world{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Compile("\uFEFF"+strings.ReplaceAll(text, "\n", "\r\n"), "t", 1, world{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
		} else if got.Lua != want.Lua {
			t.Errorf("%s: CR LF changes it:\n%s", path, cmp.Diff(want.Lua, got.Lua))
		}
	}
}
