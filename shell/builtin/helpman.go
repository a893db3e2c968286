package builtin

import (
	"fmt"
	"strings"

	"marsh/shell"
	"marsh/shell/page"
)

// Manual returns the manual page marsh(1): how it is called, the topics, and each
// command in short.
func Manual(set *shell.CommandSet, version, usage string) string {
	m := &page.Manual{Title: "marsh", Section: "1", Source: "marsh " + version}
	main := *findTopic("marsh")
	main.Blocks = append([]page.Block{
		{Kind: page.Heading, Text: "Synopsis"}, {Kind: page.Code, Text: synopsis(usage)}, {Kind: page.Heading, Text: "Description"},
	}, main.Blocks...)
	m.Main(&main)
	for _, t := range topics() {
		if t.Name == main.Name {
			continue
		}
		p, err := new(Help).topicPage(set, t)
		if err != nil {
			panic(err) // nothing is asked for that a topic has not
		}
		m.Chapter(strings.ReplaceAll(strings.TrimPrefix(t.Name, aboutPrefix), "_", " "), p)
	}
	m.Chapter("Commands", commandsInShort(set))
	return m.String()
}

// synopsis is the usage without its first word.
func synopsis(usage string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.Replace(usage, "usage: ", "       ", 1)) {
		b.WriteString(strings.TrimPrefix(line, "       "))
	}
	return b.String()
}

// commandsInShort is a page of all commands: how each is used, what it does.
func commandsInShort(set *shell.CommandSet) *page.Page {
	p := &page.Page{}
	p.Add(text("`get-help NAME -full` shows all of a command."))
	for _, cmd := range set.All() {
		says := upperFirst(cmd.Synopsis) + "."
		if names := cmd.Names()[1:]; len(names) > 0 {
			says += fmt.Sprintf(" Also %s.", strings.Join(names, ", "))
		}
		p.Add(page.Block{Kind: page.Term, Text: syntaxLine(cmd), Body: says})
	}
	return p
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
