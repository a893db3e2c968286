package builtin

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

var jobCommands = []*shell.Command{
	shell.Define[startJob](shell.Doc{
		Name: "start-job", Aliases: []string{"sajb"}, Synopsis: "run a script block as a background job on this machine", Input: "what $input is in the block", Output: "the job", Related: []string{"invoke-command", "about_jobs", "about_remote_jobs"},
		Help: "The job runs beside the shell, in the directory and environment of this moment, with no variables but those that $using: carries. " +
			"The job is written as an object; receive-job gives its results.\n\n" +
			"What is piped in makes one job, too: in the block $input is the list of the values, and for v in input do … end goes through them.\n\n" +
			"With -ThrottleLimit or -Pool the job waits for its turn in a pool, which lets so many jobs run at a time; until then it is NotStarted. " +
			"Pools have names, the one called default is used without -Pool; a limit stays until another is given. A job that waits for jobs " +
			"(wait-job, receive-job -wait) gives its place to others meanwhile, so jobs that start jobs in their own pool come to an end.\n\n" +
			"With -Isolated it has a process of its own, which ends with the job and takes along what the job left running; commands that you declared are not known in it. " +
			"-MemoryLimit ends such a job, with its programs, when it uses more than that.",
		Examples: []shell.Example{
			{Line: "$job = start-job { 6 * 7 }\nwait-job $job | receive-job", Says: "run a block, wait for it and get its value", Want: "42"},
			{Line: "start-job { local a, b = ...; return a + b } -argumentlist 3,4 | receive-job -wait", Says: "give the block arguments", Want: "7"},
			{Line: "$n = 5\nstart-job -name square { $using:n ^ 2 } | wait-job | receive-job", Says: "carry a variable into the job", Want: "25"},
			{Line: "write-output 3 1 2 | start-job { $input | sort-object } | receive-job -wait", Says: "give it values", Want: "1\n2\n3"},
			{Line: "start-job { double(21) } -initializationscript { function double(n) return 2 * n end } | receive-job -wait", Says: "run something first that the block needs", Want: "42"},
			{Line: "start-job -timeout 0.1 { start-sleep 600 } | wait-job | foreach-object { return it.State, it.Reason.Kind }", Says: "let it run for a tenth of a second only", Want: "Failed\nTimeout"},
			{Line: "for i = 1, 4 do start-job -throttlelimit 2 { $using:i * 10 } | out-null end\nget-job | wait-job | receive-job", Says: "four jobs, two at a time", Want: "10\n20\n30\n40"},
		},
	}),
	shell.Define[getJob](shell.Doc{
		Name: "get-job", Aliases: []string{"gjb"}, List: true, Synopsis: "list the jobs of this shell", Input: "jobs, numbers or names", Output: "jobs",
		Help: "Without a selector it lists all of them. Jobs come in the order of their numbers; those that several selectors find come once. " +
			"-HasMoreData, -Before, -After and -Newest choose among what the selectors found. A job that has not ended is newer than any that has.",
		Examples: []shell.Example{
			{Line: "start-job -name logs { 1 } | wait-job | out-null\n(get_job(\"logs\")[1].State)", Says: "find a job by name", Want: "Completed"},
			{Line: "start-job -name logs { 1 } | wait-job | out-null\nget-job logs -includechildjob | foreach-object Name", Says: "with its children", Want: "logs\nlogs.1"},
			{Line: "start-job { error(\"x\") } | wait-job | out-null\nget-job -state failed -newest 1 | foreach-object Id", Says: "the one that failed last", Want: "1"},
		},
	}),
	shell.Define[receiveJob](shell.Doc{
		Name: "receive-job", Aliases: []string{"rcjb"}, Handover: true, Synopsis: "give what jobs have written since the last receive", Input: "jobs, numbers or names", Output: "what the jobs wrote, each value on the stream it was written to",
		Help: "It never waits, unless -Wait is given: then it streams what comes until the job has ended; what several jobs write comes as they write it, each one's in its order, after what those have written that have ended. Each record is given once; with -Keep it stays for the next call. " +
			"A failed job gives its data first and then its reason, as an error.\n\n" +
			"-Last and -Stream look at a part of what is unread and take nothing, as -Keep does: the next receive gives all of it. " +
			"With several machines, -ComputerName, -Location and -Session choose among the children.",
		Examples: []shell.Example{
			{Line: "start-job { return 1, 2, 3 } | receive-job -wait", Says: "stream a job's results to its end", Want: "1\n2\n3"},
			{Line: "$j = start-job { for i = 1, 100 do emit(i) end } | wait-job\nreceive-job $j -last 2", Says: "look at the end", Want: "99\n100"},
			{Line: "$j = start-job { write-output 1; write-warning w } | wait-job\nreceive-job $j -stream output", Says: "look at one stream", Want: "1"},
			{Line: "start-job { 6 * 7 } | receive-job -wait -autoremovejob\n=#get_job()", Says: "take the results, and the job off the list", Want: "42\n0"},
			{Line: "$j = start-job { 6 * 7 } | wait-job\nreceive-job $j -keep\nreceive-job $j\nreceive-job $j", Says: "look at the results, then take them", Want: "42\n42"},
		},
	}),
	shell.Define[waitJob](shell.Doc{
		Name: "wait-job", Aliases: []string{"wjb"}, Synopsis: "wait until jobs have ended", Input: "jobs, numbers or names", Output: "the jobs that ended",
		Help: "Without a selector it waits for all jobs that have not ended, but for the one that it runs in. The jobs that did end are written; with -Timeout those that ended in time. " +
			"A job that cannot end unless somebody does something about it (it waits for its output to be received, or its program is suspended) is an error, " +
			"one that is Disconnected a warning; -Force waits on.",
		Examples: []shell.Example{
			{Line: "$a = start-job { start-sleep 600 }\n$b = start-job { 1 }\nwait-job $a, $b -any | foreach-object Id", Says: "wait for the first that ends", Want: "2"},
			{Line: "start-job { 6 * 7 } | wait-job | foreach-object State", Says: "wait for a job", Want: "Completed"},
			{Line: "start-job { start-sleep 600 } | wait-job -timeout 0.1\nget-job | foreach-object State", Says: "wait for a moment only", Want: "Running"},
		},
	}),
	shell.Define[stopJob](shell.Doc{
		Name: "stop-job", Aliases: []string{"spjb"}, Synopsis: "stop jobs, with all the processes they started", Input: "jobs, numbers or names", Output: "nothing; with -PassThru the jobs",
		Help: "It returns when the jobs and their processes are gone, or fails and names, of each job, the processes that are left, with the reason. What they wrote before is kept.",
		Examples: []shell.Example{
			{Line: "$j = start-job { start-sleep 600 }\nstop-job $j\n=$j.State", Says: "stop a job", Want: "Stopped"},
			{Line: "start-job { start-sleep 600 } | out-null\nstop-job -state running -passthru | foreach-object Reason | foreach-object Msg", Says: "stop all that run, and see them", Want: "stopped"},
			{Line: "$j = start-job { sleep 600 }\nstop-job $j -timeout 0\n=$j.State", Says: "give its programs no time to clean up", Want: "Stopped"},
		},
	}),
	shell.Define[removeJob](shell.Doc{
		Name: "remove-job", Aliases: []string{"rjb"}, Synopsis: "take jobs off the list and free what they wrote", Input: "jobs, numbers or names",
		Help: "A job that has not ended is refused, unless -Force stops it first. One whose processes could not all be ended stays on the list, and the error names them.",
		Examples: []shell.Example{
			{Line: "start-job { start-sleep 600 } | remove-job -force\n=#get_job()", Says: "stop a job and forget it", Want: "0"},
			{Line: "start-job { 1 } | wait-job | out-null\nremove-job -state completed\n=#get_job()", Says: "forget those that ended well", Want: "0"},
		},
	}),
}

type startJob struct {
	ScriptBlock          *shell.Block  `param:"pos=0,alias=Command" help:"what the job runs"`
	FilePath             string        `param:"kind=file" help:"a script file to run instead; it is read now"`
	Name                 string        `help:"the job's name; Job<Id> if not given"`
	InitializationScript *shell.Block  `help:"runs first in the job; what it writes is the job's, what it sets is known to the block"`
	ArgumentList         jobs.List     `param:"alias=Args" help:"arrive in the block as ... and args"`
	InputObject          jobs.List     `help:"what $input is in the block; also from the pipe"`
	WorkingDirectory     string        `param:"kind=file" help:"the directory it begins in; this one if not given"`
	Timeout              time.Duration `param:"alias=TimeoutSec,min=0" help:"it is stopped and has failed when it has run for this many seconds"`
	AutoRemoveJob        bool          `help:"receiving all of its results, once it has ended, removes it"`
	ThrottleLimit        int           `param:"min=1,max=10000" help:"how many jobs of the pool run at a time; 5 in a new pool"`
	Pool                 string        `help:"the pool in which it waits for its turn"`
	Isolated             bool          `help:"run it in a process of its own, so that nothing it does can harm this shell"`
	MemoryLimit          string        `help:"the memory that the job and its programs may use, such as 512MB; implies -Isolated"`
}

// Run starts the job and writes it.
func (p *startJob) Run(c *shell.Call) error {
	spec, err := p.spec(c)
	if err != nil {
		return err
	}
	j, err := c.Engine.StartJob(spec)
	if err != nil {
		return err
	}
	return c.Write(jobs.Out(j.Started()))
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

type waitJob struct {
	jobSelector
	Any     bool           `help:"return when the first of them has ended"`
	Timeout *time.Duration `param:"alias=TimeoutSec,min=-1" help:"wait at most this many seconds, -1 is for ever; the jobs that did end are written"`
	Force   bool           `help:"wait on, whatever keeps a job from its end"`
}

// Run waits for the jobs and writes those that have ended.
func (p *waitJob) Run(c *shell.Call) error {
	sel := p.jobSelector
	piped := sel.fromPipe(c)
	all := !sel.given() && !piped
	if all {
		sel.State = []string{"NotStarted", "Running", "Blocked", "Stopping", "Disconnected"}
	}
	found, err := sel.find(c)
	if err != nil {
		return err
	}
	if found, err = others(c, found, !all); err != nil {
		return err
	}
	ctx := c.Ctx
	if p.Timeout != nil && *p.Timeout >= 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *p.Timeout)
		defer cancel()
	}
	ended, err := p.wait(ctx, c, found)
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

// wait waits until all (with -Any one) have ended or ctx has, and returns those that
// have, in the order given. A job that waits for somebody to receive cannot end:
// that is an error, unless what was asked for came otherwise.
func (p *waitJob) wait(ctx context.Context, c *shell.Call, found []selected) ([]selected, error) {
	defer giveWay(c, found)()
	defer tellProgress(c, found)()
	defer waits(c, found)()
	each, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, len(found))
	for _, s := range found {
		go func() { errs <- p.waitOne(each, c, s) }()
	}
	var blocked error
	for range found {
		err := <-errs
		if errors.Is(err, jobs.KindState) && blocked == nil {
			blocked = err
		}
		if err == nil && p.Any || blocked != nil && !p.Any {
			cancel() // the others need not be waited for
		}
	}
	ended := endedOf(found)
	switch {
	case c.Ctx.Err() != nil:
		return nil, jobs.AsError(context.Cause(c.Ctx))
	case p.Any && len(ended) > 0:
		return ended[:1], nil
	}
	return ended, blocked
}

// giveWay gives the place of the job that the command runs in, where it has one, to
// others, unless all that it is going to wait for have ended. back takes it again.
func giveWay(c *shell.Call, found []selected) (back func()) {
	for _, s := range found {
		if !s.state().Ended() {
			return jobs.GiveWay(c.Ctx)
		}
	}
	return func() {}
}

// waits says that the command only waits for jobs: Ctrl-Z leaves it, and they go on. done
// takes that back.
func waits(c *shell.Call, found []selected) (done func()) {
	return c.Waits(func() string {
		var lines []string
		for _, s := range found {
			if line := shell.RunningLine(s.job); !s.state().Ended() && !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
		return strings.Join(lines, "\n")
	})
}

// waitOne waits until s has ended, or ctx; an error says that it cannot end. It does not
// wait for a job that is out of reach.
func (p *waitJob) waitOne(ctx context.Context, c *shell.Call, s selected) error {
	defer s.job.Attend()()
	for {
		changed := s.job.Changed()
		switch state := s.state(); {
		case p.Force:
		case state == jobs.Blocked:
			return blockedError(s)
		case state == jobs.Disconnected:
			return c.Warn("job %d is disconnected and was not waited for; -force waits on", s.job.ID)
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

// others returns what was selected without the job that the command runs in, which would
// wait for its own end. Where it was asked for, an error that does not end the command
// says so.
func others(c *shell.Call, found []selected, asked bool) ([]selected, error) {
	own := jobs.Around(c.Ctx)
	rest := slices.DeleteFunc(slices.Clone(found), func(s selected) bool { return s.job == own })
	if own == nil || len(rest) == len(found) || !asked {
		return rest, nil
	}
	return rest, c.Error(jobs.Errorf(jobs.KindState, "job %d is the one that this runs in, and cannot wait for its own end", own.ID))
}

// endedOf returns those that have ended.
func endedOf(found []selected) []selected {
	return slices.DeleteFunc(slices.Clone(found), func(s selected) bool { return !s.state().Ended() })
}

type stopJob struct {
	jobSelector
	Timeout  *time.Duration `param:"alias=TimeoutSec,min=0" help:"seconds that programs have to end after TERM, before KILL; 5 if not given, 0 is KILL at once"`
	PassThru bool           `help:"write the jobs"`
}

// Run stops the jobs, all at once, and waits until they are gone.
func (p *stopJob) Run(c *shell.Call) error {
	found, err := mustSelect(c, p.jobSelector)
	if err != nil {
		return err
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

// stopAll stops what has not ended, all at once, and waits. Programs get a grace of so many
// seconds, or the usual one. An error tells of each task of which processes are left.
func stopAll(c *shell.Call, found []selected, grace *time.Duration) error {
	errs := make([]error, len(found))
	stopped := make([][]*jobs.Task, len(found))
	var wg sync.WaitGroup
	for i, s := range found {
		wg.Go(func() { stopped[i], errs[i] = s.stop(c, grace) })
	}
	wg.Wait()
	return cmp.Or(append(errs, jobs.LeftOf(slices.Concat(stopped...)))...)
}

// stop stops the job, or the child, unless it has ended, and returns the tasks that it
// stopped. An error says why it does not wait for their end.
func (s selected) stop(c *shell.Call, grace *time.Duration) ([]*jobs.Task, error) {
	defer s.job.Attend()()
	asked := slices.DeleteFunc(slices.Clone(s.tasks()), func(t *jobs.Task) bool { return t.State().Ended() })
	if len(asked) == 0 {
		return nil, nil
	}
	c.Engine.Shell.JobEvent(shell.JobStopAsked, s.job, 0)
	return asked, s.askToStop(c.Ctx, grace)
}

// askToStop stops the job, or the child, and waits for that.
func (s selected) askToStop(ctx context.Context, grace *time.Duration) error {
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
	return what.StopWithin(ctx, *grace)
}

type removeJob struct {
	jobSelector
	Force bool `param:"alias=F" help:"stop those that have not ended first"`
}

// Run removes the jobs, but those that it stopped and of which processes are left.
func (p *removeJob) Run(c *shell.Call) error {
	found, err := mustSelect(c, p.jobSelector)
	if err != nil {
		return err
	}
	var left error
	if p.Force {
		if left = stopAll(c, found, nil); left != nil && !errors.Is(left, jobs.KindState) {
			return left
		}
	}
	for _, s := range found {
		if left != nil && s.hasLeft() {
			continue
		}
		if err := removeOne(c, s); err != nil {
			if err := c.Error(err); err != nil {
				return err
			}
		}
	}
	return left
}

// hasLeft reports whether it was stopped and some of its processes live on.
func (s selected) hasLeft() bool { return jobs.LeftOf(s.tasks()) != nil }

func removeOne(c *shell.Call, s selected) error {
	defer s.job.Attend()()
	if s.task != nil {
		return jobs.Errorf(jobs.KindState, "%s is a child of job %d; only the whole job can be removed", s.task.ID(), s.job.ID)
	}
	err := c.Engine.Shell.Jobs.Remove(s.job)
	if err == nil {
		c.Engine.Shell.JobEvent(shell.JobRemoved, s.job, 0)
	}
	return err
}
