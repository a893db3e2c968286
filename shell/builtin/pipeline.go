package builtin

import (
	"strings"

	"marsh/jobs"
	"marsh/shell"
)

// maxHeld is how many bytes of values a command may collect that needs all of them
// before it can write the first, such as sort-object.
const maxHeld = 512 << 20

// Calls f for each record piped in, until it fails or the call is cancelled.
func each(c *shell.Call, f func(jobs.Record) error) error {
	for r, ok := c.Next(); ok; r, ok = c.Next() {
		if err := f(r); err != nil {
			return err
		}
	}
	return c.Ctx.Err()
}

// held counts the values that a command keeps.
type held struct {
	size int64 // in bytes
}

func (h *held) add(v jobs.Value) error {
	h.size += jobs.Size(v)
	if h.size > maxHeld {
		return jobs.Errorf(jobs.KindLimit, "more than %d MiB of values would have to be kept at once; select fewer of them first", maxHeld>>20)
	}
	return nil
}

func (h *held) drop(v jobs.Value) { h.size -= jobs.Size(v) }

// Returns the property of a record's value, nil where it has none.
func property(r jobs.Record, name string) jobs.Value {
	if m, ok := r.Value.(*jobs.Map); ok {
		if v, ok := m.Get(name); ok {
			return v
		}
	}
	if r.Host != "" && strings.EqualFold(name, "PSComputerName") {
		return r.Host
	}
	return nil
}

// selector says what of a record a command looks at: one of its properties, what a
// block makes of it, or its value.
type selector struct {
	name  string
	block *shell.Block
}

// Returns the selectors that a command's parameters ask for; none asks for the
// value itself.
func selectors(names []string, block *shell.Block) []selector {
	var out []selector
	for _, n := range names {
		out = append(out, selector{name: n})
	}
	if block != nil {
		out = append(out, selector{block: block})
	}
	if out == nil {
		out = []selector{{}}
	}
	return out
}

func (s selector) of(c *shell.Call, r jobs.Record) (jobs.Value, error) {
	switch {
	case s.block != nil:
		vals, err := c.Invoke(s.block, shell.WithHost(r))
		if err != nil || len(vals) == 0 {
			return nil, err
		}
		return vals[len(vals)-1], nil
	case s.name != "":
		return property(r, s.name), nil
	}
	return r.Value, nil
}
