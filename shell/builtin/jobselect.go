package builtin

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

// selected is a job, or one of its children, that a selector found.
type selected struct {
	job  *jobs.Job
	task *jobs.Task // the child; nil for the job itself
}

// value returns what was selected as it is now.
func (s selected) value() *jobs.Map {
	if s.task != nil {
		return s.task.Value()
	}
	return s.job.Value()
}

// state returns the state of what was selected.
func (s selected) state() jobs.State {
	if s.task != nil {
		return s.task.State()
	}
	return s.job.State()
}

// tasks returns the tasks that were selected.
func (s selected) tasks() []*jobs.Task {
	if s.task != nil {
		return []*jobs.Task{s.task}
	}
	return s.job.Tasks()
}

// children returns the children of a job; a child has none.
func (s selected) children() []selected {
	if s.task != nil {
		return nil
	}
	all := make([]selected, len(s.job.Tasks()))
	for i, t := range s.job.Tasks() {
		all[i] = selected{s.job, t}
	}
	return all
}

// index returns the child's number in its job; 0 for the job itself.
func (s selected) index() int {
	if s.task != nil {
		return s.task.Index()
	}
	return 0
}

// times returns when what was selected began and ended.
func (s selected) times() (begin, end time.Time) {
	if s.task != nil {
		return s.task.Times()
	}
	return s.job.Times()
}

// hasMoreData reports whether there is something to receive from it, or may be.
func (s selected) hasMoreData() bool {
	if s.task != nil {
		return s.task.HasMoreData()
	}
	return s.job.HasMoreData()
}

// done returns a channel that is closed when what was selected has ended.
func (s selected) done() <-chan struct{} {
	if s.task != nil {
		return s.task.Done()
	}
	return s.job.Done()
}

// jobSelector is the parameters that say which jobs: those of every job command.
type jobSelector struct {
	Job        jobs.List `param:"pos=0,kind=job" help:"jobs, numbers or names (with wildcards); also from the pipe"`
	ID         []string  `param:"name=Id,alias=SessionId,kind=job" help:"by number: 1, or 1.2 for a child"`
	Name       []string  `param:"kind=job" help:"by name, with wildcards"`
	InstanceID []string  `param:"name=InstanceId" help:"by InstanceId"`
	State      []string  `help:"by state: NotStarted, Running, Blocked, Stopping, Completed, Failed, Stopped, Disconnected"`
	Command    []string  `help:"by the block's text, with wildcards"`
}

// given reports whether any way was used, be it with an empty list.
func (s *jobSelector) given() bool {
	return s.Job != nil || s.ID != nil || s.Name != nil || s.InstanceID != nil || s.State != nil || s.Command != nil
}

// fromPipe adds what is piped into the command.
func (s *jobSelector) fromPipe(c *shell.Call) bool {
	if !c.HasInput() {
		return false
	}
	s.Job = append(s.Job, c.Input()...)
	return true
}

// find returns the jobs that are meant, each once, in the order in which they were
// asked for. What is not found is reported as an error that does not end the
// command.
func (s *jobSelector) find(c *shell.Call) ([]selected, error) {
	f := &finder{c: c, table: c.Engine.Shell.Jobs, has: make(map[selected]bool)}
	for _, v := range s.Job {
		f.byValue(v)
	}
	for _, id := range s.ID {
		f.byID(id)
	}
	for _, n := range s.Name {
		f.byName(n)
	}
	for _, id := range s.InstanceID {
		f.byInstance(id)
	}
	f.byState(s.State)
	for _, t := range s.Command {
		f.byCommand(t)
	}
	return f.found, f.err
}

// finder collects what selectors find.
type finder struct {
	c     *shell.Call
	table *jobs.Table
	found []selected
	has   map[selected]bool // those in found
	err   error             // ends the command
}

func (f *finder) add(s selected) {
	if !f.has[s] {
		f.has[s] = true
		f.found = append(f.found, s)
	}
}

func (f *finder) missing(format string, args ...any) {
	if f.err == nil {
		f.err = f.c.Error(jobs.Errorf(jobs.KindNotFound, format, args...))
	}
}

// byValue finds by a job object, a number or a name.
func (f *finder) byValue(v jobs.Value) {
	switch v := v.(type) {
	case int64:
		f.byID(strconv.FormatInt(v, 10))
	case float64:
		f.byID(jobs.Text(v))
	case jobs.List:
		for _, e := range v {
			f.byValue(e)
		}
	case *jobs.Map:
		f.byProperty(v)
	case nil:
		f.missing("nothing is no job; is the variable set? get-job lists the jobs there are")
	default:
		text := jobs.Text(v)
		if isID(text) {
			f.byID(text)
			return
		}
		f.byName(text)
	}
}

// byProperty finds by a job object, or by the InstanceId, Id or Name that another object
// without a type of its own has.
func (f *finder) byProperty(m *jobs.Map) {
	if m.Type != jobs.TypeJob && m.Type != "" {
		f.missing("a job, a number or a name is wanted, not a %s (%s)", m.Type, jobs.Text(m))
		return
	}
	if v, ok := m.Get("InstanceId"); ok {
		f.byInstance(jobs.Text(v))
	} else if v, ok := m.Get("Id"); ok {
		f.byID(jobs.Text(v))
	} else if v, ok := m.Get("Name"); ok {
		f.byName(jobs.Text(v))
	} else {
		f.missing("a job, a number or a name is wanted, not %s", jobs.Text(m))
	}
}

// isID reports whether text is a number, or two with a dot between.
func isID(text string) bool {
	parent, child, dotted := strings.Cut(text, ".")
	_, err := strconv.Atoi(parent)
	_, cerr := strconv.Atoi(child)
	return err == nil && (!dotted || cerr == nil)
}

// byID finds a job by its number, or a child by the two.
func (f *finder) byID(id string) {
	parent, child, dotted := strings.Cut(id, ".")
	n, err := strconv.Atoi(parent)
	j := f.table.Find(n)
	if err != nil || j == nil {
		f.missing("there is no job %s here; get-job lists those there are", id)
		return
	}
	if !dotted {
		f.add(selected{job: j})
		return
	}
	f.byIndex(j, child)
}

// byInstance finds by InstanceId, which only this shell's own jobs have.
func (f *finder) byInstance(id string) {
	base, child, dotted := strings.Cut(id, ".")
	j := f.table.FindInstance(base)
	if j == nil {
		f.missing("the job %s is not (or no longer) one of this machine's shell; get-job lists those there are", id)
		return
	}
	if !dotted {
		f.add(selected{job: j})
		return
	}
	f.byIndex(j, child)
}

// byIndex finds a child of a job by its number in it.
func (f *finder) byIndex(j *jobs.Job, child string) {
	k, err := strconv.Atoi(child)
	if err != nil || k < 1 || k > len(j.Tasks()) {
		f.missing("job %d has no child %d.%s; it has %d", j.ID, j.ID, child, len(j.Tasks()))
		return
	}
	f.add(selected{j, j.Tasks()[k-1]})
}

// byName finds by name, with wildcards; one with wildcards that finds nothing is no
// error. A child is found by its full name where no job has it.
func (f *finder) byName(name string) {
	if f.where(func(j *jobs.Job) bool { return like(name, j.Name) }) || hasWildcard(name) {
		return
	}
	if name == "" {
		f.missing("an empty name is no job's; get-job lists those there are")
	} else if !f.child(name) {
		f.missing("there is no job named %s here; get-job lists those there are", name)
	}
}

// child adds the children of that name and reports whether there was one.
func (f *finder) child(name string) (any bool) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return false
	}
	n, err := strconv.Atoi(name[dot+1:])
	if err != nil {
		return false
	}
	for _, j := range f.table.All() {
		if strings.EqualFold(j.Name, name[:dot]) && n >= 1 && n <= len(j.Tasks()) {
			f.add(selected{j, j.Tasks()[n-1]})
			any = true
		}
	}
	return any
}

// byCommand finds by the text of the block, as it is or with wildcards.
func (f *finder) byCommand(text string) {
	text = strings.TrimSpace(text)
	f.where(func(j *jobs.Job) bool {
		command := strings.TrimSpace(j.Command)
		return strings.EqualFold(text, command) || like(text, command)
	})
}

// byState finds by state. All are looked for at once: a job may go from one to another
// meanwhile, and is missed by none.
func (f *finder) byState(names []string) {
	var wanted []jobs.State
	for _, name := range names {
		s, err := parseState("State", name)
		if err != nil {
			f.err = err
			return
		}
		wanted = append(wanted, s)
	}
	if len(wanted) > 0 { // else no job need be looked at
		f.where(func(j *jobs.Job) bool { return slices.Contains(wanted, j.State()) })
	}
}

// parseState reads the state given to a parameter.
func parseState(param, name string) (jobs.State, error) {
	s, ok := jobs.ParseState(name)
	if !ok {
		return 0, jobs.Errorf(jobs.KindUsage, "-%s: %q is not one of %s", param, name, strings.Join(jobs.StateNames(), ", "))
	}
	return s, nil
}

// where adds the jobs that fit and reports whether there was one.
func (f *finder) where(fits func(*jobs.Job) bool) (any bool) {
	for _, j := range f.table.All() {
		if fits(j) {
			f.add(selected{job: j})
			any = true
		}
	}
	return any
}

func hasWildcard(p string) bool { return strings.ContainsAny(p, "*?[") }
