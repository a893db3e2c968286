package builtin

import (
	"math"
	"strings"
	"unicode/utf8"

	"marsh/jobs"
	"marsh/shell"
)

type measureObject struct {
	Property  []string `param:"pos=0,rest" help:"the properties to measure instead of the values"`
	Sum       bool     `help:"add them up"`
	Average   bool     `help:"the mean"`
	Minimum   bool     `param:"alias=Min" help:"the smallest"`
	Maximum   bool     `param:"alias=Max" help:"the largest"`
	AllStats  bool     `help:"all of these"`
	Line      bool     `help:"count lines of text"`
	Word      bool     `help:"count words of text"`
	Character bool     `help:"count characters of text"`
}

// measure is what is known of the values so far.
type measure struct {
	property string
	count    int64
	whole    int64 // the sum, while all numbers are whole and it fits
	exact    bool
	sum      float64
	min, max jobs.Value

	lines, words, chars int64
}

// Run writes one Map for each property, or for the values.
func (m *measureObject) Run(c *shell.Call) error {
	if m.AllStats {
		m.Sum, m.Average, m.Minimum, m.Maximum = true, true, true, true
	}
	all := m.measures()
	err := each(c, func(r jobs.Record) error {
		for _, one := range all {
			if err := m.take(c, one, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := c.Out(m.result(one)); err != nil {
			return err
		}
	}
	return nil
}

func (m *measureObject) measures() []*measure {
	if len(m.Property) == 0 {
		return []*measure{{exact: true}}
	}
	var all []*measure
	for _, p := range m.Property {
		all = append(all, &measure{property: p, exact: true})
	}
	return all
}

// Takes one value into account; what is no number is an error where numbers are
// needed, and is left out.
func (m *measureObject) take(c *shell.Call, to *measure, r jobs.Record) error {
	v := r.Value
	if to.property != "" {
		if v = property(r, to.property); v == nil {
			return nil
		}
	}
	if m.Sum || m.Average {
		if !to.add(alike(v, int64(0))) {
			return c.Error(jobs.Errorf(jobs.KindValue, "%q is not a number", jobs.Text(v)))
		}
	}
	to.count++
	to.extend(alike(v, int64(0)))
	to.text(jobs.Text(v))
	return nil
}

func (to *measure) add(v jobs.Value) bool {
	n, whole := v.(int64)
	if _, ok := v.(float64); !ok && !whole {
		return false
	}
	to.sum += float(v)
	to.exact = to.exact && whole && math.Abs(to.sum) < 1<<62
	to.whole += n
	return true
}

func (to *measure) extend(v jobs.Value) {
	if to.count == 1 || compare(v, to.min) < 0 {
		to.min = v
	}
	if to.count == 1 || compare(v, to.max) > 0 {
		to.max = v
	}
}

func (to *measure) text(s string) {
	to.lines += int64(strings.Count(strings.TrimSuffix(s, "\n"), "\n") + 1)
	to.words += int64(len(strings.Fields(s)))
	to.chars += int64(utf8.RuneCountInString(s))
}

func (m *measureObject) result(of *measure) *jobs.Map {
	out := jobs.NewMap("Measure")
	if m.Line || m.Word || m.Character {
		m.textResult(out, of)
	} else {
		out.Set("Count", of.count)
		m.numbers(out, of)
	}
	if of.property != "" {
		out.Set("Property", of.property)
	}
	return out
}

func (m *measureObject) textResult(out *jobs.Map, of *measure) {
	if m.Line {
		out.Set("Lines", of.lines)
	}
	if m.Word {
		out.Set("Words", of.words)
	}
	if m.Character {
		out.Set("Characters", of.chars)
	}
}

func (m *measureObject) numbers(out *jobs.Map, of *measure) {
	if m.Average && of.count > 0 {
		out.Set("Average", of.sum/float64(of.count))
	}
	if m.Sum && of.exact {
		out.Set("Sum", of.whole)
	} else if m.Sum {
		out.Set("Sum", of.sum)
	}
	if m.Maximum {
		out.Set("Maximum", of.max)
	}
	if m.Minimum {
		out.Set("Minimum", of.min)
	}
}
