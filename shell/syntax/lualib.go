package syntax

import (
	"errors"
	"strings"

	"marsh/jobs"

	"github.com/yuin/gopher-lua/parse"
)

// Reads the translated text with Lua's own parser, so that what compiles is Lua
// whatever the reader overlooked.
func checkLua(lua string, src *source) error {
	_, err := parse.Parse(strings.NewReader(lua), src.name)
	if err == nil {
		return nil
	}
	var pe *parse.Error
	if !errors.As(err, &pe) || pe.Pos.Line == parse.EOF {
		return src.fault(jobs.KindSyntax, len(src.text), "not Lua: %s", firstLine(err.Error()))
	}
	row := min(max(pe.Pos.Line-1, 0), len(src.starts)-1)
	return src.fault(jobs.KindSyntax, src.starts[row]+column(lua, src, row, pe.Pos.Column),
		"not Lua: %s near %q", pe.Message, pe.Token)
}

// Returns the source's column for one of the translated text: the same where the line
// is the same up to there, else the line's first word.
func column(lua string, src *source, row, col int) int {
	line := src.rowText(row)
	lines := strings.SplitN(lua, "\n", row+2)
	if col = col - 1; row < len(lines) && col >= 0 && col <= len(line) && strings.HasPrefix(lines[row], line[:col]) {
		return col
	}
	return len(line) - len(strings.TrimLeft(line, " \t"))
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
