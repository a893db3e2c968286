package sshconn

import (
	"slices"
	"strings"
)

// maxVariables bounds the variables that are sent to a session.
const maxVariables = 256

// variable is one of the environment.
type variable struct{ Name, Value string }

// sentVariables returns what SendEnv and SetEnv send to each session: of environ what
// the patterns of SendEnv name, and what SetEnv sets, which goes before it.
func sentVariables(o options, environ []string) []variable {
	var out []variable
	add := func(entry string) {
		name, value, ok := strings.Cut(entry, "=")
		if ok && name != "" && len(out) < maxVariables && !slices.ContainsFunc(out, func(v variable) bool { return v.Name == name }) {
			out = append(out, variable{name, value})
		}
	}
	for _, entry := range o["setenv"] {
		add(entry)
	}
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if matchAny(o["sendenv"], name) {
			add(entry)
		}
	}
	return out
}
