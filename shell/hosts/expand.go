package hosts

import (
	"slices"
	"strings"

	"marsh/jobs"
)

// Bounds of one expansion.
const (
	// MaxHosts is how many names a pattern may stand for, also before others are
	// taken away.
	MaxHosts = 65536
	// maxGroupDepth is how many groups may be named within one another.
	maxGroupDepth = 16
	// maxPattern is the longest pattern, in bytes.
	maxPattern = 1 << 20
)

// Lookup returns the patterns that a group consists of. The error says what is wrong
// with the group's name, or with what it is looked up in.
type Lookup func(group string) ([]string, error)

// Expand returns the names that a pattern stands for, each once, in the order in which
// they are written. A pattern that stands for nothing, because all was taken away, is
// an error of kind KindNotFound; one that cannot be read of KindUsage, and one that
// stands for more than MaxHosts names of KindLimit.
func Expand(pattern string, groups Lookup) ([]string, error) {
	if len(pattern) > maxPattern {
		return nil, jobs.Errorf(jobs.KindLimit, "a host pattern is longer than %d bytes", maxPattern)
	}
	e := expander{groups: groups}
	names, err := e.pattern(pattern)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, jobs.Errorf(jobs.KindNotFound, "no machine is left in %s", pattern)
	}
	return names, nil
}

// IsPattern reports whether name is more than one machine's name.
func IsPattern(name string) bool {
	return strings.HasPrefix(name, "@") || strings.ContainsAny(name, ",!{") || strings.Contains(withoutAddresses(name), "[")
}

// Returns name without its bracketed IPv6 addresses.
func withoutAddresses(name string) string {
	for {
		open := strings.IndexByte(name, '[')
		if open < 0 {
			return name
		}
		end := strings.IndexByte(name[open:], ']')
		if end < 0 || !strings.Contains(name[open:open+end], ":") {
			return name
		}
		name = name[:open] + name[open+end+1:]
	}
}

// An expander expands one pattern, and the groups in it.
type expander struct {
	groups Lookup
	within []string // the groups being expanded, outermost first
}

func (e *expander) pattern(text string) ([]string, error) {
	parts, err := split(text, '!')
	if err != nil {
		return nil, err
	}
	names, err := e.set(parts[0])
	if err != nil {
		return nil, err
	}
	for _, part := range parts[1:] {
		others, err := e.set(part)
		if err != nil {
			return nil, err
		}
		names = without(names, others)
	}
	return names, nil
}

// Returns names without those that are among others.
func without(names, others []string) []string {
	drop := make(map[string]bool, len(others))
	for _, n := range others {
		drop[n] = true
	}
	return slices.DeleteFunc(names, func(n string) bool { return drop[n] })
}

func (e *expander) set(text string) ([]string, error) {
	items, err := split(text, ',')
	if err != nil {
		return nil, err
	}
	var all union
	for _, item := range items {
		names, err := e.item(strings.TrimSpace(item))
		if err != nil {
			return nil, err
		}
		if err := all.add(names); err != nil {
			return nil, err
		}
	}
	return all.names, nil
}

func (e *expander) item(text string) ([]string, error) {
	if text == "" {
		return nil, jobs.Errorf(jobs.KindUsage, "a machine's name is missing in the host pattern: nothing stands before or behind a , or !")
	}
	if group, ok := strings.CutPrefix(text, "@"); ok {
		return e.group(group)
	}
	return combine(text)
}

func (e *expander) group(name string) ([]string, error) {
	switch {
	case name == "" || e.groups == nil:
		return nil, jobs.Errorf(jobs.KindUsage, "@%s is no group: the name of one stands behind the @", name)
	case slices.Contains(e.within, name):
		return nil, jobs.Errorf(jobs.KindUsage, "the group @%s contains itself (@%s)", name, strings.Join(append(e.within, name), " has @"))
	case len(e.within) >= maxGroupDepth:
		return nil, jobs.Errorf(jobs.KindLimit, "the group @%s stands in more than %d groups within one another", name, maxGroupDepth)
	}
	patterns, err := e.groups(name)
	if err != nil {
		return nil, err
	}
	e.within = append(e.within, name)
	defer func() { e.within = e.within[:len(e.within)-1] }()
	var all union
	for _, p := range patterns {
		names, err := e.pattern(p)
		if err != nil {
			return nil, err
		}
		if err := all.add(names); err != nil {
			return nil, err
		}
	}
	return all.names, nil
}

// A union is names in order, each once.
type union struct {
	names []string
	seen  map[string]bool
}

func (u *union) add(names []string) error {
	if u.seen == nil {
		u.seen = make(map[string]bool, len(names))
	}
	for _, n := range names {
		if u.seen[n] {
			continue
		}
		if len(u.names) >= MaxHosts {
			return tooMany()
		}
		u.seen[n] = true
		u.names = append(u.names, n)
	}
	return nil
}

func tooMany() error {
	return jobs.Errorf(jobs.KindLimit, "the host pattern stands for more than %d machines", MaxHosts)
}

// Splits text at sep where that stands outside brackets.
func split(text string, sep byte) ([]string, error) {
	var parts []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '[', '{':
			end := closing(text, i)
			if end < 0 {
				return nil, jobs.Errorf(jobs.KindUsage, "the %c in the host pattern %s is not closed", c, text)
			}
			i = end
		case ']', '}':
			return nil, jobs.Errorf(jobs.KindUsage, "the %c in the host pattern %s closes nothing", c, text)
		case sep:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:]), nil
}

// Returns where the bracket at open is closed, or -1. They do not nest.
func closing(text string, open int) int {
	end := strings.IndexByte(text[open:], map[byte]byte{'[': ']', '{': '}'}[text[open]])
	if end < 0 {
		return -1
	}
	return open + end
}
