package syntax

import "strconv"

// node is an argument that has been read.
type node struct {
	tag   string // as in the translated text: w q v l - -: b
	text  string // a parameter's name, a block's text
	chunk string // a block's source, for messages
	code  string // a value's Lua expression, a block's closure
	parts []part // a word's
	list  []node // a list's values; the one a parameter's colon attaches
	using []taken
	line  int // where it begins
}

// taken is a value that a block takes along.
type taken struct {
	name   string
	needed bool // by the block itself
}

// part is a piece of a word: text, or a Lua expression that gives text.
type part struct {
	text, code string
	line       int
}

func textNode(tag, text string, line int) node {
	return node{tag: tag, line: line, parts: []part{{text: text}}}
}

func (w *printer) node(n node) {
	w.goTo(n.line)
	w.add(`{"` + n.tag + `", `)
	switch n.tag {
	case "w", "q":
		w.word(n.parts)
	case "v":
		w.add(n.code)
	case "l":
		w.add("n=" + strconv.Itoa(len(n.list)) + ", ")
		w.nodes(n.list)
	case "-":
		w.add(quote(n.text))
	case "-:":
		w.add(quote(n.text) + ", ")
		w.nodes(n.list)
	case "b":
		w.block(n)
	}
	w.add("}")
}
