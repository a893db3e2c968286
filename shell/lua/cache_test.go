package lua

import (
	"strings"
	"sync"
	"testing"

	"marsh/jobs"
	"marsh/shell/syntax"
)

// vocabulary is a resolver that knows programs and variables.
type vocabulary struct{ programs, variables map[string]bool }

func (w vocabulary) Command(string) (syntax.CommandInfo, bool) { return syntax.CommandInfo{}, false }
func (w vocabulary) Program(word string) bool                  { return w.programs[word] }
func (w vocabulary) Variable(name string) bool                 { return w.variables[name] }

func compiledWith(t *testing.T, c *Cache, text string, w vocabulary) any {
	t.Helper()
	s := New(Options{Resolver: w, Cache: c})
	defer s.Close()
	fn, err := s.load(text, "text", 1)
	if err != nil {
		t.Fatal(err)
	}
	return fn.Proto
}

// The same text is compiled once, unless a word in it means something else.
func TestCache(t *testing.T) {
	var c Cache
	ls := vocabulary{programs: map[string]bool{"ls": true}}
	first := compiledWith(t, &c, "ls -l", ls)
	if compiledWith(t, &c, "ls -l", ls) != first {
		t.Error("it was compiled again")
	}
	variable := compiledWith(t, &c, "ls -l", vocabulary{variables: map[string]bool{"ls": true, "l": true}})
	if variable == first {
		t.Error("a program that is a variable now was not compiled anew")
	}
	if again := compiledWith(t, &c, "ls -l", ls); again == variable {
		t.Error("and back")
	}
	if compiledWith(t, &c, "ls -a", ls) == first {
		t.Error("another text")
	}
	if compiledWith(t, nil, "ls -l", ls) == compiledWith(t, nil, "ls -l", ls) {
		t.Error("no cache keeps something")
	}
}

// It keeps so many texts, and no long ones.
func TestCacheIsBounded(t *testing.T) {
	var c Cache
	for i := range 2 * maxCached {
		compiledWith(t, &c, "x = 1"+strings.Repeat("\n", i), vocabulary{})
	}
	if n := len(c.units); n != maxCached {
		t.Errorf("%d texts are kept", n)
	}
	long := "x = '" + strings.Repeat("x", maxCachedText) + "'"
	compiledWith(t, &c, long, vocabulary{})
	if c.units[source{long, "text", 1}] != nil {
		t.Error("a long text is kept")
	}
}

// States that run the same compiled text at once share nothing else.
func TestCacheOfManyStates(t *testing.T) {
	var c Cache
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				s := New(Options{Resolver: vocabulary{}, Cache: &c})
				err := s.Run(t.Context(), jobs.Script{Text: "x = (x or 0) + 1; t = {n = 'a' .. x}; function f() return t.n end; assert(f() == 'a1')"})
				s.Close()
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
