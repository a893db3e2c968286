package hosts

import (
	"bufio"
	"io"
	"os"
	"slices"
	"strings"

	"marsh/jobs"
)

// maxGroupFile is how much of a groups file is read, in bytes.
const maxGroupFile = 4 << 20

// Groups are named sets of machines, as a file has them: a line for each,
//
//	web: web[01-20] web25,web26
//	all: @web db[1-3]!db2     # a group may name others
//
// with blanks between patterns, and comments from a # to the line's end. A name that
// stands on several lines is all of them.
type Groups map[string][]string

// LoadGroups reads a groups file. One that is not there has no groups.
func LoadGroups(path string) (Groups, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) || path == "" {
		return Groups{}, nil
	}
	if err != nil {
		return nil, jobs.Errorf(jobs.KindIO, "the groups of machines cannot be read: %w", err)
	}
	defer f.Close()
	return ReadGroups(f, path)
}

// ReadGroups reads groups from r, which messages call name.
func ReadGroups(r io.Reader, name string) (Groups, error) {
	groups := Groups{}
	limited := &io.LimitedReader{R: r, N: maxGroupFile + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(nil, maxGroupFile)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if strings.TrimSpace(text) == "" {
			continue
		}
		group, patterns, ok := strings.Cut(text, ":")
		group = strings.TrimSpace(group)
		if !ok || !isGroupName(group) {
			return nil, jobs.Errorf(jobs.KindUsage, "%s:%d: a group is written NAME: PATTERN PATTERN…", name, n)
		}
		groups[group] = append(groups[group], strings.Fields(patterns)...)
	}
	if err := lines.Err(); err != nil || limited.N == 0 {
		return nil, jobs.Errorf(jobs.KindLimit, "%s: a groups file may have %d bytes, and can have no more", name, maxGroupFile)
	}
	return groups, nil
}

// Reports whether a group can have that name: letters, digits and - _ . only.
func isGroupName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return false
		}
		return true
	})
}

// Lookup returns the patterns of a group; an error of kind KindNotFound names those
// there are.
func (g Groups) Lookup(name string) ([]string, error) {
	if patterns, ok := g[name]; ok {
		return patterns, nil
	}
	names := g.Names()
	if len(names) == 0 {
		return nil, jobs.Errorf(jobs.KindNotFound, "there is no group @%s: none are written down in the groups file", name)
	}
	const shown = 10
	more := ""
	if len(names) > shown {
		names, more = names[:shown], "…"
	}
	return nil, jobs.Errorf(jobs.KindNotFound, "there is no group @%s; there are @%s%s", name, strings.Join(names, ", @"), more)
}

// Names returns the names of the groups, sorted.
func (g Groups) Names() []string {
	var names []string
	for name := range g {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
