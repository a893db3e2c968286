package format

import (
	"strings"
	"time"
)

// Shows a row of the open table, or keeps it while the widths of a new table are
// not fixed.
func (p *Printer) addRow(r row) error {
	if p.table == nil {
		p.table = newTable(r.m, r.host, p.o)
	}
	t := p.table
	if t.widths != nil {
		return write(p.out, t.row(r))
	}
	t.waiting = append(t.waiting, r)
	if len(t.waiting) >= lookAhead {
		return p.showRows()
	}
	if len(t.waiting) == 1 {
		p.startTimer(t)
	}
	return nil
}

// Shows the rows that wait, below the header of their table.
func (p *Printer) showRows() error {
	t := p.table
	if t == nil || len(t.waiting) == 0 {
		return nil
	}
	p.stopTimer()
	if !t.layOut() {
		return p.showAsLists(t)
	}
	var b strings.Builder
	b.WriteString(p.opening())
	if !p.o.NoHeader {
		b.WriteString(t.header())
	}
	for _, r := range t.waiting {
		b.WriteString(t.row(r))
	}
	t.waiting = nil
	p.blank = false
	return write(p.out, b.String())
}

// Shows the rows of a table that has too many columns for the terminal.
func (p *Printer) showAsLists(t *table) error {
	p.table = nil
	for _, r := range t.waiting {
		if err := p.list(r); err != nil {
			return err
		}
	}
	return nil
}

func (p *Printer) closeTable() error {
	if p.table == nil {
		return nil
	}
	if err := p.showRows(); err != nil {
		return err
	}
	if p.table == nil {
		return nil
	}
	p.table = nil
	p.blank = true
	return write(p.out, "\n")
}

func (p *Printer) startTimer(t *table) {
	p.timers.Add(1)
	p.timer = time.AfterFunc(holdBack, func() {
		defer p.timers.Done()
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.table == t && t.widths == nil {
			p.failed = p.showRows()
		}
	})
}

func (p *Printer) stopTimer() {
	if p.timer != nil && p.timer.Stop() {
		p.timers.Done()
	}
	p.timer = nil
}
