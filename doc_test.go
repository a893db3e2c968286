package main

import (
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pageOf reads the documentation of the package in a directory of the module.
func pageOf(t *testing.T, dir, importPath string) *doc.Package {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	page, err := doc.NewFromFiles(fset, files, importPath)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	return page
}

// packagePage reads the page of package main.
func packagePage(t *testing.T) *doc.Package {
	t.Helper()
	return pageOf(t, ".", "marsh")
}

// bracketed is what was meant to be a link.
var bracketed = regexp.MustCompile(`\[[A-Za-z][A-Za-z0-9_./-]*\]`)

// Every link of the architecture page leads somewhere.
func TestDocLinks(t *testing.T) {
	page := packagePage(t)
	links := 0
	for _, x := range texts(page.Parser().Parse(page.Doc).Content) {
		switch x := x.(type) {
		case *comment.DocLink:
			links++
			checkLink(t, x)
		case comment.Plain:
			if m := bracketed.FindString(string(x)); m != "" {
				t.Errorf("%s is no link: main does not import that package; write its whole path", m)
			}
		}
	}
	if links < 30 {
		t.Errorf("only %d links were found", links)
	}
}

// texts returns the running text of blocks, without what is preformatted.
func texts(blocks []comment.Block) []comment.Text {
	var out []comment.Text
	for _, b := range blocks {
		switch b := b.(type) {
		case *comment.Paragraph:
			out = append(out, b.Text...)
		case *comment.Heading:
			out = append(out, b.Text...)
		case *comment.List:
			for _, item := range b.Items {
				out = append(out, texts(item.Content)...)
			}
		}
	}
	return out
}

// checkLink checks that what a link names is there and exported.
func checkLink(t *testing.T, l *comment.DocLink) {
	t.Helper()
	dir, own := strings.CutPrefix(l.ImportPath, "marsh/")
	if !own {
		return // of the standard library, or of a library
	}
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("[%s]: there is no such package", l.ImportPath)
		return
	}
	name := l.Name
	if l.Recv != "" {
		name = l.Recv + "." + name
	}
	if name != "" && !exported(pageOf(t, dir, l.ImportPath))[name] {
		t.Errorf("[%s.%s]: there is no such name", l.ImportPath, name)
	}
}

// exported returns the names that a package exports: Name, or Type.Method.
func exported(page *doc.Package) map[string]bool {
	names := map[string]bool{}
	funcs := func(prefix string, list []*doc.Func) {
		for _, f := range list {
			names[prefix+f.Name] = true
		}
	}
	values := func(list []*doc.Value) {
		for _, v := range list {
			for _, n := range v.Names {
				names[n] = true
			}
		}
	}
	funcs("", page.Funcs)
	values(page.Consts)
	values(page.Vars)
	for _, typ := range page.Types {
		names[typ.Name] = true
		funcs("", typ.Funcs)
		funcs(typ.Name+".", typ.Methods)
		values(typ.Consts)
		values(typ.Vars)
	}
	return names
}
