package builtin

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/syntax"
)

// maxCandidates bounds what one completion returns.
const maxCandidates = 500

type completeLine struct {
	Line   string `param:"pos=0" help:"what is typed"`
	Cursor int    `param:"pos=1" help:"where in it, in bytes"`
}

// Run writes the candidates for the word at the cursor: maps of Text, which
// replaces the line from byte Start to the cursor, and Help.
func (p *completeLine) Run(c *shell.Call) error {
	w := syntax.Words(p.Line, p.Cursor)
	if w.Comment {
		return nil
	}
	k := &completer{c: c, w: w}
	k.complete()
	slices.SortStableFunc(k.found, func(a, b *jobs.Map) int { return strings.Compare(a.String("Text"), b.String("Text")) })
	if len(k.found) > maxCandidates {
		k.found = k.found[:maxCandidates]
	}
	for _, m := range k.found {
		if err := c.Out(m); err != nil {
			return err
		}
	}
	return nil
}

// completer collects candidates.
type completer struct {
	c     *shell.Call
	w     syntax.Cursor
	found []*jobs.Map
}

// add offers text where it goes on from what is typed.
func (k *completer) add(text, help string) {
	if len(text) < len(k.w.Word) || !strings.EqualFold(text[:len(k.w.Word)], k.w.Word) {
		return
	}
	k.found = append(k.found, jobs.NewMap("", "Text", text, "Start", int64(k.w.Start), "Help", help))
}

func (k *completer) complete() {
	cmd := k.c.Engine.Shell.Commands.Lookup(k.w.Command)
	switch {
	case k.w.First:
		k.commands()
		if strings.Contains(k.w.Word, "/") {
			k.files()
		}
	case k.w.Parameter && cmd != nil:
		for _, p := range cmd.AllParams() {
			k.add("-"+p.Name, p.Help)
		}
	case cmd != nil && k.w.After != "":
		if p, err := cmd.Param(k.w.After); err == nil && !p.Switch {
			k.values(p)
			return
		}
		k.positional(cmd)
	case cmd != nil:
		k.positional(cmd)
	default:
		k.files()
	}
}

// commands offers the names of commands; aliases only when one is typed whole.
func (k *completer) commands() {
	for _, cmd := range k.c.Engine.Shell.Commands.All() {
		for _, n := range cmd.Names() {
			if n == cmd.Name || strings.Contains(n, "-pssession") && strings.Contains(strings.ToLower(k.w.Word), "-ps") {
				k.add(n, cmd.Synopsis)
			}
		}
	}
}

// positional offers values for the command's first parameter by position.
func (k *completer) positional(cmd *shell.Command) {
	for _, p := range cmd.Params {
		if p.Pos == 0 {
			k.values(p)
		}
	}
}

// values offers values of a parameter.
func (k *completer) values(p *shell.Param) {
	for _, v := range p.Values {
		k.add(v, "")
	}
	sh := k.c.Engine.Shell
	switch p.Kind {
	case "job":
		for _, j := range sh.Jobs.All() {
			k.add(j.Name, j.State().String())
		}
	case "session":
		for _, h := range sh.Sessions.All() {
			k.add(h.Label, h.Session.Name())
		}
	case "command":
		k.commands()
	case "file":
		k.files()
	}
}

// files offers the names of files; directories end in a slash.
func (k *completer) files() {
	dir, prefix := filepath.Split(k.w.Word)
	entries, err := os.ReadDir(k.c.Path(dir))
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(prefix, ".") {
			continue
		}
		name := dir + e.Name()
		if e.IsDir() {
			name += "/"
		}
		k.add(quoteWord(name), "")
	}
}

// quoteWord returns a name as it is typed: in quotes where it holds characters that
// mean something.
func quoteWord(name string) string {
	if !strings.ContainsAny(name, " \t'\"$`;|&<>(){}*?[],#") {
		return name
	}
	if !strings.Contains(name, "'") {
		return "'" + name + "'"
	}
	return `"` + strings.NewReplacer(`"`, "`\"", "$", "`$", "`", "``").Replace(name) + `"`
}
