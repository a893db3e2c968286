package shell

import (
	"os"
	"strings"

	"marsh/jobs"
	"marsh/shell/lua"
)

// program is an external program, ready to start.
type program struct {
	name      string
	path      string
	args      []string
	in        *os.File // the reading end of the pipe from the program before; nil where there is none
	out       *os.File // the writing end of the pipe to the one after; nil likewise
	hasReader bool     // out was given
}

// newProgram finds the program of a stage and expands its words.
func (e *Engine) newProgram(s *lua.Stage) (*program, error) {
	if s.Kind == lua.ShellLine {
		return &program{name: "sh", path: "/bin/sh", args: []string{"sh", "-c", s.Name}}, nil
	}
	path, err := e.lookProgram(s.Name)
	if err != nil {
		return nil, err
	}
	p := &program{name: s.Name, path: path, args: []string{s.Name}}
	for _, a := range s.Args {
		words, err := e.programWords(a)
		if err != nil {
			return nil, jobs.AsError(err).WithOp(s.Name)
		}
		p.args = append(p.args, words...)
	}
	return p, nil
}

// programWords returns an argument as the words that a program gets: ~ and patterns
// are expanded in bare words only.
func (e *Engine) programWords(a lua.Arg) ([]string, error) {
	switch a.Kind {
	case lua.Word:
		return e.expandWord(a.Text)
	case lua.List:
		var all []string
		for _, part := range a.List {
			words, err := e.programWords(part)
			if err != nil {
				return nil, err
			}
			all = append(all, words...)
		}
		return all, nil
	case lua.BlockArg:
		return []string{"{" + a.Block.Text + "}"}, nil
	}
	var all []string
	for _, v := range argList(a) {
		if strings.ContainsRune(jobs.Text(v), 0) {
			return nil, jobs.Errorf(jobs.KindUsage, "a program's argument cannot hold a NUL byte")
		}
		all = append(all, jobs.Text(v))
	}
	return all, nil
}

// joinPrograms joins two programs with a pipe of the system: bytes go through as
// they are.
func joinPrograms(from, to *program) error {
	r, w, err := os.Pipe()
	if err != nil {
		return jobs.Errorf(jobs.KindLimit, "cannot make a pipe: %w", err)
	}
	from.out, from.hasReader, to.in = w, true, r
	return nil
}

// closeEnds closes the program's ends of pipes to other programs.
func (p *program) closeEnds() {
	for _, f := range []*os.File{p.in, p.out} {
		if f != nil {
			f.Close()
		}
	}
}
