package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rules are the two tables of doc.go.
type rules struct {
	packages  map[string][]string // a package, and the packages it may import
	forTests  map[string]bool     // the packages that only tests import
	libraries map[string][]string // a library's package, and who imports it
}

// readRules reads the tables from the program's page.
func readRules(t *testing.T) rules {
	t.Helper()
	page := packagePage(t).Doc
	r := rules{packages: map[string][]string{}, forTests: map[string]bool{}, libraries: map[string][]string{}}
	for _, row := range table(t, page, "package", "may import") {
		name, rest := row[0], strings.Join(row[1:], " ")
		rest, r.forTests[name] = strings.CutSuffix(rest, "(for tests)")
		r.packages[name] = strings.Fields(strings.TrimPrefix(rest, "-"))
	}
	for _, row := range table(t, page, "library", "importer") {
		r.libraries[row[0]] = row[1:]
	}
	return r
}

// table returns the rows, as words, of the table with the given header.
func table(t *testing.T, page string, header ...string) [][]string {
	t.Helper()
	var rows [][]string
	inside := false
	for line := range strings.Lines(page) {
		words := strings.Fields(line)
		switch {
		case strings.Join(words, " ") == strings.Join(header, " "):
			inside = true
		case inside && !strings.HasPrefix(line, "\t"):
			return rows
		case inside:
			rows = append(rows, words)
		}
	}
	t.Fatalf("doc.go has no table %q", header)
	return nil
}

// source is a Go file that is no test.
type source struct {
	pkg     string // "main", or its directory
	file    string // its path, with slashes
	imports []string
}

// sources returns the Go files of all packages, of every operating system.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (d.Name() == "testdata" || d.Name()[0] == '.') {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		s, err := readSource(filepath.ToSlash(name))
		out = append(out, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func readSource(name string) (source, error) {
	s := source{pkg: path.Dir(name), file: name}
	if s.pkg == "." {
		s.pkg = "main"
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		return s, err
	}
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return s, err
		}
		s.imports = append(s.imports, p)
	}
	return s, nil
}

// check says what is wrong with one import, or "".
func (r rules) check(s source, imported string) string {
	if own, ok := strings.CutPrefix(imported, "marsh/"); ok {
		return r.checkOwn(s, own)
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		if imported == "testing" && !r.forTests[s.pkg] {
			return "testing is for tests and for the packages that doc.go marks so"
		}
		return ""
	}
	importers, known := r.libraries[imported]
	switch {
	case !known:
		return "doc.go's table of libraries does not have it; a library is taken in by decision"
	case slices.Contains(importers, s.pkg), slices.Contains(importers, s.file), slices.Contains(importers, "any"):
		return ""
	}
	return fmt.Sprintf("doc.go gives that library to %s alone", strings.Join(importers, " and "))
}

func (r rules) checkOwn(s source, own string) string {
	allowed, known := r.packages[s.pkg]
	switch {
	case !known:
		return s.pkg + " has no row in doc.go's table of packages"
	case r.forTests[own]:
		return own + " is for tests only"
	case slices.Contains(allowed, own), slices.Contains(allowed, "everything"):
		return ""
	}
	return fmt.Sprintf("doc.go lets %s import %v", s.pkg, allowed)
}

func TestImports(t *testing.T) {
	r := readRules(t)
	packages, imported := map[string]bool{}, map[string]bool{}
	for _, s := range sources(t) {
		packages[s.pkg] = true
		for _, name := range s.imports {
			imported[name] = true
			if why := r.check(s, name); why != "" {
				t.Errorf("%s imports %s: %s", s.file, name, why)
			}
		}
	}
	for name := range packages {
		if _, ok := r.packages[name]; !ok {
			t.Errorf("the package %s has no row in doc.go's table", name)
		}
	}
	for name := range r.packages {
		if !packages[name] {
			t.Errorf("doc.go's table has the package %s, which is not there", name)
		}
	}
	for name := range r.libraries {
		if !imported[name] {
			t.Errorf("doc.go's table has the library %s, which nobody imports", name)
		}
	}
}

// The check itself can fail: each of these imports must be refused.
func TestImportsRefused(t *testing.T) {
	r := readRules(t)
	for _, c := range []struct{ file, imported, why string }{
		{"shell/x.go", "marsh/remote", "doc.go lets shell import"},
		{"remote/x.go", "marsh/shell", "doc.go lets remote import"},
		{"jobs/x.go", "marsh/shell/lua", "doc.go lets jobs import"},
		{"main/x.go", "marsh/jobs/jobstest", "for tests only"},
		{"main/x.go", "golang.org/x/crypto/ssh", "remote/sshconn alone"},
		{"shell/syntax/x.go", "github.com/yuin/gopher-lua/parse", "shell/lua and shell/syntax/lualib.go alone"},
		{"jobs/x.go", "github.com/nobody/nothing", "taken in by decision"},
		{"repl/x.go", "testing", "testing is for tests"},
		{"new/x.go", "marsh/jobs", "has no row"},
	} {
		s := source{pkg: path.Dir(c.file), file: c.file}
		if why := r.check(s, c.imported); !strings.Contains(why, c.why) {
			t.Errorf("%s imports %s: %q, want %q", c.file, c.imported, why, c.why)
		}
	}
}
