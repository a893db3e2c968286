package builtin

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

var jobCommands = []*shell.Command{
	shell.Define[startJob](shell.Doc{
		Name: "start-job", Aliases: []string{"sajb"}, Synopsis: "run a script block as a background job on this machine", Output: "the job", Related: []string{"invoke-command", "about_remote_jobs"},
		Help: "The job runs beside the shell, in the directory and environment of this moment, with no variables but those that $using: carries. " +
			"The job is written as an object; receive-job gives its results.",
		Examples: []shell.Example{
			{Line: "$job = start-job { 6 * 7 }\nwait-job $job | receive-job", Says: "run a block, wait for it and get its value", Want: "42"},
			{Line: "start-job { local a, b = ...; return a + b } -argumentlist 3,4 | receive-job -wait", Says: "give the block arguments", Want: "7"},
			{Line: "$n = 5\nstart-job -name square { $using:n ^ 2 } | wait-job | receive-job", Says: "carry a variable into the job", Want: "25"},
		},
	}),
	shell.Define[getJob](shell.Doc{
		Name: "get-job", Aliases: []string{"gjb"}, List: true, Synopsis: "list the jobs of this shell", Input: "jobs, numbers or names", Output: "jobs",
		Examples: []shell.Example{{Line: "start-job -name logs { 1 } | wait-job | out-null\n(get_job(\"logs\")[1].State)", Says: "find a job by name", Want: "Completed"}},
	}),
	shell.Define[receiveJob](shell.Doc{
		Name: "receive-job", Aliases: []string{"rcjb"}, Handover: true, Synopsis: "give what jobs have written since the last receive", Input: "jobs, numbers or names", Output: "what the jobs wrote, each value on the stream it was written to",
		Help: "It never waits, unless -Wait is given: then it streams what comes until the job has ended. Each record is given once; with -Keep it stays for the next call. " +
			"A failed job gives its data first and then its reason, as an error.",
		Examples: []shell.Example{
			{Line: "start-job { return 1, 2, 3 } | receive-job -wait", Says: "stream a job's results to its end", Want: "1\n2\n3"},
			{Line: "$j = start-job { 6 * 7 } | wait-job\nreceive-job $j -keep\nreceive-job $j\nreceive-job $j", Says: "look at the results, then take them", Want: "42\n42"},
		},
	}),
	shell.Define[waitJob](shell.Doc{
		Name: "wait-job", Aliases: []string{"wjb"}, Synopsis: "wait until jobs have ended", Input: "jobs, numbers or names", Output: "the jobs that ended",
		Help: "Without a selector it waits for all jobs that have not ended. The jobs that did end are written; with -Timeout those that ended in time.",
		Examples: []shell.Example{
			{Line: "start-job { 6 * 7 } | wait-job | foreach-object State", Says: "wait for a job", Want: "Completed"},
			{Line: "start-job { start-sleep 600 } | wait-job -timeout 0.1\nget-job | foreach-object State", Says: "wait for a moment only", Want: "Running"},
		},
	}),
	shell.Define[stopJob](shell.Doc{
		Name: "stop-job", Aliases: []string{"spjb"}, Synopsis: "stop jobs, with all the processes they started", Input: "jobs, numbers or names", Output: "nothing; with -PassThru the jobs",
		Help: "It returns when the jobs and their processes are gone, or fails and names the processes that are left, with the reason. What they wrote before is kept.",
		Examples: []shell.Example{
			{Line: "$j = start-job { start-sleep 600 }\nstop-job $j\n=$j.State", Says: "stop a job", Want: "Stopped"},
			{Line: "$j = start-job { sleep 600 }\nstop-job $j -timeout 0\n=$j.State", Says: "give its programs no time to clean up", Want: "Stopped"},
		},
	}),
	shell.Define[removeJob](shell.Doc{
		Name: "remove-job", Aliases: []string{"rjb"}, Synopsis: "take jobs off the list and free what they wrote", Input: "jobs, numbers or names",
		Help: "A job that has not ended is refused, unless -Force stops it first.",
		Examples: []shell.Example{
			{Line: "start-job { start-sleep 600 } | remove-job -force\n=#get_job()", Says: "stop a job and forget it", Want: "0"},
		},
	}),
}

type startJob struct {
	ScriptBlock      *shell.Block `param:"pos=0,alias=Command" help:"what the job runs"`
	FilePath         string       `param:"kind=file" help:"a script file to run instead; it is read now"`
	Name             string       `help:"the job's name; Job<Id> if not given"`
	ArgumentList     jobs.List    `param:"alias=Args" help:"arrive in the block as ... and args"`
	WorkingDirectory string       `param:"kind=file" help:"the directory it begins in; this one if not given"`
}

// Run starts the job and writes it.
func (p *startJob) Run(c *shell.Call) error {
	script, err := blockScript(c, p.ScriptBlock, p.FilePath, p.ArgumentList)
	if err != nil {
		return err
	}
	task, err := c.Engine.LocalTask(c.Ctx, false, p.WorkingDirectory)
	if err != nil {
		return err
	}
	j, err := c.Engine.StartJob(jobs.Spec{
		Name: p.Name, Type: jobs.BackgroundJob, Command: strings.TrimSpace(script.Text), Script: script, Tasks: []jobs.TaskSpec{task},
	})
	if err != nil {
		return err
	}
	return c.Out(j.Started())
}

// blockScript returns the script of a block, or of a file that is read now.
func blockScript(c *shell.Call, b *shell.Block, file string, args jobs.List) (jobs.Script, error) {
	switch {
	case b != nil && file != "":
		return jobs.Script{}, jobs.Errorf(jobs.KindUsage, "give -ScriptBlock or -FilePath, not both")
	case b != nil:
		return b.Script(args)
	case file == "":
		return jobs.Script{}, jobs.Errorf(jobs.KindUsage, "-ScriptBlock is missing; it is used as: %s", c.Cmd.Usage())
	}
	text, err := os.ReadFile(c.Path(file))
	if err != nil {
		return jobs.Script{}, shell.FileError("read", c.Path(file), err)
	}
	return jobs.Script{Text: string(text), Name: file, Args: args}, nil
}

type getJob struct {
	jobSelector
	IncludeChildJob bool  `help:"add the children of each job"`
	HasMoreData     *bool `help:"only jobs that have, or have not, something to receive"`
	Newest          int   `help:"only the N that were started last"`
}

// Run writes the jobs that fit, all of them when nothing is asked for.
func (p *getJob) Run(c *shell.Call) error {
	sel := p.jobSelector
	piped := sel.fromPipe(c)
	if !sel.given() && !piped {
		sel.Name = []string{"*"}
	}
	found, err := sel.find(c)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(s selected) bool { return !p.fits(s) })
	slices.SortStableFunc(found, func(a, b selected) int { return a.job.ID - b.job.ID })
	if p.Newest > 0 && len(found) > p.Newest {
		found = found[len(found)-p.Newest:]
	}
	for _, s := range found {
		if err := p.write(c, s); err != nil {
			return err
		}
	}
	return nil
}

func (p *getJob) fits(s selected) bool {
	if p.HasMoreData == nil {
		return true
	}
	more, _ := s.value().Get("HasMoreData")
	return more == *p.HasMoreData
}

func (p *getJob) write(c *shell.Call, s selected) error {
	if err := c.Out(s.value()); err != nil || !p.IncludeChildJob || s.task != nil {
		return err
	}
	for _, t := range s.job.Tasks() {
		if err := c.Out(t.Value()); err != nil {
			return err
		}
	}
	return nil
}

type waitJob struct {
	jobSelector
	Any     bool     `help:"return when the first of them has ended"`
	Timeout *float64 `param:"alias=TimeoutSec" help:"wait at most this many seconds; the jobs that did end are written"`
}

// maxTimeout is the longest wait in seconds, some thirty years.
const maxTimeout = 1e9

// Run waits for the jobs and writes those that have ended.
func (p *waitJob) Run(c *shell.Call) error {
	sel := p.jobSelector
	piped := sel.fromPipe(c)
	if !sel.given() && !piped {
		sel.State = []string{"NotStarted", "Running", "Blocked", "Stopping", "Disconnected"}
	}
	found, err := sel.find(c)
	if err != nil {
		return err
	}
	ctx := c.Ctx
	if p.Timeout != nil && *p.Timeout >= 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(min(*p.Timeout, maxTimeout)*float64(time.Second)))
		defer cancel()
	}
	ended, err := waitFor(ctx, c, found, p.Any)
	if err != nil {
		return err
	}
	for _, s := range ended {
		if err := c.Out(s.value()); err != nil {
			return err
		}
	}
	return nil
}

// waitFor waits until all (or any) have ended or ctx has, and returns those that
// have, in the order given. A job that waits for somebody to receive cannot end:
// that is an error, unless what was asked for came otherwise.
func waitFor(ctx context.Context, c *shell.Call, found []selected, any bool) ([]selected, error) {
	waits, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, len(found))
	for _, s := range found {
		go func() { errs <- waitOne(waits, s) }()
	}
	var blocked error
	for range found {
		err := <-errs
		if errors.Is(err, jobs.KindState) && blocked == nil {
			blocked = err
		}
		if err == nil && any || blocked != nil && !any {
			cancel() // the others need not be waited for
		}
	}
	ended := endedOf(found)
	switch {
	case c.Ctx.Err() != nil:
		return nil, jobs.AsError(context.Cause(c.Ctx))
	case any && len(ended) > 0:
		return ended[:1], nil
	}
	return ended, blocked
}

// waitOne waits until s has ended, or ctx; an error says that it cannot end.
func waitOne(ctx context.Context, s selected) error {
	defer s.job.Attend()()
	for {
		changed := s.job.Changed()
		if s.state() == jobs.Blocked {
			return blockedError(s)
		}
		select {
		case <-s.done():
			return nil
		case <-changed:
		case <-ctx.Done():
			return jobs.AsError(ctx.Err())
		}
	}
}

// endedOf returns those that have ended.
func endedOf(found []selected) []selected {
	return slices.DeleteFunc(slices.Clone(found), func(s selected) bool { return !s.state().Ended() })
}

type stopJob struct {
	jobSelector
	Timeout  *float64 `param:"alias=TimeoutSec" help:"seconds that programs on this machine have to end after TERM, before KILL; 5 if not given, 0 is KILL at once"`
	PassThru bool     `help:"write the jobs"`
}

// Run stops the jobs, all at once, and waits until they are gone.
func (p *stopJob) Run(c *shell.Call) error {
	found, err := mustSelect(c, p.jobSelector)
	if err != nil {
		return err
	}
	if p.Timeout != nil && (*p.Timeout < 0 || *p.Timeout > maxTimeout) {
		return jobs.Errorf(jobs.KindUsage, "-Timeout is a number of seconds from 0 on")
	}
	if err := stopAll(c, found, p.Timeout); err != nil {
		return err
	}
	for _, s := range found {
		if p.PassThru {
			if err := c.Out(s.value()); err != nil {
				return err
			}
		}
	}
	return nil
}

// mustSelect finds the jobs for a command that has to be told which.
func mustSelect(c *shell.Call, sel jobSelector) ([]selected, error) {
	piped := sel.fromPipe(c)
	if !sel.given() && !piped {
		return nil, jobs.Errorf(jobs.KindUsage, "which jobs? give numbers, names or job objects; get-job lists them")
	}
	return sel.find(c)
}

// stopAll stops what has not ended, and waits. Programs get a grace of so many seconds,
// or the usual one.
func stopAll(c *shell.Call, found []selected, grace *float64) error {
	errs := make(chan error, len(found))
	for _, s := range found {
		go func() { errs <- s.stop(c.Ctx, grace) }()
	}
	var all []error
	for range found {
		all = append(all, <-errs)
	}
	return firstError(all)
}

func firstError(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// stop stops the job, or the child, unless it has ended. An error says what of it could
// not be ended.
func (s selected) stop(ctx context.Context, grace *float64) error {
	defer s.job.Attend()()
	if s.state().Ended() {
		return nil
	}
	if err := s.askToStop(ctx, grace); err != nil {
		return err
	}
	tasks := s.job.Tasks()
	if s.task != nil {
		tasks = []*jobs.Task{s.task}
	}
	for _, t := range tasks {
		if r := t.Reason(); t.State() == jobs.Stopped && errors.Is(r, jobs.KindState) {
			return r
		}
	}
	return nil
}

// askToStop stops the job, or the child, and waits for that.
func (s selected) askToStop(ctx context.Context, grace *float64) error {
	var what interface {
		Stop(context.Context) error
		StopWithin(context.Context, time.Duration) error
	} = s.job
	if s.task != nil {
		what = s.task
	}
	if grace == nil {
		return what.Stop(ctx)
	}
	return what.StopWithin(ctx, time.Duration(*grace*float64(time.Second)))
}

type removeJob struct {
	jobSelector
	Force bool `param:"alias=F" help:"stop those that have not ended first"`
}

// Run removes the jobs.
func (p *removeJob) Run(c *shell.Call) error {
	found, err := mustSelect(c, p.jobSelector)
	if err != nil {
		return err
	}
	if p.Force {
		if err := stopAll(c, found, nil); err != nil {
			return err
		}
	}
	for _, s := range found {
		err := removeOne(c, s)
		if err != nil {
			if err := c.Error(err); err != nil {
				return err
			}
		}
	}
	return nil
}

func removeOne(c *shell.Call, s selected) error {
	if s.task != nil {
		return jobs.Errorf(jobs.KindState, "%s is a child of job %d; only the whole job can be removed", s.task.ID(), s.job.ID)
	}
	return c.Engine.Shell.Jobs.Remove(s.job)
}
