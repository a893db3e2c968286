package builtin

import (
	"slices"

	"marsh/jobs"
	"marsh/shell"
)

type sortObject struct {
	Property   []string     `param:"pos=0,rest" help:"the properties to sort by, the first one first"`
	By         *shell.Block `param:"pos=0" help:"what to sort by: the block's value"`
	Descending bool         `help:"largest first"`
	Unique     bool         `help:"of values that compare equal keep the first"`
	Top        int          `param:"min=1" help:"keep the first N of the sorted values"`
	Bottom     int          `param:"min=1" help:"keep the last N of the sorted values"`
}

// keyed is a record with what it is sorted by.
type keyed struct {
	record jobs.Record
	key    jobs.List
}

// Run collects the values, at most maxHeld, and writes them in order.
func (s *sortObject) Run(c *shell.Call) error {
	all, err := s.collect(c)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, s.order)
	if s.Unique {
		all = slices.CompactFunc(all, func(a, b keyed) bool { return s.order(a, b) == 0 })
	}
	for _, k := range s.cut(all) {
		if err := c.Write(k.record); err != nil {
			return err
		}
	}
	return nil
}

func (s *sortObject) collect(c *shell.Call) ([]keyed, error) {
	var all []keyed
	var kept held
	by := selectors(s.Property, s.By)
	err := each(c, func(r jobs.Record) error {
		key, err := keyOf(c, by, r)
		if err != nil {
			return err
		}
		all = append(all, keyed{r, key})
		return kept.add(r.Value)
	})
	return all, err
}

func (s *sortObject) order(a, b keyed) int {
	d := slices.CompareFunc(a.key, b.key, compare)
	if s.Descending {
		return -d
	}
	return d
}

func (s *sortObject) cut(all []keyed) []keyed {
	if s.Top > 0 {
		return all[:min(s.Top, len(all))]
	}
	if s.Bottom > 0 {
		return all[max(0, len(all)-s.Bottom):]
	}
	return all
}
