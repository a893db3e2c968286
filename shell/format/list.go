package format

import (
	"strings"

	"marsh/jobs"
)

// Returns the properties of m, one a line, as "Key : value" with the colons below
// each other. The further lines of a value are indented to its first.
func listText(r row, asked []string) string {
	keys := listKeys(r, asked)
	width := 0
	for _, k := range keys {
		width = max(width, Width(oneLine(k)))
	}
	indent := "\n" + strings.Repeat(" ", width+3)
	var b strings.Builder
	for _, k := range keys {
		v := Visible(jobs.Text(property(r.m, k, r.host)))
		b.WriteString(pad(oneLine(k), width, false) + " :")
		if v != "" {
			b.WriteString(" " + strings.ReplaceAll(strings.TrimRight(v, "\n"), "\n", indent))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func listKeys(r row, asked []string) []string {
	keys := r.m.Keys()
	if len(asked) > 0 {
		keys = nil
		for _, c := range named(r.m, asked) {
			keys = append(keys, c.name)
		}
	}
	if r.host == "" {
		return keys
	}
	return append(keys[:len(keys):len(keys)], hostColumn)
}
