package builtin

import (
	"slices"

	"marsh/jobs"
	"marsh/shell"
)

var objectCommands = []*shell.Command{
	shell.Define[whereObject](shell.Doc{
		Name: "where-object", Aliases: []string{"where"}, Inline: true,
		Synopsis: "pass on the values for which a block, or a comparison of a property, is true", Input: "any values", Output: "those values that fit",
		Help: "In the block the value is it, or $_. Text is compared without regard to letter case.",
		Examples: []shell.Example{
			{Line: "write-output 1 2 3 | where-object { it > 1 }", Says: "with a block", Want: "2\n3"},
			{Line: "get-job | where-object State -eq Failed", Says: "with a property"},
		},
	}),
	shell.Define[foreachObject](shell.Doc{
		Name: "foreach-object", Aliases: []string{"foreach"}, Inline: true,
		Synopsis: "run a block for each value, or read a property of it", Input: "any values", Output: "what the block writes and returns, or the property",
		Help: "In the block the value is it, or $_.\n\nWith -Parallel the block runs for several values at once, each in a shell of its own that begins in this directory and " +
			"environment and has no variables: take what it needs along with $using:. The output comes as it is written, in no order. A block that fails is an error, and the others go on.\n\n" +
			"With -AsJob it is a job with a child for each value, which begins when all values have come; a child whose block failed makes it Failed.",
		Examples: []shell.Example{
			{Line: "write-output 1 2 | foreach-object { it * 10 }", Says: "ten times each", Want: "10\n20"},
			{Line: "$factor = 10; write-output 1 2 | foreach-object -parallel { it * $using:factor } -throttlelimit 2 | sort-object", Says: "both at once", Want: "10\n20"},
			{Line: "write-output 1 2 3 | foreach-object -parallel -throttlelimit 2 -asjob { it * 10 } | receive-job -wait | sort-object", Says: "as a job, two at a time", Want: "10\n20\n30"},
		},
	}),
	shell.Define[selectObject](shell.Doc{
		Name: "select-object", Aliases: []string{"select"},
		Synopsis: "pass on some of the values, or some of their properties", Input: "any values", Output: "the values, or maps of the properties",
		Help:     "With -First the commands before it are ended as soon as there are enough values.",
		Examples: []shell.Example{{Line: "write-output a b c | select-object -first 2", Says: "the first two", Want: "a\nb"}},
	}),
	shell.Define[sortObject](shell.Doc{
		Name: "sort-object", Inline: true, Synopsis: "sort values, by themselves or by properties", Input: "any values", Output: "the same values, sorted",
		Help:     "Values that compare equal keep their order. -Top and -Bottom keep that many of the sorted values.",
		Examples: []shell.Example{{Line: "write-output 10 9 100 | sort-object", Says: "numbers in their order", Want: "9\n10\n100"}},
	}),
	shell.Define[groupObject](shell.Doc{
		Name: "group-object", Aliases: []string{"group"}, Inline: true,
		Synopsis: "count values by what they, or a property of theirs, are", Input: "any values", Output: "maps of Count, Name and Group", Examples: []shell.Example{
			{Line: "write-output a b a | group-object -noelement", Says: "how often each value comes", Want: "Count  Name…\n…\n    2  a…\n    1  b…"},
		},
	}),
	shell.Define[measureObject](shell.Doc{
		Name: "measure-object", Aliases: []string{"measure"},
		Synopsis: "count values, add them up, find the smallest and largest", Input: "any values", Output: "a map of Count and of what else was asked for", Examples: []shell.Example{
			{Line: "write-output 3 4 5 | measure-object -sum | foreach-object Sum", Says: "a sum", Want: "12"},
			{Line: "write-output one \"two three\" | measure-object -word | foreach-object Words", Says: "words in text", Want: "3"},
		},
		Help: "With -Line, -Word or -Character it counts within text.",
	}),
}

type groupObject struct {
	Property  []string     `param:"pos=0,rest" help:"the properties to group by"`
	By        *shell.Block `param:"pos=0" help:"what to group by: the block's value"`
	NoElement bool         `help:"leave out the values, keep the counts"`
}

type group struct {
	key    jobs.List
	values jobs.List
	count  int64
}

// Run writes a GroupInfo for each group, in the order in which they came up.
func (g *groupObject) Run(c *shell.Call) error {
	groups, err := g.collect(c)
	if err != nil {
		return err
	}
	for _, one := range groups {
		m := jobs.NewMap("GroupInfo", "Count", one.count, "Name", groupName(one.key))
		if !g.NoElement {
			m.Set("Group", one.values)
		}
		if err := c.Out(m); err != nil {
			return err
		}
	}
	return nil
}

func (g *groupObject) collect(c *shell.Call) ([]*group, error) {
	var all []*group
	var kept held
	byKey := make(map[string]*group)
	err := each(c, func(r jobs.Record) error {
		key, err := keyOf(c, selectors(g.Property, g.By), r)
		if err != nil {
			return err
		}
		id := identity(key)
		if byKey[id] == nil {
			byKey[id] = &group{key: key}
			all = append(all, byKey[id])
		}
		byKey[id].count++
		if g.NoElement {
			return nil
		}
		byKey[id].values = append(byKey[id].values, shell.WithHost(r))
		return kept.add(r.Value)
	})
	return all, err
}

func groupName(key jobs.List) string {
	if len(key) == 1 {
		return jobs.Text(key[0])
	}
	text := jobs.Text(key)
	return text[1 : len(text)-1] // without the braces of a list
}

// Returns what the selectors see of a record.
func keyOf(c *shell.Call, by []selector, r jobs.Record) (jobs.List, error) {
	key := make(jobs.List, len(by))
	for i, s := range by {
		v, err := s.of(c, r)
		if err != nil {
			return nil, err
		}
		key[i] = v
	}
	return slices.Clip(key), nil
}
