package builtin

import (
	"strings"

	"marsh/jobs"
	"marsh/shell"
)

var outputCommands = []*shell.Command{
	shell.Define[writeOutput](shell.Doc{
		Name:     "write-output",
		Synopsis: "write values to the output", Output: "the values",
		Examples: []shell.Example{{Line: "write-output one two", Says: "two values", Want: "one\ntwo"}},
	}),
	shell.Define[writeError](shell.Doc{
		Name: "write-error", Synopsis: "report an error, and go on", Output: "nothing; the error goes to the error stream", Related: []string{"about_errors"}, Examples: []shell.Example{
			{Line: "write-error \"the disk is nearly full\" 2>&1 | foreach-object { it.Message }", Says: "report an error, and catch it as a value", Want: "the disk is nearly full"},
		},
		Help: "The error goes to the error stream and into $error. -ErrorAction stop makes it end the script.",
	}),
	shell.Define[writeWarning](shell.Doc{Name: "write-warning", Synopsis: "write a line to the warning stream", Output: "nothing; the line goes to the warning stream, 3", Examples: []shell.Example{
		{Line: "write-warning \"this takes a while\"", Says: "warn", Want: "warning: this takes a while"},
	}}),
	shell.Define[writeVerbose](shell.Doc{Name: "write-verbose", Synopsis: "write a line to the verbose stream", Output: "nothing; the line goes to the verbose stream, 4", Examples: []shell.Example{
		{Line: "write-verbose \"step 2\" 4> log.txt\nget-content log.txt", Says: "a line that is kept apart", Want: "step 2"},
	}}),
	shell.Define[writeDebug](shell.Doc{Name: "write-debug", Synopsis: "write a line to the debug stream", Output: "nothing; the line goes to the debug stream, 5", Examples: []shell.Example{
		{Line: "write-debug \"x is 5\" 5> log.txt\nget-content log.txt", Says: "a line that is kept apart", Want: "x is 5"},
	}}),
	shell.Define[writeInformation](shell.Doc{
		Name: "write-information", Synopsis: "write a value to the information stream", Output: "nothing; the value goes to the information stream, 6", Examples: []shell.Example{
			{Line: "write-information \"begun\" 6> log.txt\nget-content log.txt", Says: "a line that is kept apart", Want: "begun"},
		},
	}),
	shell.Define[writeHost](shell.Doc{
		Name: "write-host", Synopsis: "show text to the operator without making it output", Output: "nothing; the text goes to the information stream, 6", Examples: []shell.Example{
			{Line: "$x = write-host \"for your eyes\"\n=x", Says: "what is shown is not output", Want: "for your eyes"},
		},
		Help: "The text goes to the information stream: it is shown, and 6> catches it, but $x = … and | do not see it.",
	}),
	shell.Define[outNull](shell.Doc{Name: "out-null", Synopsis: "take what is piped in and show nothing of it", Input: "any values", Examples: []shell.Example{
		{Line: "start-job { 1 } | wait-job | out-null", Says: "wait, and show nothing"},
	}}),
}

type writeOutput struct {
	InputObject jobs.List `param:"pos=0,rest" help:"the values"`
}

// Run writes the values given, then those piped in.
func (w *writeOutput) Run(c *shell.Call) error {
	for _, v := range w.InputObject {
		if err := c.Out(v); err != nil {
			return err
		}
	}
	return each(c, c.Write)
}

type writeError struct {
	Message []string `param:"pos=0,rest,required" help:"what happened"`
}

// Run writes an error that is the script's own, without the command's name.
func (w *writeError) Run(c *shell.Call) error {
	e := &jobs.Error{Kind: jobs.KindScript, Msg: strings.Join(w.Message, " ")}
	return c.Write(jobs.Record{Stream: jobs.ErrorStream, Value: jobs.ErrorValue(e)})
}

// message is the parameter of the commands that write a line to a stream.
type message []string

func (m message) write(c *shell.Call, stream jobs.StreamKind) error {
	return c.Write(jobs.Record{Stream: stream, Value: strings.Join(m, " ")})
}

type writeWarning struct {
	Message []string `param:"pos=0,rest,required" help:"the line"`
}

// Run writes to the warning stream.
func (w *writeWarning) Run(c *shell.Call) error { return message(w.Message).write(c, jobs.Warning) }

type writeVerbose struct {
	Message []string `param:"pos=0,rest,required" help:"the line"`
}

// Run writes to the verbose stream.
func (w *writeVerbose) Run(c *shell.Call) error { return message(w.Message).write(c, jobs.Verbose) }

type writeDebug struct {
	Message []string `param:"pos=0,rest,required" help:"the line"`
}

// Run writes to the debug stream.
func (w *writeDebug) Run(c *shell.Call) error { return message(w.Message).write(c, jobs.Debug) }

type writeInformation struct {
	MessageData jobs.Value `param:"pos=0,alias=Message,required" help:"the value"`
}

// Run writes to the information stream.
func (w *writeInformation) Run(c *shell.Call) error {
	return c.Write(jobs.Record{Stream: jobs.Information, Value: w.MessageData})
}

type writeHost struct {
	Object jobs.List `param:"pos=0,rest" help:"what to show"`
}

// Run shows the values on one line.
func (w *writeHost) Run(c *shell.Call) error {
	if c.HasInput() && w.Object == nil {
		return each(c, func(r jobs.Record) error {
			return c.Write(jobs.Record{Stream: jobs.Information, Value: jobs.Text(r.Value)})
		})
	}
	words := make(message, len(w.Object))
	for i, v := range w.Object {
		words[i] = jobs.Text(v)
	}
	return words.write(c, jobs.Information)
}

type outNull struct{}

// Run reads to the end.
func (*outNull) Run(c *shell.Call) error {
	return each(c, func(jobs.Record) error { return nil })
}
