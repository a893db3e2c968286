package shell

import (
	"context"
	"slices"
	"strings"
	"time"

	"marsh/jobs"
	"marsh/shell/lua"
)

// errorActionName is the parameter that programs have too, spelled out. Quoted it is
// an ordinary word.
const errorActionName = "-ErrorAction"

// takeErrorAction takes -ErrorAction out of a program's words.
func takeErrorAction(args []lua.Arg) (rest []lua.Arg, action string, err error) {
	for i, a := range args {
		if a.Kind != lua.Word || len(a.Text) < len(errorActionName) || !strings.EqualFold(a.Text[:len(errorActionName)], errorActionName) {
			continue
		}
		val, attached := strings.CutPrefix(a.Text[len(errorActionName):], ":")
		end := i + 1
		switch {
		case attached:
		case val != "":
			continue
		case end < len(args):
			val = jobs.Text(ArgValue(args[end]))
			end++
		}
		if !slices.Contains(errorActions(), strings.ToLower(val)) {
			return nil, "", jobs.Errorf(jobs.KindUsage, "-ErrorAction: %q is not one of %s", val, strings.Join(errorActions(), ", "))
		}
		return slices.Concat(args[:i], args[end:]), val, nil
	}
	return args, "", nil
}

// bindProgram finds the program of a stage.
func (r *run) bindProgram(s *stageRun) (err error) {
	spec := *s.spec
	if spec.Kind == lua.Program {
		if spec.Args, s.common.ErrorAction, err = takeErrorAction(spec.Args); err != nil {
			return jobs.AsError(err).WithOp(spec.Name)
		}
	}
	s.prog, err = r.e.newProgram(&spec)
	return err
}

// errorActions returns the values of -ErrorAction.
func errorActions() []string { return commonParams()[0].Values }

// tolerate does what -ErrorAction says with the error that ended a stage, where that
// is not to end the script.
func (r *run) tolerate(s *stageRun) error {
	switch strings.ToLower(s.common.ErrorAction) {
	case "", "stop":
		return s.err
	}
	e := jobs.AsError(s.err)
	if e == nil || r.ctx.Err() != nil || slices.Contains([]jobs.Kind{jobs.KindClosed, jobs.KindExit, jobs.KindExitSession, jobs.KindStopped}, e.Kind) {
		return s.err
	}
	c := &Call{Ctx: r.ctx, Engine: r.e, others: s.to, common: s.common, stage: s}
	err := c.errorRecord(jobs.Record{Time: time.Now(), Stream: jobs.ErrorStream, Value: jobs.ErrorValue(e), Host: e.Host})
	if context.Cause(r.ctx) != nil || err != nil {
		return err
	}
	return nil
}
