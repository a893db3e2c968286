package lua

import (
	"strings"

	"github.com/yuin/gopher-lua/parse"

	"marsh/jobs"
)

// The bounds of a source before it is parsed: the parser needs about a kilobyte for each
// operator and bracket that waits for its right side.
const (
	maxText  = 16 << 20 // bytes
	maxChain = 5000     // operators of one expression
)

// checkText refuses a source that the parser would need too much memory for.
func checkText(src, name string) error {
	if len(src) > maxText {
		return jobs.Errorf(jobs.KindLimit, "%s: the text is longer than %d MiB", name, maxText>>20)
	}
	if len(src) <= maxChain {
		return nil
	}
	c := chains{name: name, counts: []int{0}}
	sc := parse.NewScanner(strings.NewReader(src), "")
	for {
		tok, err := sc.Scan(&parse.Lexer{})
		if err != nil || tok.Type < 0 {
			return nil // the parser says what is wrong
		}
		if err := c.token(tok.Type, tok.Pos.Line); err != nil {
			return err
		}
	}
}

// chains counts the operators of the expressions of a source.
type chains struct {
	name   string
	counts []int // of the expression in each bracket and block that is open
}

func (c *chains) token(tok, line int) error {
	top := len(c.counts) - 1
	switch tok {
	case '(', '{', '[', parse.TFunction, parse.TIf, parse.TDo, parse.TRepeat:
		if c.counts = append(c.counts, 0); top > maxSyntaxLevels {
			return c.errorf(line, "the source is nested more than %d levels deep", maxSyntaxLevels)
		}
	case ')', '}', ']', parse.TEnd, parse.TUntil:
		c.counts = c.counts[:max(top, 1)]
	case '=', ',', ';', parse.TThen, parse.TElse, parse.TElseIf, parse.TIn, parse.TLocal, parse.TReturn, parse.TWhile, parse.TFor:
		c.counts[top] = 0
	case '+', '-', '*', '/', '%', '^', '#', parse.T2Comma, parse.TNot, parse.TAnd, parse.TOr:
		if c.counts[top]++; c.counts[top] > maxChain {
			return c.errorf(line, "more than %d operators in one expression", maxChain)
		}
	}
	return nil
}

func (c *chains) errorf(line int, format string, bound int) error {
	e := jobs.Errorf(jobs.KindSyntax, "%s:%d: "+format, c.name, line, bound)
	e.Line = line
	return e
}
