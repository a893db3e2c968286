package line

import "fmt"

// gap is the number of columns between two candidates.
const gap = 2

// minHelp is how many columns the help beside a candidate needs to be worth it.
const minHelp = 12

// A grid is how a menu stands below the line: candidates in columns, downwards
// first, a page of them at a time.
type grid struct {
	count   int // of candidates
	columns int
	rows    int  // of all pages
	page    int  // the rows that are seen at a time
	beside  bool // the help stands beside each candidate
	status  bool // a row below says more
	cell    int  // the columns of a candidate, without the gap
}

// Returns how the menu stands in so many columns and rows.
func (m *menu) grid(width, height int) grid {
	g := grid{count: len(m.list), cell: min(m.widest, width), page: height}
	if m.helped && len(m.list) <= height && width-m.widest-gap >= minHelp {
		g.columns, g.rows, g.beside = 1, len(m.list), true
		return g
	}
	g.columns = max(1, (width+gap)/(g.cell+gap))
	g.rows = (g.count + g.columns - 1) / g.columns
	g.columns = (g.count + g.rows - 1) / max(g.rows, 1)
	if height > 1 && (m.helped || g.rows > height) {
		g.page, g.status = height-1, true
	}
	return g
}

// Returns the candidate that a key goes to from chosen.
func (g grid) move(chosen int, key rune) int {
	page := max(g.page, 1)
	x, y := chosen/g.rows, chosen%g.rows
	switch {
	case key == keyTab || key == keyDown:
		return (chosen + 1) % g.count
	case key == keyBackTab || key == keyUp:
		return (chosen + g.count - 1) % g.count
	case key == keyPageDown:
		y = min(y+page, g.rows-1)
	case key == keyPageUp:
		y = max(y-page, 0)
	case key == keyRight && x == g.columns-1 || key == keyRight && (x+1)*g.rows+y >= g.count:
		x, y = 0, (y+1)%g.rows
	case key == keyRight:
		x++
	case x > 0: // keyLeft
		x--
	default:
		y = (y + g.rows - 1) % g.rows
		x = (g.count - 1 - y) / g.rows
	}
	return min(x*g.rows+y, g.count-1)
}

// Returns the rows of the menu: the page that the chosen candidate is on.
func (m *menu) rows(width, height int, w rowWriter) []row {
	g := m.grid(width, height)
	top := m.chosen % g.rows / max(g.page, 1) * max(g.page, 1)
	var rows []row
	for y := top; y < min(top+g.page, g.rows); y++ {
		rows = append(rows, m.row(g, y, w))
	}
	if g.status {
		rows = append(rows, m.status(g, w))
	}
	return rows
}

// Returns row y of the grid.
func (m *menu) row(g grid, y int, w rowWriter) row {
	for x := range g.columns {
		i := x*g.rows + y
		if i >= g.count {
			break
		}
		st := stylePlain
		if i == m.chosen {
			st = styleChosen
		}
		w.pad(x*(g.cell+gap), stylePlain)
		w.cut(m.list[i].label, g.cell, st)
		w.pad(x*(g.cell+gap)+g.cell, st)
		if g.beside {
			w.pad(g.cell+gap, stylePlain)
			w.cut(m.list[i].Help, w.width-g.cell-gap, styleHelp)
		}
	}
	return w.row()
}

// Returns the row that says more about the chosen candidate, and of how many it is
// one when not all are seen.
func (m *menu) status(g grid, w rowWriter) row {
	if g.rows > g.page {
		w.text(fmt.Sprintf("%d of %d  ", m.chosen+1, g.count), styleHelp)
	}
	w.text(m.list[m.chosen].Help, styleHelp)
	return w.row()
}
