package lua

import (
	"slices"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"marsh/jobs"
)

// The bounds of one function.
const (
	maxConstants = 1 << 15   // different constants; the compiler looks for each among all before it
	maxJump      = 1<<17 - 1 // instructions that a jump can pass
)

// constant notes a constant of the function that is being read.
func (m *mender) constant(at ast.Expr, value string) {
	if !m.large {
		return
	}
	if m.constants == nil {
		m.constants = map[string]struct{}{}
	}
	m.constants[value] = struct{}{}
	if len(m.constants) > maxConstants {
		m.errorf(at, "more than %d different constants in one function; keep data in a file, and read it with io.lines or convertfrom-json", maxConstants)
	}
}

// checkJumps refuses loops and conditions that are longer than jumps can be: the
// compiler does not notice it everywhere.
func checkJumps(p *lua.FunctionProto, name string) error {
	if len(p.Code) > maxJump && slices.ContainsFunc(p.Code, isJump) {
		line := max(p.LineDefined, 1)
		e := jobs.Errorf(jobs.KindSyntax, "%s:%d: the function is too long for its loops and conditions: more than %d instructions; make it several", name, line, maxJump)
		e.Line = line
		return e
	}
	for _, sub := range p.FunctionPrototypes {
		if err := checkJumps(sub, name); err != nil {
			return err
		}
	}
	return nil
}

func isJump(word uint32) bool {
	switch instruction(word).op() {
	case lua.OP_JMP, lua.OP_FORLOOP, lua.OP_FORPREP:
		return true
	}
	return false
}
