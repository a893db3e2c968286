package builtin

import (
	"regexp"
	"slices"

	"marsh/jobs"
	"marsh/shell"
)

type whereObject struct {
	FilterScript *shell.Block `param:"pos=0" help:"true for the values to pass on"`
	Property     string       `param:"pos=0" help:"the property to compare; alone: that it is neither nil nor false"`
	Value        jobs.Value   `param:"pos=1" help:"what to compare it with"`
	EQ           bool         `help:"is equal"`
	NE           bool         `help:"is not equal"`
	GT           bool         `help:"is greater"`
	GE           bool         `help:"is greater or equal"`
	LT           bool         `help:"is less"`
	LE           bool         `help:"is less or equal"`
	Like         bool         `help:"is like a pattern with * and ?"`
	NotLike      bool         `help:"is not like a pattern"`
	Match        bool         `help:"has a match of a regular expression (RE2)"`
	NotMatch     bool         `help:"has no match of a regular expression"`
	In           bool         `help:"is one of a list"`
	NotIn        bool         `help:"is none of a list"`
	Contains     bool         `help:"is a list with this value in it"`
}

// test says whether a property passes.
type test func(v jobs.Value) bool

// Run passes on the values that pass.
func (w *whereObject) Run(c *shell.Call) error {
	if w.FilterScript != nil && w.Property == "" {
		return each(c, func(r jobs.Record) error { return w.filter(c, r) })
	}
	if w.Property == "" || w.FilterScript != nil {
		return jobs.Errorf(jobs.KindUsage, "needs either a block or one comparison of a property; it is used as: %s", c.Cmd.Usage())
	}
	passes, err := w.test()
	if err != nil {
		return err
	}
	return each(c, func(r jobs.Record) error {
		if !passes(property(r, w.Property)) {
			return nil
		}
		return c.Write(r)
	})
}

func (w *whereObject) filter(c *shell.Call, r jobs.Record) error {
	vals, err := c.Invoke(w.FilterScript, shell.WithHost(r))
	if err != nil || !shell.Truth(vals) {
		return err
	}
	return c.Write(r)
}

// Returns the one comparison that was asked for.
func (w *whereObject) test() (test, error) {
	var asked []test
	matches, err := w.pattern()
	if err != nil {
		return nil, err
	}
	for _, op := range []struct {
		given bool
		test  test
	}{
		{w.EQ, func(v jobs.Value) bool { return equal(v, w.Value) }},
		{w.NE, func(v jobs.Value) bool { return !equal(v, w.Value) }},
		{w.GT, func(v jobs.Value) bool { return w.ordered(v) && w.order(v) > 0 }},
		{w.GE, func(v jobs.Value) bool { return w.ordered(v) && w.order(v) >= 0 }},
		{w.LT, func(v jobs.Value) bool { return w.ordered(v) && w.order(v) < 0 }},
		{w.LE, func(v jobs.Value) bool { return w.ordered(v) && w.order(v) <= 0 }},
		{w.Like, func(v jobs.Value) bool { return like(jobs.Text(w.Value), jobs.Text(v)) }},
		{w.NotLike, func(v jobs.Value) bool { return !like(jobs.Text(w.Value), jobs.Text(v)) }},
		{w.Match, matches},
		{w.NotMatch, func(v jobs.Value) bool { return !matches(v) }},
		{w.In, func(v jobs.Value) bool { return contains(w.Value, v) }},
		{w.NotIn, func(v jobs.Value) bool { return !contains(w.Value, v) }},
		{w.Contains, func(v jobs.Value) bool { return contains(v, w.Value) }},
	} {
		if op.given {
			asked = append(asked, op.test)
		}
	}
	switch {
	case len(asked) > 1:
		return nil, jobs.Errorf(jobs.KindUsage, "one comparison at a time; use a block for more: { it.%s … }", w.Property)
	case len(asked) == 1:
		return asked[0], nil
	case w.Value != nil:
		return nil, jobs.Errorf(jobs.KindUsage, "how is %s to be compared? use -eq, -ne, -gt, -lt, -like, -match…", w.Property)
	}
	return func(v jobs.Value) bool { return v != nil && v != false }, nil
}

func (w *whereObject) pattern() (test, error) {
	if !w.Match && !w.NotMatch {
		return nil, nil
	}
	re, err := regexp.Compile("(?i)" + jobs.Text(w.Value))
	if err != nil {
		return nil, jobs.Errorf(jobs.KindUsage, "not a regular expression: %w", err)
	}
	return func(v jobs.Value) bool { return re.MatchString(jobs.Text(v)) }, nil
}

// Reports whether v can be said to be less or greater than the value compared with.
func (w *whereObject) ordered(v jobs.Value) bool {
	return v != nil && rank(v) == rank(alike(w.Value, v))
}

func (w *whereObject) order(v jobs.Value) int { return compare(v, alike(w.Value, v)) }

// Reports whether list, or a single value in its place, has v.
func contains(list, v jobs.Value) bool {
	l, ok := list.(jobs.List)
	if !ok {
		return equal(list, v)
	}
	return slices.ContainsFunc(l, func(e jobs.Value) bool { return equal(e, v) })
}
