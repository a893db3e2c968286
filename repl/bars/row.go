package bars

import (
	"fmt"
	"strings"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"marsh/jobs"
	"marsh/shell/format"
)

// MaxRows is how many bars are shown at a time; how many more there are is said below.
const MaxRows = 10

// Widths in columns.
const (
	maxWidth   = 100 // of a row
	minWithBar = 32  // of a row that has room for a bar
	minBar     = 10  // of the bar in it
	maxBar     = 30
	percent    = 5 // of "100%" with the blank before it
)

// A painter lays out rows. It is not to be used by several goroutines at a time.
type painter struct {
	filler mpb.BarFiller
	color  bool
}

func newPainter(color bool) *painter {
	return &painter{filler: mpb.BarStyle().Lbound("[").Filler("=").Tip(">").Padding(" ").Rbound("]").Build(), color: color}
}

// A row as it stands on the screen.
type row struct {
	text  string
	width int // in columns
}

// Returns how many rows a terminal of that width has given it.
func (r row) height(width int) int { return max(1, (r.width+width-1)/max(width, 1)) }

// Returns the rows of a board on a terminal of that size: none as wide as the terminal, at
// least one, and fewer than the terminal has where that has several.
func (p *painter) rows(b board, width, height int, now time.Time) []row {
	all := b.tree()
	limit := max(1, min(MaxRows, height-1))
	more := ""
	if len(all) > limit {
		more = fmt.Sprintf("… and %d more", len(all)-limit+1)
		all = all[:limit-1]
	}
	width = min(width-1, maxWidth)
	rows := make([]row, 0, len(all)+1)
	for _, x := range all {
		rows = append(rows, p.row(x, width, now))
	}
	if more != "" {
		text := format.Cut(more, width)
		rows = append(rows, row{text, format.Width(text)})
	}
	return rows
}

// Returns one bar of at most so many columns: what it is, the bar, and the percentage, as
// far as there is room.
func (p *painter) row(x bar, width int, now time.Time) row {
	if x.Percent < 0 || width < minWithBar {
		return words(x, width, now)
	}
	columns := max(minBar, min(width/3, maxBar))
	l := label(x, width-columns-percent-1, now)
	blanks := width - columns - percent - l.width
	return row{l.text + strings.Repeat(" ", blanks) + p.fill(x.Percent, columns) + percentage(x), width}
}

// Returns what a bar says without drawing it.
func words(x bar, width int, now time.Time) row {
	if x.Percent < 0 || width <= percent {
		return label(x, width, now)
	}
	l := label(x, width-percent, now)
	return row{l.text + percentage(x), l.width + percent}
}

func percentage(x bar) string { return fmt.Sprintf("%*d%%", percent-1, x.Percent) }

// Returns the bar itself, as wide as it is told.
func (p *painter) fill(done, width int) string {
	var b strings.Builder
	// A builder takes all that is written to it.
	_ = p.filler.Fill(&b, decor.Statistics{AvailableWidth: width, Total: 100, Current: int64(done), Completed: done >= 100})
	if !p.color {
		return b.String()
	}
	return "\x1b[36m" + b.String() + "\x1b[0m"
}

// Returns in words what an activity is and how it stands, in at most so many columns. Where
// that is too long what it is gets half of them.
func label(x bar, width int, now time.Time) row {
	name, status := nameOf(x), statusOf(x, now)
	if status != "" {
		status = ": " + status
		if format.Width(name)+format.Width(status) > width {
			name = format.Cut(name, max(width/2, width-format.Width(status)))
		}
	}
	text := format.Cut(name+status, width)
	return row{text, format.Width(text)}
}

func nameOf(x bar) string {
	name := strings.Repeat("  ", x.depth)
	if x.Host != "" && !x.hideHost {
		name += "[" + oneLine(x.Host) + "] "
	}
	return name + oneLine(x.Name)
}

// Returns how it stands, and how long it may take or, where nothing is known, has taken.
func statusOf(x bar, now time.Time) string {
	parts := []string{oneLine(x.Status)}
	if x.Status == "" {
		parts = parts[:0]
	}
	if x.Operation != "" {
		parts = append(parts, oneLine(x.Operation))
	}
	if x.Seconds != jobs.Unknown {
		parts = append(parts, clock(time.Duration(x.Seconds)*time.Second)+" left")
	} else if taken := now.Sub(x.since); x.Percent < 0 && taken >= time.Second {
		parts = append(parts, clock(taken))
	}
	return strings.Join(parts, ", ")
}

// Returns a time as minutes and seconds, or hours, minutes and seconds.
func clock(d time.Duration) string {
	s := int64(d / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Returns text as what can stand in a row: visible, without tabs and further lines.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, format.Visible(s))
}
