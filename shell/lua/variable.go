package lua

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// variable is what the source calls a value.
type variable struct {
	kind string // "a local", "a global"…; "" for a value without a name
	name string
}

// describe describes a value in an error, with its name where the source has one, as in
// "nil 'x' (a global)".
func (n variable) describe(v lua.LValue) string {
	if n.kind == "" {
		return "a " + typeName(v) + " value"
	}
	return typeName(v) + " '" + n.name + "' (" + n.kind + ")"
}

func typeName(v lua.LValue) string { return v.Type().String() }

// variable finds out what the source calls the value in a register, by what put it
// there: as getobjname of Lua 5.1 does (ldebug.c). Names that the mender made are none.
func (f frame) variable(reg int) variable {
	for range maxCopies {
		if name := f.localName(reg); name != "" && !f.calls(reg) && !strings.HasPrefix(name, "(") {
			return variable{"a local", name}
		}
		pc := f.setBy(reg)
		if pc < 0 {
			return variable{}
		}
		in := f.at(pc)
		if op := in.op(); op != lua.OP_MOVE && op != lua.OP_MOVEN {
			return f.source(in)
		}
		from := f.copied(pc, reg)
		if from < 0 {
			return variable{}
		}
		f.pc, reg = pc, from
	}
	return variable{}
}

// calls reports whether what a register holds is called: then it is a copy made for that,
// and no variable, whose block may have ended in the same line.
func (f frame) calls(reg int) bool {
	in := f.at(f.pc)
	return (in.op() == lua.OP_CALL || in.op() == lua.OP_TAILCALL) && in.a() == reg
}

// localName returns the local variable that a register holds, or "".
func (f frame) localName(reg int) string {
	for _, d := range f.proto.DbgLocals {
		if d.StartPc > f.pc {
			break
		}
		if f.pc < d.EndPc {
			if reg == 0 {
				return d.Name
			}
			reg--
		}
	}
	return ""
}

// maxCopies bounds how many copies of a value are followed back.
const maxCopies = 8

// source names what an instruction reads.
func (f frame) source(in instruction) variable {
	switch in.op() {
	case lua.OP_GETGLOBAL:
		return variableNamed("a global", f.text(in.bx()))
	case lua.OP_GETUPVAL:
		if in.b() < len(f.proto.DbgUpvalues) {
			return variableNamed("an upvalue", f.proto.DbgUpvalues[in.b()])
		}
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS:
		return variableNamed("a field", f.constant(in.c()))
	case lua.OP_SELF:
		return variableNamed("a method", f.constant(in.c()))
	}
	return variable{}
}

func variableNamed(kind, name string) variable {
	if name == "" || strings.HasPrefix(name, "(") {
		return variable{}
	}
	return variable{kind, name}
}

// copied returns the register that the moves at pc copy to reg, or -1.
func (f frame) copied(pc, reg int) int {
	in := f.at(pc)
	if in.a() == reg {
		return in.b()
	}
	for i := 1; in.op() == lua.OP_MOVEN && i <= in.c() && pc+i < len(f.proto.Code); i++ {
		if more := f.at(pc + i); more.a() == reg {
			return more.b()
		}
	}
	return -1
}

// setBy returns the last instruction before f.pc that puts something into a register,
// or -1. What is jumped over in between is left out.
func (f frame) setBy(reg int) int {
	found := -1
	for pc := 0; pc < f.pc; pc++ {
		in := f.at(pc)
		if f.sets(in, pc, reg) {
			found = pc
		}
		switch in.op() {
		case lua.OP_JMP:
			if to := pc + 1 + in.jump(); to > pc && to <= f.pc {
				pc = to - 1
			}
		case lua.OP_MOVEN:
			pc += in.c()
		case lua.OP_CLOSURE:
			pc += int(f.proto.FunctionPrototypes[in.bx()].NumUpvalues)
		case lua.OP_SETLIST:
			pc += btoi(in.c() == 0)
		}
	}
	return found
}

// sets reports whether the instruction at pc changes a register.
func (f frame) sets(in instruction, pc, reg int) bool {
	switch in.op() {
	case lua.OP_LOADNIL:
		return in.a() <= reg && reg <= in.b()
	case lua.OP_MOVEN:
		return f.copied(pc, reg) >= 0
	case lua.OP_CALL, lua.OP_TAILCALL:
		return reg >= in.a()
	case lua.OP_VARARG:
		return reg >= in.a() && (in.b() == 0 || reg < in.a()+in.b()-1)
	case lua.OP_SELF:
		return reg == in.a() || reg == in.a()+1
	case lua.OP_TFORLOOP:
		return reg >= in.a()+2
	case lua.OP_FORLOOP, lua.OP_FORPREP:
		return reg >= in.a() && reg <= in.a()+3
	case lua.OP_SETGLOBAL, lua.OP_SETUPVAL, lua.OP_SETTABLE, lua.OP_SETTABLEKS, lua.OP_JMP, lua.OP_EQ, lua.OP_LT,
		lua.OP_LE, lua.OP_TEST, lua.OP_RETURN, lua.OP_SETLIST, lua.OP_CLOSE, lua.OP_NOP:
		return false
	}
	return reg == in.a()
}
