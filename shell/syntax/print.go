package syntax

import (
	"fmt"
	"strconv"
	"strings"
)

// printer writes a pipeline as a Lua table, in such a way that what was a line of the
// source is the same line of Lua.
type printer struct {
	strings.Builder
	line int // the line of the source that is being written
}

// Returns the Lua table of a pipeline that stands from and to these positions; of one in
// a block that is kept as text nothing is needed.
func (p *parser) print(pl pipeline, from, to int) string {
	if p.loose > 0 {
		return ""
	}
	w := &printer{line: p.src.line(from)}
	w.add("{line=" + strconv.Itoa(pl.line) + ", text=" + quote(pl.text))
	if pl.background {
		w.add(", bg=true")
	}
	for _, s := range pl.stages {
		w.add(", ")
		w.stage(s)
	}
	w.goTo(p.src.line(to))
	w.add("}")
	return w.String()
}

// Writes text, which may hold lines.
func (w *printer) add(text string) {
	w.line += strings.Count(text, "\n")
	w.WriteString(text)
}

// Writes line ends up to a line of the source.
func (w *printer) goTo(line int) {
	for w.line < line {
		w.add("\n")
	}
}

func (w *printer) stage(s stage) {
	kind := [...]string{commandStage: "c", programStage: "p", shellStage: "!"}[s.kind]
	w.goTo(s.name.line)
	w.add(`{kind="` + kind + `", name=`)
	w.word(s.name.parts)
	w.add(", n=" + strconv.Itoa(len(s.args)) + ", args={")
	w.nodes(s.args)
	w.add("}, redir={")
	for _, r := range s.redirs {
		w.redir(r)
	}
	w.add("}}")
}

func (w *printer) nodes(list []node) {
	for i, n := range list {
		if i > 0 {
			w.add(", ")
		}
		w.node(n)
	}
}

// Writes a word: a constant where nothing is expanded in it.
func (w *printer) word(parts []part) {
	if len(parts) == 1 && parts[0].code == "" {
		w.add(quote(parts[0].text))
		return
	}
	w.add("__m_str(")
	for i, p := range parts {
		if i > 0 {
			w.add(", ")
		}
		if p.code == "" {
			w.add(quote(p.text))
			continue
		}
		w.goTo(p.line)
		w.add(p.code)
	}
	w.add(")")
}

func (w *printer) block(n node) {
	w.add("text=" + quote(n.text) + ", line=" + strconv.Itoa(n.line) + ", chunk=" + quote(n.chunk) + ", using={")
	for i, t := range n.using {
		if i > 0 {
			w.add(", ")
		}
		w.add(t.name + `=__m_cap("` + t.name + `", ` + t.name)
		if !t.needed {
			w.add(", true")
		}
		w.add(")")
	}
	w.add("}")
	if n.code != "" {
		w.add(", fn=" + n.code)
	}
}

func (w *printer) redir(r redir) {
	w.add("{from=" + strconv.Itoa(r.from))
	if r.merge > 0 {
		w.add(", merge=" + strconv.Itoa(r.merge) + "}, ")
		return
	}
	w.add(", to=")
	w.node(r.file())
	if r.append {
		w.add(", append=true")
	}
	w.add("}, ")
}

// Returns s as a Lua string on one line.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, "\\%03d", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
