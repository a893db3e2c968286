package builtin

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/page"
)

// pageFiles are the topics, one a file.
//
//go:embed pages/*.md
var pageFiles embed.FS

// topics returns the topics in the order of their names.
var topics = sync.OnceValue(func() []*page.Page {
	entries, err := pageFiles.ReadDir("pages")
	if err != nil {
		panic(err) // the files are part of the program
	}
	var out []*page.Page
	for _, e := range entries {
		text, err := pageFiles.ReadFile("pages/" + e.Name())
		if err != nil {
			panic(err)
		}
		p, err := page.Parse(string(text))
		if err != nil {
			panic(fmt.Sprintf("pages/%s: %v", e.Name(), err))
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *page.Page) int { return strings.Compare(a.Name, b.Name) })
	return out
})

// TopicNames returns the names of the topics, in their order.
func TopicNames() []string {
	var out []string
	for _, t := range topics() {
		out = append(out, t.Name)
	}
	return out
}

// findTopic finds a topic by its name, in any letter case, with or without about_.
func findTopic(name string) *page.Page {
	for _, t := range topics() {
		if t.Name == topicName(name) {
			return t
		}
	}
	return nil
}

// topicName returns the name that is meant: "remote jobs" is about_remote_jobs.
func topicName(name string) string {
	name = strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(name))
	if !strings.HasPrefix(name, aboutPrefix) {
		name = aboutPrefix + name
	}
	return name
}

const aboutPrefix = "about_"

// suggestTopic returns the topic that was probably meant, or "".
func suggestTopic(name string) string {
	var names []string
	for _, n := range TopicNames() {
		names = append(names, strings.TrimPrefix(n, aboutPrefix))
	}
	near := shell.Nearest(strings.TrimPrefix(topicName(name), aboutPrefix), names)
	if near == "" {
		return ""
	}
	return aboutPrefix + near
}

// topicPage returns a topic, with what is generated in it.
func (p *Help) topicPage(set *shell.CommandSet, t *page.Page) (*page.Page, error) {
	if p.Parameter != "" {
		return nil, jobs.Errorf(jobs.KindUsage, "%s is a topic, which has no parameters", t.Name)
	}
	out := *t
	out.Blocks = slices.Clone(t.Blocks)
	if p.Examples {
		out.Blocks = slices.DeleteFunc(out.Blocks, func(b page.Block) bool { return b.Kind != page.Code && b.Kind != page.Heading })
	}
	switch t.Name { // what is declared is not written a second time
	case "about_lua":
		out.Blocks = append(out.Blocks, luaCommands(set)...)
	case "about_prompt":
		out.Blocks = append(out.Blocks, options()...)
	}
	return &out, nil
}

// options is the end of about_prompt: the options of the shell.
func options() []page.Block {
	var out []page.Block
	for _, s := range shell.AllSettings() {
		head := fmt.Sprintf("%s <%s>", s.Name, s.Type())
		if v := jobs.Text(s.Default); s.Type() != "table" {
			head += " (" + v + " if not set)"
		}
		out = append(out, page.Block{Kind: page.Term, Text: page.Keep(head), Body: s.Help})
	}
	return out
}
