package builtin

import (
	"slices"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/page"
)

// found is what was asked for: a page, or a list.
type found struct {
	page *page.Page
	list []helpEntry
}

func (f *found) text(columns int) string {
	if f.list != nil {
		return (&page.Page{Blocks: []page.Block{listed("Name", f.list)}}).Text(columns)
	}
	return f.page.Text(columns)
}

// helpEntry is a command or topic in a list.
type helpEntry struct{ name, category, synopsis string }

// find finds the page or pages that are asked for.
func (p *Help) find(set *shell.CommandSet) (*found, error) {
	switch {
	case p.Name == "" && p.Parameter != "":
		return nil, jobs.Errorf(jobs.KindUsage, "-Parameter belongs to a command: get-help NAME -parameter %s", p.Parameter)
	case p.Name == "":
		return &found{page: overview(set)}, nil
	case hasWildcard(p.Name):
		return p.like(set, p.Name)
	}
	if cmd := set.Lookup(p.Name); cmd != nil {
		pg, err := p.commandPage(set, cmd)
		return &found{page: pg}, err
	}
	if t := findTopic(p.Name); t != nil {
		pg, err := p.topicPage(set, t)
		return &found{page: pg}, err
	}
	if f, err := p.like(set, "*"+p.Name+"*"); err == nil && len(p.Name) >= minPart {
		return f, nil
	}
	return nil, noHelp(set, p.Name)
}

// minPart is how long a part of a name has to be to find names by it, in bytes.
const minPart = 3

// like lists what a pattern fits; where it fits one alone, that one's page.
func (p *Help) like(set *shell.CommandSet, pattern string) (*found, error) {
	list := slices.DeleteFunc(helpEntries(set), func(e helpEntry) bool { return !fitsEntry(set, pattern, e) })
	switch len(list) {
	case 0:
		return nil, jobs.Errorf(jobs.KindNotFound, "no command or topic is called like %s; get-help lists those there are", p.Name)
	case 1:
		q := *p
		q.Name = list[0].name
		return q.find(set)
	}
	return &found{list: list}, nil
}

func fitsEntry(set *shell.CommandSet, pattern string, e helpEntry) bool {
	if cmd := set.Lookup(e.name); cmd != nil {
		return anyName([]string{pattern}, cmd)
	}
	return like(pattern, e.name)
}

// helpEntries lists the topics and the commands.
func helpEntries(set *shell.CommandSet) []helpEntry {
	var out []helpEntry
	for _, t := range topics() {
		out = append(out, helpEntry{t.Name, "Topic", t.Synopsis})
	}
	for _, cmd := range set.All() {
		out = append(out, helpEntry{cmd.Name, "Command", cmd.Synopsis})
	}
	return out
}

// noHelp is the error for a name that is neither a command nor a topic.
func noHelp(set *shell.CommandSet, name string) error {
	near := set.Suggest(name)
	if near == "" {
		near = suggestTopic(name)
	}
	if near != "" {
		return jobs.Errorf(jobs.KindNotFound, "there is no help on %s; did you mean %s?", name, near)
	}
	return jobs.Errorf(jobs.KindNotFound, "there is no help on %s; get-help lists what there is", name)
}
