package format

import (
	"strings"

	"marsh/jobs"
)

const (
	columnGap = 2 // spaces between columns
	narrowest = 4 // to which a column may be narrowed, in terminal columns

	// lookAhead is how many rows at most a table's column widths are taken from.
	lookAhead = 100
)

// table is a table that is being shown. It is not safe for concurrent use.
type table struct {
	typ     string
	columns []column
	host    bool // has the column of the machine's name
	limit   int  // terminal columns; 0 is unlimited

	waiting []row // come, not shown; nil once widths is set
	widths  []int // of the columns; nil until the header is shown
	right   []bool
}

// row is one map of a table, or what is needed of it.
type row struct {
	m    *jobs.Map
	host string
}

func newTable(m *jobs.Map, host string, o Options) *table {
	t := &table{typ: m.Type, columns: columnsOf(m, o.Columns), host: host != "", limit: o.Width}
	if t.host {
		t.columns = append([]column{{name: hostColumn, min: 8}}, t.columns...)
	}
	return t
}

// Reports whether m can be a row of t: whether it has the same columns.
func (t *table) takes(m *jobs.Map, host string, o Options) bool {
	if len(o.Columns) > 0 {
		return t.host == (host != "")
	}
	if t.typ != m.Type || t.host != (host != "") {
		return false
	}
	if viewOf(m) != nil {
		return true
	}
	return t.sameKeys(m.Keys())
}

func (t *table) sameKeys(keys []string) bool {
	own := t.columns
	if t.host {
		own = own[1:]
	}
	if len(own) != len(keys) {
		return false
	}
	for i, k := range keys {
		if own[i].name != k {
			return false
		}
	}
	return true
}

// Fixes the widths by the rows that have come. It reports false when there are
// more columns than the terminal has room for.
func (t *table) layOut() bool {
	widths, right := make([]int, len(t.columns)), make([]bool, len(t.columns))
	for i, c := range t.columns {
		widths[i], right[i] = t.natural(i, c)
	}
	if t.limit > 0 && !narrow(widths, t.limit) {
		return false
	}
	t.widths, t.right = widths, right
	return true
}

// Returns the width that the column would like to have, and whether it holds
// numbers alone, which are aligned at their ends.
func (t *table) natural(i int, c column) (width int, right bool) {
	width = max(Width(oneLine(c.name)), c.min)
	numbers := 0
	for _, r := range t.waiting {
		v := property(r.m, c.name, r.host)
		width = max(width, Width(oneLine(v)))
		if numeric(v) {
			numbers++
		}
	}
	return width, numbers > 0 && numbers == len(t.waiting) && (viewOf(t.waiting[0].m) == nil || c.name == "Length")
}

// Narrows the widest columns until all of them fit into limit.
func narrow(widths []int, limit int) bool {
	room := limit - columnGap*(len(widths)-1)
	total, least := 0, 0
	for i := range widths {
		widths[i] = min(widths[i], limit)
		total += widths[i]
		least += min(widths[i], narrowest)
	}
	if least > room {
		return false
	}
	for ; total > room; total-- {
		widths[widest(widths)]--
	}
	return true
}

// Returns the index of the widest column, the last one of several.
func widest(widths []int) int {
	at := 0
	for i, w := range widths {
		if w >= widths[at] {
			at = i
		}
	}
	return at
}

func (t *table) header() string {
	names, dashes := make([]string, len(t.columns)), make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = oneLine(c.name)
		dashes[i] = strings.Repeat("-", Width(t.fit(i, names[i])))
	}
	return t.line(names) + t.line(dashes)
}

func (t *table) row(r row) string {
	cells := make([]string, len(t.columns))
	for i, c := range t.columns {
		cells[i] = oneLine(property(r.m, c.name, r.host))
	}
	return t.line(cells)
}

func (t *table) line(cells []string) string {
	var b strings.Builder
	for i, c := range cells {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", columnGap))
		}
		b.WriteString(pad(t.fit(i, c), t.widths[i], t.right[i]))
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// Cuts a cell to its column. Where there is no terminal nothing is cut, and the
// last column has all the room there is.
func (t *table) fit(i int, cell string) string {
	if t.limit == 0 {
		return cell
	}
	room := t.widths[i]
	if i == len(t.widths)-1 {
		room = t.limit - columnGap*i
		for _, w := range t.widths[:i] {
			room -= w
		}
	}
	if short := t.columns[i].short; short != nil && Width(cell) > room {
		cell = short(cell)
	}
	return Cut(cell, room)
}
