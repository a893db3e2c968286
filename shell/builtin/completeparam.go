package builtin

import (
	"cmp"
	"slices"
	"strings"

	"marsh/shell"
)

// The parameters that every command has come after its own.
const (
	rankOwn = iota
	rankAlias
	rankCommon
)

// ofCommand offers what a word of a command's line can be.
func (k *completer) ofCommand(cmd *shell.Command) {
	if k.w.Parameter {
		k.parameters(cmd)
		return
	}
	if k.w.After != "" {
		if p, err := cmd.Param(k.w.After); err == nil && (!p.Switch || k.attached()) {
			k.values(cmd, p)
			return
		}
	}
	before := len(k.found)
	if p := k.positional(cmd); p != nil {
		k.values(cmd, p)
	}
	if len(k.found) == before && k.w.Word == "" && k.w.Quote == 0 {
		k.parameters(cmd)
	}
}

// attached reports whether the word stands behind the colon of its parameter.
func (k *completer) attached() bool { return k.w.Start > 0 && k.line[k.w.Start-1] == ':' }

// parameters offers the parameters that are not given yet; an alias where no name
// begins so.
func (k *completer) parameters(cmd *shell.Command) {
	given, before := k.given(cmd), len(k.found)
	for i, p := range cmd.AllParams() {
		rank := rankOwn
		if i >= len(cmd.Params) {
			rank = rankCommon
		}
		if !slices.Contains(given, p.Name) {
			k.offer(candidate{text: "-" + p.Name, help: p.Help, rank: rank, exact: true})
		}
	}
	if len(k.found) > before {
		return
	}
	for _, p := range cmd.AllParams() {
		for _, alias := range p.Aliases {
			if !slices.Contains(given, p.Name) {
				k.offer(candidate{text: "-" + alias, help: "-" + p.Name + ": " + p.Help, rank: rankAlias, exact: true})
			}
		}
	}
}

// given returns the names of the parameters that stand before the word.
func (k *completer) given(cmd *shell.Command) (names []string) {
	for _, arg := range k.w.Args {
		if p := paramOf(cmd, arg); p != nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// paramOf returns the parameter that a word names, or nil.
func paramOf(cmd *shell.Command, word string) *shell.Param {
	name, ok := strings.CutPrefix(word, "-")
	name, _, _ = strings.Cut(name, ":")
	if !ok || name == "" || name[0] >= '0' && name[0] <= '9' {
		return nil
	}
	p, err := cmd.Param(name)
	if err != nil {
		return nil
	}
	return p
}

// positional returns the parameter that takes the word by its position, or nil.
func (k *completer) positional(cmd *shell.Command) *shell.Param {
	given, n := k.given(cmd), k.loose(cmd)
	var places []*shell.Param
	for _, p := range cmd.Params {
		if p.Pos >= 0 && !slices.Contains(given, p.Name) {
			places = append(places, p)
		}
	}
	slices.SortStableFunc(places, func(a, b *shell.Param) int { return cmp.Compare(a.Pos, b.Pos) })
	for i, p := range places {
		if i == n || p.Rest && i < n {
			return p
		}
	}
	return nil
}

// loose returns how many words before this one are values without a name.
func (k *completer) loose(cmd *shell.Command) (n int) {
	for i := 0; i < len(k.w.Args); i++ {
		p := paramOf(cmd, k.w.Args[i])
		switch {
		case p == nil:
			n++
		case !p.Switch && !strings.Contains(k.w.Args[i], ":"):
			i++
		}
	}
	return n
}
