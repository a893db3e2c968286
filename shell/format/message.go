package format

import (
	"strings"

	"marsh/jobs"
)

const (
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	plain  = "\x1b[0m"
)

// notice says how the records of a stream other than the output are shown.
type notice struct {
	prefix string
	color  string
}

var notices = map[jobs.StreamKind]notice{
	jobs.ErrorStream: {"", red},
	jobs.Warning:     {"warning: ", yellow},
	jobs.Verbose:     {"verbose: ", cyan},
	jobs.Debug:       {"debug: ", cyan},
	jobs.Information: {"", ""},
}

// Returns a record of a stream other than the output as lines of text. What a
// program wrote to its standard error is no error by itself: it stays as it is.
func message(r jobs.Record, o Options) string {
	n := notices[r.Stream]
	text, ours := messageText(r.Value)
	if r.Stream == jobs.ErrorStream && !ours {
		n = notice{}
	}
	if !o.RawErrors {
		text = Visible(text)
	}
	text = labelled(n.prefix+withNewline(text), shownHost(r), !o.RawErrors)
	if !o.Color || n.color == "" {
		return text
	}
	return n.color + strings.TrimSuffix(text, "\n") + plain + "\n"
}

// Returns a message's text, and whether it is an error of marsh's own.
func messageText(v jobs.Value) (text string, ours bool) {
	m, ok := v.(*jobs.Map)
	if !ok || m == nil || m.Type != jobs.TypeError {
		return jobs.Text(v), false
	}
	text = m.String("Message")
	if d := m.String("Detail"); d != "" {
		text = withNewline(text) + d
	}
	return text, true
}

// Returns a record of a stream other than the output as a line of JSON, an object
// that begins with the stream's name.
func messageJSON(r jobs.Record) []byte {
	m := jobs.NewMap("", "Stream", r.Stream.String())
	if v, ok := r.Value.(*jobs.Map); ok && v != nil {
		for _, k := range v.Keys() {
			p, _ := v.Get(k)
			m.Set(k, p)
		}
	} else {
		m.Set("Value", r.Value)
	}
	return append(AppendJSON(nil, m, shownHost(r)), '\n')
}
