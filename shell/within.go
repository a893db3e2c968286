package shell

import (
	"regexp"
	"strings"

	"marsh/shell/syntax"
)

// declares finds where a text declares a command, so that the lines behind it can use
// the command although nothing of the text has run yet.
var declares = regexp.MustCompile(`(?i)\bdefine-command\s+(?:-name[ \t:]+)?["']?([a-z][a-z0-9_-]*)|\bdefine_command\s*\(?\s*\{[^{}]*?\bname\s*=\s*["']([a-z][a-z0-9_-]*)["']`)

// withinText is the resolver of a text that declares commands.
type withinText struct {
	resolver
	declared map[string]bool // in lower case
}

// Within returns the resolver of a text: it knows the commands that the text declares.
func (r resolver) Within(text string) syntax.Resolver {
	if !strings.Contains(strings.ToLower(text), "define") {
		return r
	}
	found := declares.FindAllStringSubmatch(text, maxUserCommands)
	if found == nil {
		return r
	}
	w := withinText{r, make(map[string]bool)}
	for _, m := range found {
		w.declared[strings.ToLower(m[1]+m[2])] = true
	}
	return w
}

// Command finds a command, also one that the text declares.
func (w withinText) Command(name string) (syntax.CommandInfo, bool) {
	if info, ok := w.resolver.Command(name); ok {
		return info, true
	}
	name = strings.ToLower(name)
	return syntax.CommandInfo{Name: name, Inline: true}, w.declared[name]
}
