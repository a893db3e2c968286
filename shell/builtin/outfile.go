package builtin

import (
	"errors"
	"os"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/format"
)

var outfileCommands = []*shell.Command{
	shell.Define[outFile](shell.Doc{
		Name: "out-file", Synopsis: "write values to a file as they would be shown", Input: "any values", Related: []string{"set-content", "tee-object"}, Examples: []shell.Example{
			{Line: "write-output ({a = 1}) | out-file table.txt\nget-content table.txt", Says: "a table in a file", Want: "a\n-\n1"},
		},
		Help: "The same as > file: text as lines with its bytes as they are, other values as tables and lists.",
	}),
	shell.Define[teeObject](shell.Doc{
		Name: "tee-object", Synopsis: "write values to a file or variable, and pass them on", Input: "any values", Output: "the same values", Related: []string{"out-file"}, Examples: []shell.Example{
			{Line: "write-output b a | tee-object all.txt | sort-object\nget-content all.txt", Says: "keep what passes by", Want: "a\nb\nb\na"},
		},
	}),
}

type outFile struct {
	FilePath    string    `param:"pos=0,required,kind=file,alias=Path,alias=LiteralPath" help:"the file"`
	Append      bool      `help:"write to the file's end"`
	NoClobber   bool      `help:"fail when the file is there"`
	InputObject jobs.List `help:"the values; else those piped in"`
}

// Run writes the file.
func (o *outFile) Run(c *shell.Call) (err error) {
	f, err := openShown(c.Path(o.FilePath), o.flags())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, v := range o.InputObject {
		if err := f.write(c, jobs.Out(v)); err != nil {
			return err
		}
	}
	return each(c, func(r jobs.Record) error { return f.write(c, r) })
}

func (o *outFile) flags() int {
	switch {
	case o.NoClobber:
		return os.O_EXCL
	case o.Append:
		return os.O_APPEND
	}
	return os.O_TRUNC
}

// shown is a file that values are written to as they would be shown.
type shown struct {
	*writer
	printer *format.Printer
}

func openShown(path string, flags int) (*shown, error) {
	w, err := createFile(path, flags)
	if err != nil {
		return nil, err
	}
	return &shown{w, format.NewPrinter(w, w, format.Options{RawErrors: true})}, nil
}

// Writes a record without the name of the machine it came from before each line.
func (s *shown) write(c *shell.Call, r jobs.Record) error {
	r.HideHost = true
	return s.printer.Write(c.Ctx, r)
}

// Close writes the rows that a table waits with and closes the file.
func (s *shown) Close() error { return errors.Join(s.printer.Flush(), s.writer.Close()) }

type teeObject struct {
	FilePath string `param:"pos=0,kind=file,alias=Path,alias=LiteralPath" help:"the file"`
	Append   bool   `help:"write to the file's end"`
	Variable string `help:"the variable to set to all of the values instead"`
}

// Run passes the values on.
func (t *teeObject) Run(c *shell.Call) (err error) {
	switch {
	case (t.FilePath == "") == (t.Variable == ""):
		return jobs.Errorf(jobs.KindUsage, "where to? give either a file or -Variable")
	case t.Variable != "":
		return t.toVariable(c)
	}
	o := outFile{Append: t.Append}
	f, err := openShown(c.Path(t.FilePath), o.flags())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return each(c, func(r jobs.Record) error {
		if err := f.write(c, r); err != nil {
			return err
		}
		return c.Write(r)
	})
}

func (t *teeObject) toVariable(c *shell.Call) error {
	var all jobs.List
	var kept held
	err := each(c, func(r jobs.Record) error {
		all = append(all, shell.WithHost(r))
		if err := kept.add(r.Value); err != nil {
			return err
		}
		return c.Write(r)
	})
	if err != nil {
		return err
	}
	switch len(all) {
	case 0:
		return c.SetVariable(t.Variable, nil)
	case 1:
		return c.SetVariable(t.Variable, all[0])
	}
	return c.SetVariable(t.Variable, all)
}
