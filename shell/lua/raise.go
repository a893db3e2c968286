package lua

import (
	"regexp"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// raising is what a thread does when an error is raised on it, while all calls are
// still there to be looked at: it says in Lua's words what gopher-lua found, notes
// where it was, and has handler, which may be nil, answer it.
func (s *State) raising(handler lua.LValue) func(l *lua.LState) {
	return func(l *lua.LState) {
		obj := l.Get(-1)
		if msg, ok := obj.(lua.LString); ok {
			obj = lua.LString(s.explain(l, string(msg)))
		}
		if handler != nil && !leaves(obj) {
			own := l.Panic
			l.Panic = s.raising(nil)
			l.Push(handler)
			l.Push(obj)
			l.Call(1, 1)
			obj = l.Get(-1)
			l.Panic = own
		}
		panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: obj})
	}
}

// explain returns the message in Lua's words. A message of the script's own is left
// as it is.
func (s *State) explain(l *lua.LState, msg string) string {
	if isOverflow(lua.LString(msg)) {
		return s.located(l, overflowText)
	}
	at := position.FindString(msg)
	if at == "" {
		msg = strings.TrimPrefix(msg, " ") // where there is no position, a blank is left of it
		if f, ok := nearest(l); ok && msg != "" {
			s.note(f, msg, variable{})
		}
		return badArgument(l, msg)
	}
	if msg == s.raised.msg { // it says all there is to say
		return msg
	}
	what := msg[len(at):]
	f, ok := nearest(l)
	if !ok {
		return at + wording(what)
	}
	found := blame{}
	switch {
	case what == "attempt to call a non-function object":
		found = f.badCall()
	case strings.HasPrefix(what, "attempt to index a non-table object("):
		found = f.badIndex(what)
	case strings.HasPrefix(what, "cannot perform ") && strings.Contains(what, " operation between "), what == "__unm undefined":
		found = f.badOperand()
	case what == "__len undefined":
		found = f.blameRegister("attempt to get length of", f.at(f.pc).b())
	case strings.HasPrefix(what, "bad argument #"):
		found.text = badArgument(l, what)
	default:
		found.text = wording(what)
	}
	s.note(f, at+found.text, found.name)
	return at + found.text
}

// noted returns the message of an error in a Lua function, with its position, and
// keeps where it was.
func (s *State) noted(f frame, b blame) string {
	msg := f.where() + b.text
	s.note(f, msg, b.name)
	return msg
}

// nearest returns the innermost call of a Lua function.
func nearest(l *lua.LState) (frame, bool) {
	if f, ok := frameAt(l, 0); ok {
		return f, true
	}
	return frameAt(l, 1)
}

// blame is an error in Lua's words, and the name in the source that it is about.
type blame struct {
	text string
	name variable
}

func (f frame) blameRegister(what string, reg int) blame {
	if reg&constantBit != 0 {
		v := f.proto.Constants[reg&^constantBit]
		return blame{what + " " + variable{}.describe(v), variable{}}
	}
	name := f.variable(reg)
	return blame{what + " " + name.describe(f.value(reg)), name}
}

func (f frame) badCall() blame {
	const what = "attempt to call"
	switch in := f.at(f.pc); in.op() {
	case lua.OP_CALL, lua.OP_TAILCALL:
		return f.blameRegister(what, in.a())
	case lua.OP_TFORLOOP:
		return blame{what + " a " + typeName(f.value(in.a())) + " value; for … in takes an iterator, such as pairs(t)", variable{}}
	}
	return blame{what + " a value that is no function", variable{}}
}

var indexed = regexp.MustCompile(`^attempt to index a non-table object\((\w+)\) with key '((?s).*)'$`)

func (f frame) badIndex(msg string) blame {
	const what = "attempt to index"
	m := indexed.FindStringSubmatch(msg)
	if m == nil {
		return blame{msg, variable{}}
	}
	reg := -1
	switch in := f.at(f.pc); in.op() {
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_SELF:
		reg = in.b()
	case lua.OP_SETTABLE, lua.OP_SETTABLEKS:
		reg = in.a()
	}
	if reg >= 0 && typeName(f.value(reg)) == m[1] {
		if b := f.blameRegister(what, reg); b.name.kind != "" {
			return b
		}
	}
	return blame{what + " a " + m[1] + " value (field '" + m[2] + "')", variable{"a field", m[2]}}
}

// badOperand blames the operand of arithmetic that is no number: the first, unless
// that is one.
func (f frame) badOperand() blame {
	const what = "attempt to perform arithmetic on"
	in := f.at(f.pc)
	if in.op() < lua.OP_ADD || in.op() > lua.OP_UNM {
		return blame{what + " a value that is no number", variable{}}
	}
	if role := f.loopBound(in); role != "" {
		return blame{"'for' " + role + " must be a number", variable{}}
	}
	wrong := in.b()
	if _, isNumber := number(f.operandValue(wrong)); isNumber && in.op() != lua.OP_UNM {
		wrong = in.c()
	}
	return f.blameRegister(what, wrong)
}

func (f frame) operandValue(operand int) lua.LValue {
	if operand&constantBit != 0 {
		return f.proto.Constants[operand&^constantBit]
	}
	return f.value(operand)
}

// loopBound says which bound of a numeric for loop an instruction computes that the
// mender put there, or "".
func (f frame) loopBound(in instruction) string {
	if in.op() != lua.OP_SUB || in.c()&constantBit == 0 || f.operandValue(in.c()) != lua.LNumber(0) {
		return ""
	}
	for pc := f.pc + 1; pc < len(f.proto.Code); pc++ {
		if next := f.at(pc); next.op() == lua.OP_FORPREP {
			if i := in.a() - next.a(); i >= 0 && i < len(loopBounds) {
				return loopBounds[i]
			}
			return ""
		}
	}
	return ""
}

var loopBounds = [...]string{"initial value", "limit", "step"}

var badArg = regexp.MustCompile(`^bad argument #(\d+) to (\S+|main chunk|corountine) \(((?s).*)\)$`)

// badArgument counts arguments as the source does, where a method's object is none,
// and quotes the function's name.
func badArgument(l *lua.LState, msg string) string {
	m := badArg.FindStringSubmatch(msg)
	if m == nil {
		return msg
	}
	n, _ := strconv.Atoi(m[1])
	name, why := m[2], m[3]
	if l.GetTop() <= n { // the message is on the stack, too
		why = strings.TrimSuffix(why, "got nil") + strings.Repeat("got no value", btoi(strings.HasSuffix(why, "got nil")))
	}
	if f, ok := frameAt(l, 1); ok && f.callsMethod() {
		n--
	}
	if strings.ContainsAny(name, "(<? ") || name == "corountine" {
		name = libraryName(l)
	}
	if n == 0 {
		return "calling '" + name + "' on bad self (" + why + ")"
	}
	return "bad argument #" + strconv.Itoa(n) + " to '" + name + "' (" + why + ")"
}

func (f frame) callsMethod() bool {
	in := f.at(f.pc)
	return (in.op() == lua.OP_CALL || in.op() == lua.OP_TAILCALL) && f.variable(in.a()).kind == "a method"
}

// libraryName returns the last part of the name of the library function that runs.
func libraryName(l *lua.LState) string {
	dbg, ok := l.GetStack(0)
	if !ok {
		return "?"
	}
	fn, err := l.GetInfo("f", dbg, lua.LNil)
	f, isFn := fn.(*lua.LFunction)
	if err != nil || !isFn {
		return "?"
	}
	name := stateOf(l).lib.names[f]
	if name == "" {
		return "?"
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

// wording brings the other messages of gopher-lua into Lua's words.
func wording(msg string) string {
	switch msg {
	case "for statement init must be a number":
		return "'for' initial value must be a number"
	case "for statement limit must be a number":
		return "'for' limit must be a number"
	case "for statement step must be a number":
		return "'for' step must be a number"
	case "too many recursions in gettable", "too many recursions in settable":
		return "tables are behind one another too often: a loop of __index or __newindex?"
	case "registry overflow":
		return "stack overflow (too many values at once)"
	case "stack overflow":
		return overflowText
	case "attempt to call a non-function object":
		return "attempt to call a value that is no function"
	}
	if rest, ok := strings.CutPrefix(msg, "attempt to compare "); ok {
		if a, b, _ := strings.Cut(rest, " with "); a == b {
			return "attempt to compare two " + a + " values"
		}
	}
	return msg
}
