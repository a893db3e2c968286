package shell

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"marsh/jobs"
	"marsh/shell/lua"
	"marsh/shell/proc"
)

// LocalTask returns a task that runs on this machine in a fork of the engine, made
// now: in the environment of this moment, in directory dir as seen from this one
// ("" is this one). With variables it begins with a copy of them.
func (e *Engine) LocalTask(ctx context.Context, variables bool, dir string) (jobs.TaskSpec, error) {
	f := e.fork()
	if variables { // else it gets its state when it runs
		if err := e.fill(ctx, f, true); err != nil {
			return jobs.TaskSpec{}, err
		}
	}
	if dir != "" {
		if err := f.SetDir(dir); err != nil {
			f.Close()
			return jobs.TaskSpec{}, err
		}
	}
	return f.task(f), nil
}

// task returns a task that runs on host, which uses the fork f, and ends f after it.
func (f *Engine) task(host jobs.Host) jobs.TaskSpec {
	return jobs.TaskSpec{Location: f.Name(), Open: func(context.Context) (jobs.Host, func(), error) {
		if f.state == nil {
			f.state = lua.New(f.luaOptions())
		}
		return taskHost{host, f}, f.endTask, nil
	}}
}

// taskHost is the host of a task, whose run is over when all that its programs left
// running is gone, too, if the task was stopped.
type taskHost struct {
	jobs.Host
	f *Engine // the fork that it runs in
}

// Run runs the script. An error of kind [jobs.KindState] names the processes of a
// stopped task that could not be ended.
func (h taskHost) Run(ctx context.Context, s jobs.Script, out jobs.Sink) error {
	err := h.Host.Run(ctx, s, out)
	if ctx.Err() == nil || h.f.programs.Load() == 0 {
		return err
	}
	left, grace := h.f.left.take(), jobs.Grace(ctx, proc.DefaultGrace)
	if left != nil { // they had their time
		grace = 0
	}
	serr := stopGroup(ctx, h.f.Shell.Watchdog.NewGroup(h.f.mark()).Since(proc.Moment(h.f.begun.Load())), grace)
	if left != nil { // it knows more: whose environment cannot be read has no tag
		serr = left
	}
	if serr != nil {
		err = jobs.Errorf(jobs.KindState, "not all processes were stopped: %w", serr)
	}
	if errors.Is(err, jobs.KindState) {
		h.f.Shell.leftRunning(err)
	}
	return err
}

// stopGroup ends a group's processes because ctx has ended, with that grace.
func stopGroup(ctx context.Context, g *proc.Group, grace time.Duration) error {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace+proc.DefaultGrace)
	defer cancel()
	return g.Stop(bounded, grace)
}

// endTask ends the fork of a task. What it left running, although it was not stopped, is
// nobody's any more.
func (f *Engine) endTask() {
	f.Shell.Watchdog.Forget(f.mark())
	f.Close()
}

// leftRunning logs which processes of a stopped job live on.
func (s *Shell) leftRunning(err error) {
	s.logEvent(Event{Type: EventError, ID: JobLeftSomeRunning, Source: "job", Message: "a job was stopped, but its programs were not: " + err.Error()})
}

// StartJob starts a job, and logs that and its end, in this order.
func (e *Engine) StartJob(spec jobs.Spec) (*jobs.Job, error) {
	sh, logged := e.Shell, make(chan struct{})
	defer close(logged)
	spec.Ended = func(j *jobs.Job) {
		<-logged
		sh.logEvent(jobEvent(JobEnded, j, j.Value()))
	}
	j, err := sh.Jobs.Start(spec)
	if err == nil {
		sh.logEvent(startEvent(j, !e.untold))
	}
	return j, err
}

// pipelineHost is a fork that runs one pipeline whose words are evaluated already.
type pipelineHost struct {
	*Engine
	p *lua.Pipeline
}

// Run runs the pipeline; the script's text is for people only.
func (h pipelineHost) Run(ctx context.Context, _ jobs.Script, out jobs.Sink) error {
	if err := h.takeTurn(ctx, out); err != nil {
		return err
	}
	defer func() { <-h.turn }()
	h.sink = out
	_, err := h.exec(ctx, h.p)
	return err
}

// execBackground starts a job of the pipeline (cmd &) and writes the job.
func (e *Engine) execBackground(ctx context.Context, p *lua.Pipeline) ([]jobs.Value, error) {
	front := *p
	front.Background, front.Capture = false, false
	front.Stages = slices.Clone(p.Stages)
	for i := range front.Stages {
		front.Stages[i].Args = withoutFuncs(front.Stages[i].Args)
	}
	f := e.fork()
	j, err := e.StartJob(jobs.Spec{
		Type: jobs.BackgroundJob, Command: p.Text, Script: jobs.Script{Text: p.Text},
		Tasks: []jobs.TaskSpec{f.task(pipelineHost{f, &front})},
	})
	if err != nil {
		f.Close()
		return nil, err
	}
	if p.Capture {
		return []jobs.Value{j.Started()}, nil
	}
	return nil, e.write(ctx, jobs.Record{Time: time.Now(), Stream: jobs.Output, Value: j.Started()})
}

// withoutFuncs returns the arguments with blocks as text only: the functions belong
// to the Lua state that goes on.
func withoutFuncs(args []lua.Arg) []lua.Arg {
	args = slices.Clone(args)
	for i, a := range args {
		if a.Block != nil && a.Block.Func != nil {
			b := *a.Block
			b.Func = nil
			args[i].Block = &b
		}
	}
	return args
}

// endLine is what the operator is told when a job has ended.
func endLine(j *jobs.Job) string {
	line := fmt.Sprintf("[%d] %s %s on %s", j.ID, j.Name, j.State(), j.Location())
	if j.State() == jobs.Failed {
		if m, ok := j.Value().Get("Reason"); ok && m != nil {
			line += ": " + jobs.Text(m)
		}
	}
	return line
}
