package builtin

import (
	"slices"
	"strconv"
	"strings"

	"marsh/jobs"
	"marsh/shell"
)

// historyCommands work on what was typed at the prompt.
var historyCommands = []*shell.Command{
	shell.Define[getHistory](shell.Doc{
		Name: "get-history", Aliases: []string{"ghy", "history"}, List: true, Synopsis: "list what was typed", Output: "the entries",
		Help: "The history is the prompt's: every line that was typed, also in sessions that were entered, with the machine's name. " +
			"It is kept in a file that only you can read. A line that begins with a blank is not kept, and one that seems to have a secret in it " +
			"(a password, token or key written out) is kept until this shell ends, and not written to the file.",
		Examples: []shell.Example{
			{Line: "get-history -newest 10", Says: "list the ten lines before this one", Skip: "needs a prompt"},
			{Line: "get-history invoke-command", Says: "list the lines with invoke-command in them", Skip: "needs a prompt"},
			{Line: `get-history | where { it.Status == "Failed" }`, Says: "list the lines that failed", Skip: "needs a prompt"},
		},
	}),
	shell.Define[invokeHistory](shell.Doc{
		Name: "invoke-history", Aliases: []string{"ihy"}, Synopsis: "run a line of the history again",
		Help: "The line is shown, and run as if it were typed, on the machine that the prompt is on, when the line with invoke-history has ended. " +
			"Without a number or text it is the line before.",
		Examples: []shell.Example{
			{Line: "invoke-history 12", Says: "run line 12 of get-history again", Skip: "needs a prompt"},
			{Line: "invoke-history start-job", Says: "run the latest line again that begins with start-job", Skip: "needs a prompt"},
		},
	}),
	shell.Define[clearHistory](shell.Doc{
		Name: "clear-history", Aliases: []string{"clhy"}, Synopsis: "forget what was typed",
		Help: "What is told by number or text is removed from this shell's history and from the file; everything if nothing is told. " +
			"Another shell that is open still has it in memory.",
		Examples: []shell.Example{{Line: "clear-history -id 12", Says: "forget a line that should not have been kept", Skip: "needs a prompt"}},
	}),
}

// historySelector is the parameters that choose entries.
type historySelector struct {
	Pattern []string `param:"pos=0,rest,alias=CommandLine,kind=history" help:"numbers, or text that the line has in it, * and ? allowed; all if not given"`
	ID      []int    `param:"name=Id,kind=history" help:"by number"`
}

// choose returns the prompt's entries that are chosen, oldest first; an error for a
// number that no entry has.
func (p *historySelector) choose(c *shell.Call) ([]*jobs.Map, error) {
	all, err := history(c)
	if err != nil {
		return nil, err
	}
	ids, texts := slices.Clone(p.ID), []string(nil)
	for _, w := range p.Pattern {
		if n, err := strconv.Atoi(w); err == nil {
			ids = append(ids, n)
			continue
		}
		texts = append(texts, w)
	}
	if err := p.missing(c, all, ids); err != nil {
		return nil, err
	}
	if len(ids)+len(texts) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(m *jobs.Map) bool {
		return !slices.Contains(ids, int(m.Int("Id"))) && !likeAnyPart(texts, m.String("CommandLine"))
	}), nil
}

// missing reports the numbers that no entry has.
func (p *historySelector) missing(c *shell.Call, all []*jobs.Map, ids []int) error {
	for _, id := range ids {
		if slices.ContainsFunc(all, func(m *jobs.Map) bool { return m.Int("Id") == int64(id) }) {
			continue
		}
		if err := c.Error(jobs.Errorf(jobs.KindNotFound, "there is no line %d in the history; get-history lists them", id)); err != nil {
			return err
		}
	}
	return nil
}

// likeAnyPart reports whether a text has one of the patterns in it.
func likeAnyPart(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return like("*"+p+"*", text) })
}

// history returns the prompt's entries.
func history(c *shell.Call) ([]*jobs.Map, error) {
	if c.Engine.Shell.Front == nil {
		return nil, jobs.Errorf(jobs.KindUnsupported, "the history belongs to the prompt, and this is not run by one; in an entered session it is at home (exit-session)")
	}
	return c.Engine.Shell.Front.History()
}

type getHistory struct {
	historySelector
	Newest *int `param:"alias=Count,alias=Last,min=0" help:"no more than this many, the latest"`
}

// Run writes the entries.
func (p *getHistory) Run(c *shell.Call) error {
	found, err := p.choose(c)
	if err != nil {
		return err
	}
	if p.Newest != nil {
		found = found[len(found)-min(*p.Newest, len(found)):]
	}
	for _, m := range found {
		if err := c.Out(m); err != nil {
			return err
		}
	}
	return nil
}

type invokeHistory struct {
	Line string `param:"pos=0,alias=Id,kind=history" help:"its number, or what it begins with; the line before if not given"`
}

// Run hands the line to the prompt.
func (p *invokeHistory) Run(c *shell.Call) error {
	all, err := history(c)
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(all) {
		text := m.String("CommandLine")
		if p.Line == "" || p.Line == strconv.FormatInt(m.Int("Id"), 10) || !isNumber(p.Line) && strings.HasPrefix(text, p.Line) {
			return c.Engine.Shell.Front.RunNext(text)
		}
	}
	if p.Line == "" {
		return jobs.Errorf(jobs.KindNotFound, "the history is empty")
	}
	return jobs.Errorf(jobs.KindNotFound, "no line of the history begins with %s or has that number; get-history lists them", p.Line)
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

type clearHistory struct{ historySelector }

// Run removes the entries.
func (p *clearHistory) Run(c *shell.Call) error {
	if len(p.Pattern)+len(p.ID) == 0 {
		if _, err := history(c); err != nil {
			return err
		}
		return c.Engine.Shell.Front.ForgetHistory(c.Ctx)
	}
	found, err := p.choose(c)
	if err != nil || len(found) == 0 {
		return err
	}
	ids := make([]int, len(found))
	for i, m := range found {
		ids[i] = int(m.Int("Id"))
	}
	return c.Engine.Shell.Front.ForgetHistory(c.Ctx, ids...)
}
