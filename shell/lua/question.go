package lua

import "marsh/shell/syntax"

// question is something that was asked of a resolver, and the answer.
type question struct {
	kind   questionKind
	word   string
	yes    bool
	answer syntax.CommandInfo // of a question for a command
	text   string             // of a question for a suggestion
}

type questionKind uint8

const (
	isCommand questionKind = iota
	isProgram
	isVariable
	isLibrary
	suggestion
)

// ask asks it of r, and returns it with the answer.
func (q question) ask(r syntax.Resolver) question {
	switch q.kind {
	case isCommand:
		q.answer, q.yes = r.Command(q.word)
	case isProgram:
		q.yes = r.Program(q.word)
	case isVariable:
		q.yes = r.Variable(q.word)
	case isLibrary:
		l, ok := r.(interface{ Library(name string) bool })
		q.yes = ok && l.Library(q.word)
	case suggestion:
		if s, ok := r.(interface{ Suggest(name string) string }); ok {
			q.text = s.Suggest(q.word)
		}
	}
	return q
}

// still reports whether r gives the same answer.
func (q question) still(r syntax.Resolver) bool { return q.ask(r) == q }

// asking is a resolver that notes what it was asked.
type asking struct {
	r     syntax.Resolver
	asked map[question]bool // with their answers
}

func (a *asking) note(q question) question {
	q = q.ask(a.r)
	a.asked[q] = true
	return q
}

// Command finds a command.
func (a *asking) Command(name string) (syntax.CommandInfo, bool) {
	q := a.note(question{kind: isCommand, word: name})
	return q.answer, q.yes
}

// Program reports whether word is a program.
func (a *asking) Program(word string) bool { return a.note(question{kind: isProgram, word: word}).yes }

// Variable reports whether a variable of that name is set.
func (a *asking) Variable(name string) bool {
	return a.note(question{kind: isVariable, word: name}).yes
}

// Library reports whether Lua's library has that name.
func (a *asking) Library(name string) bool { return a.note(question{kind: isLibrary, word: name}).yes }

// Suggest returns the command that was likely meant.
func (a *asking) Suggest(name string) string {
	return a.note(question{kind: suggestion, word: name}).text
}
