package syntax

import (
	"strconv"
	"strings"
)

// Reads a $ form: a variable, or one of the shell's own.
func (t *token) variable(text string) {
	t.dollar = true
	if at(text, t.start+1) == '?' {
		t.end = t.start + 2
		t.special("?")
		return
	}
	t.end = nameEnd(text, t.start+1)
	t.text = text[t.start+1 : t.end]
	if t.text == "" {
		t.end = t.start + 1
		t.bad("the name of a variable is missing after $")
		return
	}
	if at(text, t.end) != ':' || !t.scoped(text) {
		t.plain()
	}
}

// Reads $env:NAME and $using:name; reports whether it is one.
func (t *token) scoped(text string) bool {
	end := nameEnd(text, t.end+1)
	name := text[t.end+1 : end]
	scope := strings.ToLower(t.text)
	if name == "" {
		if scope == "env" || scope == "using" {
			t.bad("the name of a variable is missing after $" + t.text + ":")
			return true
		}
		return false
	}
	switch scope {
	case "env":
		t.kind, t.assignable = tokSpecial, true
		t.lua = "__m_env[" + strconv.Quote(name) + "]"
	case "using":
		t.kind, t.using = tokSpecial, name
		t.lua = "__m_using(" + strconv.Quote(name) + ")"
	default:
		return false
	}
	t.end = end
	t.text += ":" + name
	if t.using != "" && (isKeyword(name) || strings.HasPrefix(name, reserved)) {
		t.bad("no variable can have the name " + name)
	}
	return true
}

// Reads a $ form without a scope.
func (t *token) plain() {
	switch lower := strings.ToLower(t.text); lower {
	case "true", "false":
		t.kind, t.lua = tokSpecial, " "+lower
	case "null":
		t.kind, t.lua = tokSpecial, "  nil"
	case "error":
		t.special("error")
	case "lastexitcode":
		t.special("LASTEXITCODE")
	default:
		t.kind, t.lua = tokName, " "+t.text
		if isKeyword(t.text) || strings.HasPrefix(t.text, reserved) {
			t.bad("no variable can have the name " + t.text)
		}
	}
}

func (t *token) special(name string) {
	t.kind, t.text = tokSpecial, name
	t.lua = "__m_special(" + strconv.Quote(name) + ")"
}
