package syntax

import "strings"

var powerShell = map[string]string{
	"eq": "==", "ne": "~=", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "and": "and", "or": "or",
	"like": "string.find", "match": "string.match", "notlike": "not string.find", "notmatch": "not string.match",
}

// Refuses an operator of PowerShell, such as -eq, which Lua would take for a
// subtraction.
func (p *parser) notPowerShell() {
	t := p.tok
	if !t.is("-") || p.prevEnd == t.start || p.loose > 0 {
		return
	}
	name := p.text[t.end:nameEnd(p.text, t.end)]
	if with, ok := powerShell[strings.ToLower(name)]; ok && isBlank(at(p.text, t.end+len(name))) && !p.isVariable(name) {
		p.fail(t.start, "-%s is no operator of Lua: use %s", name, with)
	}
}

// Refuses a command's name inside an expression, where Lua would subtract. The next
// token is a minus.
func (p *parser) notCommand() {
	t, start := p.tok, p.prevEnd
	if !t.is("-") || p.prevEnd != t.start || p.loose > 0 {
		return
	}
	for start > 0 && isNameByte(p.text[start-1]) && t.start-start < maxCommand {
		start--
	}
	word := wordIn(p.text[start:min(start+maxCommand, len(p.text))])
	word = strings.TrimRight(word, "]:+*/%^")
	info, ok := p.res.Command(word)
	field := start > 0 && strings.IndexByte(".:$", p.text[start-1]) >= 0
	if ok && !field && strings.Contains(word, "-") && !p.areVariables(word) {
		p.fail(start, "%s is a command: in an expression call %s(…)", word, strings.ReplaceAll(info.Name, "-", "_"))
	}
}
