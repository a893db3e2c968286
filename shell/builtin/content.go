package builtin

import (
	"errors"
	"io"
	"os"
	"strings"

	"marsh/jobs"
	"marsh/shell"
)

var contentCommands = []*shell.Command{
	shell.Define[getContent](shell.Doc{
		Name: "get-content", Aliases: []string{"gc"}, Synopsis: "read files, line by line", Output: "text, a value for each line; with -Raw one for each file", Examples: []shell.Example{
			{Line: "write-output one two three > notes.txt\nget-content notes.txt -tail 1", Says: "the last line of a file", Want: "three"},
			{Line: "get-content *.log | where-object { it:match(\"ERROR\") } | measure-object", Says: "count the errors in all logs"},
		},
		Help: "Each line is a value of its own, without its newline and with its other bytes as they are.",
	}),
	shell.Define[setContent](shell.Doc{
		Name: "set-content", Synopsis: "write a file, a line for each value", Input: "the values to write, where -Value is not given", Related: []string{"out-file"}, Examples: []shell.Example{
			{Line: "set-content notes.txt one, two\nget-content notes.txt", Says: "write two lines", Want: "one\ntwo"},
		},
		Help: "What the file had is gone as soon as the command begins: do not write a file that the same pipeline reads.",
	}),
	shell.Define[addContent](shell.Doc{Name: "add-content", Synopsis: "write to the end of a file, a line for each value", Input: "the values to write, where -Value is not given", Related: []string{"out-file"}, Examples: []shell.Example{
		{Line: "set-content notes.txt one\nadd-content notes.txt two\nget-content notes.txt", Says: "one line more", Want: "one\ntwo"},
	}}),
}

type getContent struct {
	Path       []string `param:"pos=0,rest,required,kind=file,alias=LiteralPath" help:"the files, * and ? allowed"`
	TotalCount *int     `param:"alias=Head,alias=First,min=0" help:"only the first N lines of each"`
	Tail       *int     `param:"alias=Last,min=0" help:"only the last N lines of each"`
	Raw        bool     `help:"each file as one text (at most 256 MiB)"`
}

// maxRaw is how many bytes of a file are read as one text.
const maxRaw = 256 << 20

// Run writes the lines of each file; one that cannot be read is an error, and the
// others are still read.
func (g *getContent) Run(c *shell.Call) error {
	if err := g.check(); err != nil {
		return err
	}
	for _, path := range g.Path {
		files, err := expand(c, path)
		if err != nil {
			err = c.Error(err)
		}
		for _, f := range files {
			if err = g.file(c, f); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (g *getContent) check() error {
	if g.TotalCount != nil && g.Tail != nil || g.Raw && (g.TotalCount != nil || g.Tail != nil) {
		return jobs.Errorf(jobs.KindUsage, "only one of -TotalCount, -Tail and -Raw can be used")
	}
	return nil
}

func (g *getContent) file(c *shell.Call, path string) error {
	f, err := openFile(c.Ctx, path)
	if err != nil {
		return c.Error(err)
	}
	defer f.Close()
	switch {
	case g.Raw:
		return readRaw(c, f, path)
	case g.Tail != nil && f.backward():
		return g.tail(c, f, path)
	case g.Tail != nil:
		return g.tailOfStream(c, f, path)
	}
	left := -1
	if g.TotalCount != nil {
		left = *g.TotalCount
	}
	return eachLine(c, f, path, func(line string) error {
		if left == 0 {
			return errEnough
		}
		left--
		return c.Write(jobs.Out(line))
	})
}

// Calls do for each line, until it returns errEnough, which is no error, or fails.
func eachLine(c *shell.Call, f *reader, path string, do func(string) error) error {
	lines := newLineReader(f)
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return readError(c, path, err)
		}
		if err := do(line); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Reports why reading ended before the file did, unless the call was cancelled.
func readError(c *shell.Call, path string, err error) error {
	if c.Ctx.Err() != nil {
		return c.Ctx.Err()
	}
	return c.Error(shell.FileError("read", path, err))
}

func readRaw(c *shell.Call, f *reader, path string) error {
	data, err := io.ReadAll(io.LimitReader(f, maxRaw+1))
	if err != nil {
		return readError(c, path, err)
	}
	if len(data) > maxRaw {
		return readError(c, path, jobs.Errorf(jobs.KindLimit, "it has more than %d MiB; read it line by line, without -Raw", maxRaw>>20))
	}
	return c.Write(jobs.Out(string(data)))
}

// Writes the last lines of what can be read from its end.
func (g *getContent) tail(c *shell.Call, f *reader, path string) error {
	if *g.Tail == 0 {
		return nil
	}
	at, err := lastLines(f, f.info.Size(), *g.Tail)
	if err == nil {
		_, err = f.Seek(at, io.SeekStart)
	}
	if err != nil {
		return readError(c, path, err)
	}
	return eachLine(c, f, path, func(line string) error { return c.Write(jobs.Out(line)) })
}

// Reads all of what cannot be read from its end, keeping the last lines.
func (g *getContent) tailOfStream(c *shell.Call, f *reader, path string) error {
	var lines []string
	var kept held
	err := eachLine(c, f, path, func(line string) error {
		lines = append(lines, line)
		if len(lines) > *g.Tail {
			kept.drop(lines[0])
			lines = lines[1:]
		}
		return kept.add(line)
	})
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := c.Write(jobs.Out(l)); err != nil {
			return err
		}
	}
	return nil
}

type setContent struct {
	Path      string    `param:"pos=0,required,kind=file,alias=LiteralPath" help:"the file"`
	Value     jobs.List `param:"pos=1,rest" help:"the values; else those piped in"`
	NoNewline bool      `help:"write no newline after each"`
}

// Run writes the file anew.
func (s *setContent) Run(c *shell.Call) error { return s.write(c, os.O_TRUNC) }

type addContent struct {
	Path      string    `param:"pos=0,required,kind=file,alias=LiteralPath" help:"the file"`
	Value     jobs.List `param:"pos=1,rest" help:"the values; else those piped in"`
	NoNewline bool      `help:"write no newline after each"`
}

// Run writes to the file's end.
func (a *addContent) Run(c *shell.Call) error {
	return (*setContent)(a).write(c, os.O_APPEND)
}

func (s *setContent) write(c *shell.Call, flags int) (err error) {
	w, err := createFile(c.Path(s.Path), flags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for _, v := range s.Value {
		if err := s.value(w, v); err != nil {
			return err
		}
	}
	return each(c, func(r jobs.Record) error { return s.value(w, r.Value) })
}

// Writes a value's text as a line; bytes as they are.
func (s *setContent) value(w *writer, v jobs.Value) error {
	text := jobs.Text(v)
	if _, isBytes := v.([]byte); !isBytes && !s.NoNewline && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if _, err := w.WriteString(text); err != nil {
		return shell.FileError("write", w.path, err)
	}
	return nil
}
