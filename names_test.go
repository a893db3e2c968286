package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"marsh/shell"
	"marsh/shell/builtin"
)

// verbNoun is a word that looks like the name of a command.
var verbNoun = regexp.MustCompile(`\b[A-Za-z]+-[A-Za-z]+(?:-[A-Za-z]+)*\b`)

// noCommands are words that begin as commands do and are none.
var noCommands = map[string]bool{
	"start-up":    true,
	"exit-status": true, "exit-signal": true, // of SSH
	"write-ouptut": true, "invoke-nothingatall": true, // not there on purpose
}

// Whatever the shell says and its pages tell, a command that is named is there.
func TestNamedCommandsExist(t *testing.T) {
	set := shell.NewCommandSet(builtin.Commands())
	verbs := map[string]bool{}
	for _, c := range builtin.Commands() {
		if c.Noun() != "" {
			verbs[c.Verb()] = true
		}
	}
	named := 0
	check := func(where, text string) {
		for _, word := range verbNoun.FindAllString(text, -1) {
			word = strings.ToLower(word)
			verb, _, _ := strings.Cut(word, "-")
			if !verbs[verb] || noCommands[word] {
				continue
			}
			named++
			if set.Lookup(word) == nil {
				t.Errorf("%s names %s, which is no command", where, word)
			}
		}
	}
	for _, path := range shownFiles(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		check(path, ownNames.ReplaceAllString(string(text), ""))
	}
	literals(t, check)
	if named < 200 {
		t.Errorf("only %d names were found", named)
	}
}

// ownNames are the names that examples give to commands of their own.
var ownNames = regexp.MustCompile(`\b(disk-free|restart-web)\b`)

// literals hands the strings of the program's own packages to check.
func literals(t *testing.T, check func(where, text string)) {
	t.Helper()
	for _, s := range sources(t) {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, s.file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					check(fset.Position(lit.Pos()).String(), ownNames.ReplaceAllString(text, ""))
				}
			}
			return true
		})
	}
}
