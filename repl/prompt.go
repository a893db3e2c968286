package repl

import (
	"context"
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
	dir     string
	running int64 // the number of jobs
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
		return info{dir: "?", running: m.Int("Running")}
	}
	return info{dir: m.String("Dir"), running: m.Int("Running")}
}

func (r *REPL) prompt(ctx context.Context) string {
	var names []string
	for _, h := range r.entered() {
		names = append(names, h.Name())
	}
	text := r.o.Prompt(names, r.info(ctx).dir)
	return strings.ReplaceAll(format.Visible(text), "\n", " ")
}

// Returns the prompt of a continuation line, which lines up with prompt.
func morePrompt(prompt string) string {
	const more = ">> "
	return strings.Repeat(" ", max(0, format.Width(prompt)-len(more))) + more
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

// Returns the first map that was written, or nil.
func (c *collector) first() *jobs.Map {
	if maps := c.maps(); len(maps) > 0 {
		return maps[0]
	}
	return nil
}
