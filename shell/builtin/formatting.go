package builtin

import (
	"bytes"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/format"
)

var formattingCommands = []*shell.Command{
	shell.Define[formatTable](shell.Doc{
		Name: "format-table", Aliases: []string{"ft"}, Synopsis: "show values as a table", Input: "any values", Output: "text", Related: []string{"format-list", "select-object"}, Examples: []shell.Example{
			{Line: "write-output ({name = \"web1\", port = 80}) | format-table name, port", Says: "choose the columns and their order", Want: "name  port\n----  ----\nweb1    80"},
		},
		Help: "What it writes is text: use it at the end of a pipeline.",
	}),
	shell.Define[formatList](shell.Doc{
		Name: "format-list", Aliases: []string{"fl"}, Synopsis: "show all properties of values, one a line", Input: "any values", Output: "text", Related: []string{"format-table", "select-object"}, Examples: []shell.Example{
			{Line: "write-output ({name = \"web1\", port = 80}) | format-list", Says: "all properties", Want: "name : web1\nport : 80"},
		},
		Help: "What it writes is text: use it at the end of a pipeline.",
	}),
}

type formatTable struct {
	Property    []string  `param:"pos=0,rest" help:"the properties to show"`
	Width       int       `param:"min=0" help:"cut the lines to this many columns"`
	AutoSize    bool      `help:"columns always fit what is in them; taken for the sake of habit"`
	HideHeaders bool      `param:"name=HideTableHeaders" help:"leave out the lines with the columns' names"`
	InputObject jobs.List `help:"the values; else those piped in"`
}

// Run writes the table's lines.
func (f *formatTable) Run(c *shell.Call) error {
	return layOut(c, f.InputObject, format.Options{Mode: format.Table, Columns: f.Property, Width: f.Width, NoHeader: f.HideHeaders})
}

type formatList struct {
	Property    []string  `param:"pos=0,rest" help:"the properties to show; all where none is given"`
	InputObject jobs.List `help:"the values; else those piped in"`
}

// Run writes the list's lines.
func (f *formatList) Run(c *shell.Call) error {
	names := f.Property
	if len(names) == 1 && names[0] == "*" {
		names = nil
	}
	return layOut(c, f.InputObject, format.Options{Mode: format.List, Columns: names})
}

// Writes the values as text, a record for each line.
func layOut(c *shell.Call, values jobs.List, o format.Options) error {
	out := &lineWriter{emit: func(line string) error { return c.Write(jobs.Out(line)) }}
	p := format.NewPrinter(out, out, o)
	for _, v := range values {
		if err := p.Write(c.Ctx, jobs.Out(v)); err != nil {
			return err
		}
	}
	err := each(c, func(r jobs.Record) error { return p.Write(c.Ctx, r) })
	if ferr := p.Flush(); err == nil {
		err = ferr
	}
	if err == nil && len(out.rest) > 0 {
		err = out.emit(string(out.rest))
	}
	return err
}

// lineWriter hands on what is written to it line by line. Its caller sees to it
// that there is one Write at a time.
type lineWriter struct {
	emit func(line string) error
	rest []byte // of a line that has not ended
}

// Write emits the lines that p ends.
func (w *lineWriter) Write(p []byte) (int, error) {
	n := len(p)
	for {
		line, after, ended := bytes.Cut(p, []byte("\n"))
		w.rest = append(w.rest, line...)
		if !ended {
			return n, nil
		}
		if err := w.emit(string(w.rest)); err != nil {
			return 0, err
		}
		w.rest, p = w.rest[:0], after
	}
}
