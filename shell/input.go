package shell

import (
	"marsh/jobs"
	"marsh/shell/lua"
)

// WithInput returns the script with values as its input: what $input is in it.
func WithInput(s jobs.Script, values jobs.List) jobs.Script { return lua.WithInput(s, values) }
