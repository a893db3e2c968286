package builtin

import (
	"regexp"
	"strings"
)

// dollar is a variable at the end of a line: $name, ${name, $env:NAME, $using:name, and
// fields behind it.
var dollar = regexp.MustCompile(`\$(\{)?(?:(env|using):)?([A-Za-z_]\w*)?((?:\.\w*|\[[^\[\]]*\])*)$`)

// variable offers variables and their fields where the word ends in one; reports whether
// it does.
func (k *completer) variable() bool {
	if k.w.Quote == '\'' {
		return false
	}
	m := dollar.FindStringSubmatch(k.line)
	if m == nil || !k.dollarCounts(len(k.line)-len(m[0])) {
		return false
	}
	brace, space, name, fields := m[1], m[2], m[3], m[4]
	switch {
	case fields != "":
		if k.w.Quote == 0 && brace == "" && space == "" && name != "" {
			k.fieldsOf(name + fields)
		}
		return true
	case space == "env":
		k.environment(name)
	case space == "using":
		k.userVariables(name)
	default:
		k.variables(brace != "", name)
	}
	return true
}

// dollarCounts reports whether the $ at that place of the line is no text: it is not
// escaped, and the word it is in is not one of a quoted kind that expands nothing.
func (k *completer) dollarCounts(at int) bool {
	return at == 0 || k.line[at-1] != '`' && k.line[at-1] != '\\'
}

// tail offers text for what is typed of a name at the end of the line.
func (k *completer) tail(typed string, c candidate) {
	c.start = len(k.line) - len(typed)
	k.put(c, c.text, typed)
}

// variables offers what can follow a $, or ${ where brace is set.
func (k *completer) variables(brace bool, typed string) {
	k.userVariables(typed)
	k.found = k.found[:len(k.found):len(k.found)]
	for name, help := range specialVariables {
		if !brace {
			k.tail(typed, candidate{text: name, help: help, rank: 1, exact: true})
		}
	}
	if brace {
		for i := range k.found {
			k.found[i].show, k.found[i].text = k.found[i].text, k.found[i].text+"}"
		}
	}
}

// specialVariables are the variables that nobody sets, and the spaces of others.
var specialVariables = map[string]string{
	"env:": "the environment", "using:": "a value from where a block was written", "error": "the latest errors",
	"LASTEXITCODE": "the last program's status", "true": "", "false": "", "null": "",
}

// userVariables offers the variables that the user has set, and those that the line
// sets before the cursor, of which typed is typed.
func (k *completer) userVariables(typed string) {
	names, err := k.c.Names(nil, maxLooked)
	if err != nil {
		return
	}
	if typed == "" && k.w.Word != "" && !strings.Contains(k.w.Word, "$") {
		typed = k.w.Word // a parameter that takes the name of a variable
	}
	for _, n := range names {
		if n.User {
			k.tail(typed, candidate{text: n.Text, help: n.Kind})
		}
	}
	for _, name := range assigned(k.line[:len(k.line)-len(typed)]) {
		k.tail(typed, candidate{text: name, help: "set in this line"})
	}
}

// environment offers the names of the environment.
func (k *completer) environment(typed string) {
	for _, kv := range k.c.Engine.Environ() {
		name, value, _ := strings.Cut(kv, "=")
		if identifier.MatchString(name) {
			k.tail(typed, candidate{text: name, help: firstRow(value)})
		}
	}
}

var identifier = regexp.MustCompile(`^[A-Za-z_]\w*$`)

// The forms in which a line gives names to values: local a, b = …; for k, v in …;
// function f(a, b); $a = …; a, b = ….
var (
	localNames    = regexp.MustCompile(`\b(?:local|for)\s+([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)`)
	functionNames = regexp.MustCompile(`\bfunction\b\s*([A-Za-z_]\w*)?[\w.:]*\s*\(([^()]*)\)?`)
	assignedNames = regexp.MustCompile(`(?m)(?:^|[;{]|\bthen\b|\bdo\b|\belse\b)\s*((?:\$?[A-Za-z_]\w*\s*,\s*)*\$?[A-Za-z_]\w*)\s*=(?:[^=]|$)`)
)

// assigned returns the names that a text gives to values.
func assigned(text string) (names []string) {
	var lists []string
	for _, m := range localNames.FindAllStringSubmatch(text, maxLooked) {
		lists = append(lists, m[1])
	}
	for _, m := range functionNames.FindAllStringSubmatch(text, maxLooked) {
		lists = append(lists, m[1], m[2])
	}
	for _, m := range assignedNames.FindAllStringSubmatch(text, maxLooked) {
		lists = append(lists, m[1])
	}
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimPrefix(strings.TrimSpace(name), "$")
			if identifier.MatchString(name) && luaKeywords[name] == "" {
				names = append(names, name)
			}
		}
	}
	return names
}
