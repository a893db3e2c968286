package builtin

import (
	"errors"
	"slices"
	"strings"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/format"
)

type selectObject struct {
	Property        []string `param:"pos=0,rest" help:"the properties to keep, * and ? allowed"`
	ExcludeProperty []string `help:"the properties to leave out"`
	ExpandProperty  string   `param:"alias=Expand" help:"pass on this property's value instead"`
	First           *int     `param:"alias=Top,min=0" help:"pass on the first N values"`
	Last            *int     `param:"min=0" help:"pass on the last N values"`
	Skip            int      `param:"min=0" help:"leave out N values, of those -First or -Last begins with"`
	Index           []int    `help:"pass on the values at these places, counted from 1 as in $x[1]"`
	Unique          bool     `help:"pass on each value once"`

	seen map[string]bool // what -Unique has passed on
	kept held            // by -Unique and -Last
}

// errEnough ends the reading of the input: no further value is wanted.
var errEnough = errors.New("enough")

// Run passes on what was selected, as soon as it is known to be.
func (s *selectObject) Run(c *shell.Call) error {
	if err := s.check(); err != nil {
		return err
	}
	s.seen = make(map[string]bool)
	switch {
	case s.Index != nil:
		if err := s.places(c); !errors.Is(err, errEnough) {
			return err
		}
		return nil
	case s.Last != nil:
		return s.last(c)
	case s.First != nil && *s.First == 0:
		return nil
	}
	if err := s.first(c); !errors.Is(err, errEnough) {
		return err
	}
	return nil
}

func (s *selectObject) check() error {
	if s.Index != nil && (s.First != nil || s.Last != nil || s.Skip != 0) {
		return jobs.Errorf(jobs.KindUsage, "-Index cannot be used with -First, -Last or -Skip")
	}
	if len(s.Index) > 0 && slices.Min(s.Index) < 1 {
		return jobs.Errorf(jobs.KindUsage, "-Index counts from 1, as $x[1] does")
	}
	if s.First != nil && s.Last != nil {
		return jobs.Errorf(jobs.KindUsage, "-First and -Last cannot be used together")
	}
	return nil
}

// Passes on all values from the first that is not skipped, until there are enough.
func (s *selectObject) first(c *shell.Call) error {
	n := 0
	return each(c, func(r jobs.Record) error {
		n++
		if n <= s.Skip {
			return nil
		}
		if err := s.pass(c, r); err != nil {
			return err
		}
		if s.First != nil && n-s.Skip >= *s.First {
			return errEnough
		}
		return nil
	})
}

// Passes on the values at the places of -Index, in the order in which they come.
func (s *selectObject) places(c *shell.Call) error {
	if len(s.Index) == 0 {
		return nil
	}
	n, last := 0, slices.Max(s.Index)
	return each(c, func(r jobs.Record) error {
		n++
		if slices.Contains(s.Index, n) {
			if err := s.pass(c, r); err != nil {
				return err
			}
		}
		if n >= last {
			return errEnough
		}
		return nil
	})
}

// Passes on the last values, without the very last ones when -Skip says so.
func (s *selectObject) last(c *shell.Call) error {
	var ring []jobs.Record
	err := each(c, func(r jobs.Record) error {
		ring = append(ring, r)
		if len(ring)-s.Skip > *s.Last {
			s.kept.drop(ring[0].Value)
			ring[0] = jobs.Record{} // lets the value go
			ring = ring[1:]
		}
		return s.kept.add(r.Value)
	})
	if err != nil {
		return err
	}
	for _, r := range ring[:max(0, len(ring)-s.Skip)] {
		if err := s.pass(c, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *selectObject) pass(c *shell.Call, r jobs.Record) error {
	if s.ExpandProperty != "" {
		return s.expand(c, r)
	}
	r.Value = s.project(r)
	if s.Unique {
		id := identity(jobs.List{r.Value})
		if s.seen[id] {
			return nil
		}
		s.seen[id] = true
		if err := s.kept.add(id); err != nil {
			return err
		}
	}
	return c.Write(r)
}

// Passes on a property's value; a list's elements one by one.
func (s *selectObject) expand(c *shell.Call, r jobs.Record) error {
	v := property(r, s.ExpandProperty)
	if v == nil {
		return c.Error(jobs.Errorf(jobs.KindNotFound, "a value has no property %s", s.ExpandProperty))
	}
	list, ok := v.(jobs.List)
	if !ok {
		list = jobs.List{v}
	}
	for _, e := range list {
		r.Value = e
		if err := c.Write(r); err != nil {
			return err
		}
	}
	return nil
}

// Returns the record's value with the properties asked for. A property that is not
// there is nil, so that all values have the same ones.
func (s *selectObject) project(r jobs.Record) jobs.Value {
	if len(s.Property) == 0 && len(s.ExcludeProperty) == 0 {
		return r.Value
	}
	m, _ := r.Value.(*jobs.Map)
	out := jobs.NewMap("")
	for _, k := range s.names(m.Keys()) {
		out.Set(k, property(r, k))
	}
	return out
}

func (s *selectObject) names(keys []string) []string {
	asked := s.Property
	if len(asked) == 0 {
		asked = []string{"*"}
	}
	var names []string
	for _, p := range asked {
		if hasWildcard(p) {
			names = append(names, matching(keys, p)...)
		} else {
			names = append(names, keyIn(keys, p))
		}
	}
	return slices.DeleteFunc(names, func(k string) bool { return len(s.ExcludeProperty) > 0 && likeAny(s.ExcludeProperty, k) })
}

func matching(keys []string, pattern string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !like(pattern, k) })
}

// Returns key in the letter case in which it is one of keys.
func keyIn(keys []string, key string) string {
	if i := slices.IndexFunc(keys, func(k string) bool { return strings.EqualFold(k, key) }); i >= 0 {
		return keys[i]
	}
	return key
}

// Returns a text that is the same for equal values only.
func identity(key jobs.List) string {
	var b strings.Builder
	for _, v := range key {
		b.WriteByte(byte('0' + rank(v)))
		b.Write(format.AppendJSON(nil, v, ""))
	}
	return b.String()
}
