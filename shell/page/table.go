package page

import (
	"slices"
	"strings"

	"marsh/shell/format"
)

// minLast is the least that the last column of a table needs beside the others, in
// columns of the terminal; with less it goes to lines of its own.
const minLast = 24

// table writes a table: its last column is wrapped, the others are as wide as what is in
// them.
func (l *layout) table(rows [][]string) {
	shown := make([][]string, len(rows))
	for i, row := range rows {
		shown[i] = make([]string, len(row))
		for j, cell := range row {
			shown[i][j] = plain(cell)
		}
	}
	widths, sum := widths(shown), 0
	for _, w := range widths {
		sum += w + 2
	}
	room := l.width - l.tab - sum
	last := len(widths)
	shown = slices.Insert(shown, 1, rule(shown, min(room, minLast)))
	for _, row := range shown {
		if room < minLast {
			l.stacked(row)
			continue
		}
		head := ""
		for i, w := range widths {
			head += row[i] + strings.Repeat(" ", w+2-format.Width(row[i]))
		}
		l.hanging(head, sum, wrap(row[last], room, room))
	}
}

// widths returns how wide the columns but the last one are.
func widths(rows [][]string) []int {
	out := make([]int, len(rows[0])-1)
	for _, row := range rows {
		for i := range out {
			out[i] = max(out[i], format.Width(row[i]))
		}
	}
	return out
}

// rule returns the row of dashes under the header.
func rule(rows [][]string, limit int) []string {
	out := make([]string, len(rows[0]))
	for i, cell := range rows[0] {
		n := format.Width(cell)
		if limit < minLast {
			n = 0 // a header that is not above its columns needs no line
		}
		out[i] = strings.Repeat("-", n)
	}
	return out
}

// hanging writes a row: what stands before the last cell, and that cell's lines.
func (l *layout) hanging(head string, indent int, cell []string) {
	if len(cell) == 0 {
		l.line(1, strings.TrimRight(head, " "))
	}
	for i, line := range cell {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		l.line(1, head+line)
	}
}

// stacked writes a row over several lines, the last cell under the others.
func (l *layout) stacked(row []string) {
	last := len(row) - 1
	l.lines(1, 1, strings.Join(row[:last], "  "))
	l.lines(2, 2, row[last])
}
