package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The official Lua 5.1 test suite, as far as package shell/lua keeps it.
func suite(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../lua/testdata/suite/*.lua")
	if err != nil || len(paths) == 0 {
		t.Fatalf("the suite is missing: %v", err)
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

// anything is a world in which every name that Lua does not know is a program.
type anything struct{ world }

func (anything) Program(word string) bool { return nameEnd(word, 0) == len(word) }

func (a anything) Variable(name string) bool {
	return name == "_G" || name == "collectgarbage" || a.world.Variable(name)
}

// The suite's programs come out as the tokens that went in, whatever programs there are,
// but for the ; that ends no statement and the one that keeps a ( from going on with
// the line before it.
func TestSuiteStaysItself(t *testing.T) {
	for path, text := range suite(t) {
		for _, r := range []Resolver{world{}, anything{}} {
			chunk, err := Compile(text, path, 1, r)
			if err != nil {
				t.Errorf("in %T: %v", r, err)
				continue
			}
			if diff := cmp.Diff(tokens(text), tokens(chunk.Lua)); diff != "" {
				t.Errorf("%s changed in %T (-want +got):\n%s", path, r, diff)
			}
		}
	}
}

// Returns the tokens of a text, each with its line, without semicolons.
func tokens(text string) []string {
	var list []string
	src := newSource(text, "", 1)
	for pos := 0; ; {
		t := scan(text, pos)
		if pos = t.end; t.kind == tokEOF {
			return list
		}
		if !t.is(";") {
			list = append(list, fmt.Sprintf("%d: %s", src.line(t.start), text[t.start:t.end]))
		}
	}
}

// A block that is kept as text is read to its own end, whatever Lua is in it.
func TestSuiteInABlock(t *testing.T) {
	for path, text := range suite(t) {
		chunk, err := Compile("start-job {"+text+"} -name x", path, 1, world{})
		if err != nil {
			t.Errorf("in a block: %v", err)
			continue
		}
		if want := "text=" + quote(text) + ","; !strings.Contains(chunk.Lua, want) {
			t.Errorf("%s: the block's text is not the text", path)
		}
	}
}
