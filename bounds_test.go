package main

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// boundRow is a row of README.md's table of bounds: the value and its constant.
var boundRow = regexp.MustCompile("(?m)^\\| ([0-9]+)(?: (s|MiB|GiB))? \\| .* \\| `([a-z/0-9]+)\\.([A-Za-z]+)` \\|$")

// units of the table; a time is in nanoseconds, as in Go.
var units = map[string]int64{"": 1, "s": int64(time.Second), "MiB": 1 << 20, "GiB": 1 << 30}

// durations are the names that package time has for them.
var durations = map[string]time.Duration{"Millisecond": time.Millisecond, "Second": time.Second, "Minute": time.Minute}

// The bounds that README.md tells are those of the code.
func TestReadmeBounds(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "| bound |")
	section, _, _ = strings.Cut(section, "\n\n")
	rows := boundRow.FindAllStringSubmatch(section, -1)
	if want := strings.Count(section, "\n") - 1; len(rows) != want || want < 10 {
		t.Fatalf("%d of %d rows of the table were understood", len(rows), want)
	}
	for _, row := range rows {
		n, err := strconv.ParseInt(row[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		want := n * units[row[2]]
		if got, ok := constantOf(t, row[3], row[4]); !ok || got != want {
			t.Errorf("%s.%s is %d (found: %v), README.md says %d", row[3], row[4], got, ok, want)
		}
	}
}

// constantOf returns the value of a constant in a package's directory.
func constantOf(t *testing.T, dir, name string) (int64, bool) {
	t.Helper()
	if dir == "main" {
		dir = "."
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range names {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range f.Decls {
			if expr := declared(decl, name); expr != nil {
				return constant.Int64Val(constant.ToInt(value(t, expr)))
			}
		}
	}
	return 0, false
}

// declared returns the expression that a declaration gives to a constant.
func declared(decl ast.Decl, name string) ast.Expr {
	group, ok := decl.(*ast.GenDecl)
	if !ok || group.Tok != token.CONST {
		return nil
	}
	for _, spec := range group.Specs {
		v := spec.(*ast.ValueSpec)
		for i, n := range v.Names {
			if n.Name == name && i < len(v.Values) {
				return v.Values[i]
			}
		}
	}
	return nil
}

// value computes a constant expression of numbers and times.
func value(t *testing.T, e ast.Expr) constant.Value {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0)
	case *ast.BinaryExpr:
		x, y := value(t, e.X), value(t, e.Y)
		if e.Op == token.SHL {
			n, _ := constant.Uint64Val(y)
			return constant.Shift(x, e.Op, uint(n))
		}
		return constant.BinaryOp(x, e.Op, y)
	case *ast.SelectorExpr:
		if d := durations[e.Sel.Name]; d != 0 {
			return constant.MakeInt64(int64(d))
		}
	}
	t.Fatalf("a constant of README.md's table is more than numbers and times: %T", e)
	return nil
}
