package format

import (
	"strings"

	"marsh/jobs"
)

// Returns the name of the machine that r is labelled with, or "".
func shownHost(r jobs.Record) string {
	if r.HideHost {
		return ""
	}
	return r.Host
}

// Returns a value that is no map as lines of text.
func lines(r jobs.Record, o Options) string {
	raw := o.Width == 0
	host := shownHost(r)
	if b, ok := r.Value.([]byte); ok && raw && host == "" {
		return string(b) // bytes are data: where nobody looks, not even a newline is added
	}
	text := jobs.Text(r.Value)
	if !raw {
		text = Visible(text)
	}
	return labelled(withNewline(text), host, !raw)
}

func withNewline(s string) string {
	if strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}

// Puts "host: " before each line of text, which ends in a newline.
func labelled(text, host string, visible bool) string {
	if host == "" {
		return text
	}
	if visible {
		host = oneLine(host)
	}
	label := host + ": "
	body := strings.TrimSuffix(text, "\n")
	return label + strings.ReplaceAll(body, "\n", "\n"+label) + "\n"
}
