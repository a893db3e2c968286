package line

import (
	"maps"

	"marsh/shell/syntax"
)

// A Theme says how the parts of what is shown look: each with the parameters of an
// SGR sequence (ECMA-48 8.3.117), such as "1;31"; "" changes nothing.
type Theme struct {
	Classes map[syntax.Class]string // the parts of the line
	Hint    string                  // what is suggested behind the cursor
	Match   string                  // the bracket that belongs to the one at the cursor
	Found   string                  // what was searched for, in the line
	Chosen  string                  // the chosen candidate of a menu
	Help    string                  // what is said beside candidates, and about a search
}

// DefaultTheme returns a theme of the sixteen colours that every terminal has, chosen
// to be read on dark and on light.
func DefaultTheme() Theme {
	t := Colourless()
	t.Hint, t.Help = "90", "90"
	t.Classes = map[syntax.Class]string{
		syntax.ClassCommand:   "32",
		syntax.ClassProgram:   "1",
		syntax.ClassUnknown:   "31",
		syntax.ClassParameter: "36",
		syntax.ClassString:    "33",
		syntax.ClassVariable:  "35",
		syntax.ClassKeyword:   "1;34",
		syntax.ClassComment:   "90",
		syntax.ClassOperator:  "1",
		syntax.ClassOpen:      "1;31",
	}
	return t
}

// Colourless returns a theme without colours: what has to be told from the line is
// faint, underlined or inverted.
func Colourless() Theme {
	return Theme{Hint: "2", Match: "1;4", Found: "4", Chosen: "7", Help: "2"}
}

// Returns the theme with other colours for some classes; one without colours stays so.
func (t Theme) with(colors map[syntax.Class]string) Theme {
	if len(t.Classes) > 0 && len(colors) > 0 {
		t.Classes = maps.Clone(t.Classes)
		maps.Copy(t.Classes, colors)
	}
	return t
}

// A style is how a part of the screen looks: that of a class of the line, or one of
// those behind them.
type style uint8

// The styles besides those of the classes, which have the classes' numbers.
const (
	stylePlain = style(syntax.ClassText)
	styleHint  = style(iota + syntax.ClassOpen)
	styleMatch
	styleFound
	styleChosen
	styleHelp
	styles // how many there are
)

// A palette has the SGR sequence of each style.
type palette [styles]string

const plainSGR = "\x1b[m"

// Returns the theme's palette.
func (t Theme) palette() palette {
	var p palette
	set := func(s style, params string) {
		if params != "" && s < styles && s != stylePlain {
			p[s] = "\x1b[0;" + params + "m"
		}
	}
	for class, params := range t.Classes {
		if class <= syntax.ClassOpen {
			set(style(class), params)
		}
	}
	set(styleHint, t.Hint)
	set(styleMatch, t.Match)
	set(styleFound, t.Found)
	set(styleChosen, t.Chosen)
	set(styleHelp, t.Help)
	return p
}
