package format

import (
	"slices"
	"strings"

	"marsh/jobs"
)

// Returns the key of m that key means: itself, or the first that differs in letter
// case only.
func findKey(m *jobs.Map, key string) (string, bool) {
	keys := m.Keys()
	if slices.Contains(keys, key) {
		return key, true
	}
	i := slices.IndexFunc(keys, func(k string) bool { return strings.EqualFold(k, key) })
	if i < 0 {
		return "", false
	}
	return keys[i], true
}

// Returns the value of m's property, of which there always is one for the machine
// that m came from.
func property(m *jobs.Map, key, host string) jobs.Value {
	if host != "" && key == hostColumn {
		return host
	}
	v, _ := m.Get(key)
	return v
}

func numeric(v jobs.Value) bool {
	switch v.(type) {
	case int64, float64:
		return true
	}
	return false
}

// Returns v as one line that is safe to show: runs of white space that hold a
// newline or tab become one space.
func oneLine(v jobs.Value) string {
	s := Visible(jobs.Text(v))
	if !strings.ContainsAny(s, "\n\t") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}
