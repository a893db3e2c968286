package repl

import (
	"context"
	"regexp"
	"strings"
	"sync"

	"marsh/jobs"
	"marsh/shell/format"
)

// DefaultPrompt returns "local:DIR> ", or inside sessions their names with slashes
// between: "Server01:DIR> ", "Server01/Server02:DIR> ".
func DefaultPrompt(sessions []string, dir string) string {
	name := "local"
	if len(sessions) > 0 {
		name = strings.Join(sessions, "/")
	}
	return name + ":" + dir + "> "
}

// What prompt-info says about a host.
type info struct {
	dir string
}

// Asks the host on top; what it does not say in time is unknown.
func (r *REPL) info(ctx context.Context) info {
	ctx, cancel := context.WithTimeout(ctx, promptWait)
	defer cancel()
	out := &collector{max: 1}
	if r.top().Run(ctx, jobs.Script{Text: "prompt-info"}, out) != nil {
		return info{dir: "?"}
	}
	m := out.first()
	if m.String("Dir") == "" {
		return info{dir: "?"}
	}
	return info{dir: m.String("Dir")}
}

// Makes the prompt: what the user's own function says, else the default.
func (r *REPL) prompt(ctx context.Context) string {
	names := r.machines()
	dir := r.info(ctx).dir
	text := ""
	if r.o.Editor.Interactive() && !r.slowPrompt {
		text = r.userPrompt(ctx, names, dir)
	}
	if text == "" {
		text = r.o.Prompt(names, dir)
	}
	return drawable(text)
}

// Returns the names of the machines entered, outermost first: with the user there, where
// that is not the one here.
func (r *REPL) machines() (names []string) {
	for _, h := range r.entered() {
		name := h.Name()
		if u, ok := h.(interface{ User() string }); ok && r.o.User != "" && !strings.Contains(name, "@") {
			if user := u.User(); user != "" && user != r.o.User {
				name = user + "@" + name
			}
		}
		names = append(names, name)
	}
	return names
}

// Has the user's function prompt(sessions, dir) make the prompt; "" where there is none.
// It runs on this machine. Why it does not work is said once, not before every line.
func (r *REPL) userPrompt(ctx context.Context, names []string, dir string) string {
	ctx, cancel := context.WithTimeout(ctx, promptWait)
	defer cancel()
	list := make(jobs.List, len(names))
	for i, n := range names {
		list[i] = n
	}
	out := &collector{max: 1}
	err := r.o.Local.Run(ctx, jobs.Script{Text: "prompt-text (args[1]) (args[2])", Args: jobs.List{list, dir}}, out)
	m := out.first()
	why := m.String("Error")
	switch {
	case ctx.Err() != nil:
		why = "it took longer than " + promptWait.String()
		r.slowPrompt = true
	case err != nil:
		why = jobs.AsError(err).Msg
	}
	if why != "" && why != r.noPrompt {
		r.Notify("the function prompt cannot be used: " + why)
	}
	if r.noPrompt = why; why != "" {
		return ""
	}
	return m.String("Text")
}

// maxPrompt is the longest prompt, in bytes.
const maxPrompt = 4 << 10

var sgr = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

// Returns a prompt as an editor takes it: one row, of its control characters only SGR
// sequences, their effect ended behind it.
func drawable(text string) string {
	text = strings.ReplaceAll(text[:min(len(text), maxPrompt)], "\n", " ")
	var b strings.Builder
	from := 0
	for _, at := range sgr.FindAllStringIndex(text, -1) {
		b.WriteString(format.Visible(text[from:at[0]]) + text[at[0]:at[1]])
		from = at[1]
	}
	b.WriteString(format.Visible(text[from:]))
	if from > 0 {
		b.WriteString("\x1b[m")
	}
	return b.String()
}

// Returns the prompt of a continuation line, which lines up with prompt.
func morePrompt(prompt string) string {
	const more = ">> "
	width := format.Width(sgr.ReplaceAllString(prompt, ""))
	return strings.Repeat(" ", max(0, width-len(more))) + more
}

// A collector keeps the values written to the output stream, up to max of them.
type collector struct {
	max int

	mu     sync.Mutex
	values jobs.List // guarded by mu
}

// Write keeps r's value.
func (c *collector) Write(_ context.Context, r jobs.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Stream == jobs.Output && len(c.values) < c.max {
		c.values = append(c.values, r.Value)
	}
	return nil
}

// Returns the maps among what was written.
func (c *collector) maps() []*jobs.Map {
	c.mu.Lock()
	defer c.mu.Unlock()
	var maps []*jobs.Map
	for _, v := range c.values {
		if m, ok := v.(*jobs.Map); ok {
			maps = append(maps, m)
		}
	}
	return maps
}

// Returns the first value that was written, or nil.
func (c *collector) value() jobs.Value {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.values) == 0 {
		return nil
	}
	return c.values[0]
}

// Returns the first map that was written, or nil.
func (c *collector) first() *jobs.Map {
	if maps := c.maps(); len(maps) > 0 {
		return maps[0]
	}
	return nil
}
