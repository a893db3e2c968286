package builtin

import (
	"regexp"
	"strings"
)

// luaKeywords are the words that Lua keeps for itself, with what they begin.
var luaKeywords = map[string]string{
	"and": "Lua", "break": "Lua", "do": "Lua", "else": "Lua", "elseif": "Lua", "end": "Lua", "false": "Lua", "for": "Lua",
	"function": "Lua", "if": "Lua", "in": "Lua", "local": "Lua", "nil": "Lua", "not": "Lua", "or": "Lua", "repeat": "Lua",
	"return": "Lua", "then": "Lua", "true": "Lua", "until": "Lua", "while": "Lua",
}

// luaPath is a name at the end of a line, or a value's field: x, x.y, x[1].y, x:y, $x.y.
var luaPath = regexp.MustCompile(`([A-Za-z_]\w*)((?:[.:]\w*|\[[^\[\]]*\])*)$`)

// lua offers what can stand in Lua code: names, keywords, fields. The names after the
// cursor's word are left to it.
func (k *completer) lua() {
	if k.w.Quote != 0 {
		k.luaString()
		return
	}
	m := luaPath.FindStringSubmatch(k.line)
	if m == nil {
		return
	}
	if m[2] != "" {
		k.fieldsOf(m[0])
		return
	}
	k.luaNames(m[1])
}

// luaNames offers variables, functions, libraries and keywords.
func (k *completer) luaNames(typed string) {
	names, err := k.c.Names(nil, maxLooked)
	if err != nil {
		return
	}
	for _, n := range names {
		k.tail(typed, candidate{text: n.Text, help: n.Kind, rank: 2})
	}
	for _, name := range assigned(k.line[:len(k.line)-len(typed)]) {
		k.tail(typed, candidate{text: name, help: "set in this line", rank: 2})
	}
	for word := range luaKeywords {
		k.tail(typed, candidate{text: word, help: "Lua", rank: 3})
	}
}

// luaString offers files in a string of Lua that looks like a path.
func (k *completer) luaString() {
	if !strings.Contains(k.w.Word, "/") || k.w.Start >= len(k.line) {
		return
	}
	before := len(k.found)
	k.files(anyFile)
	quote := k.line[k.w.Start : k.w.Start+1]
	kept := k.found[:before]
	for _, c := range k.found[before:] {
		if !strings.ContainsAny(c.text, `'"`) { // one that needs quotes has them, and other rules for what is in them
			c.text = quote + c.text
			kept = append(kept, c)
		}
	}
	k.found = kept
}

// pathStep is one step of a path: .name, :name or [index].
var pathStep = regexp.MustCompile(`[.:](\w*)|\[([^\[\]]*)\]`)

// fieldsOf offers the fields of the value that a path leads to, whose last step is half
// typed. What it and $_ are is told by the command before the pipe.
func (k *completer) fieldsOf(path string) {
	name := path[:strings.IndexAny(path, ".:[")]
	all := pathStep.FindAllStringSubmatch(path[len(name):], -1)
	last := all[len(all)-1]
	if last[0][0] == '[' {
		return
	}
	steps := []string{name}
	for _, s := range all[:len(all)-1] {
		steps = append(steps, strings.Trim(s[1]+s[2], `'"`))
	}
	if (name == "it" || name == "_") && len(steps) == 1 {
		for _, field := range k.piped() {
			k.field(last[1], field, "")
		}
		return
	}
	names, err := k.c.Names(steps, maxLooked)
	if err != nil {
		return
	}
	for _, n := range names {
		if last[0][0] != ':' || n.Kind == "function" {
			k.field(last[1], n.Text, n.Kind)
		}
	}
}

// field offers a field, in any letter case, as the language finds those of objects.
func (k *completer) field(typed, name, kind string) {
	if identifier.MatchString(name) && luaKeywords[name] == "" {
		k.tail(typed, candidate{text: name, help: kind})
	}
}
