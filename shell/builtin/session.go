package builtin

import (
	"context"
	"slices"
	"sync"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/hosts"
)

var sessionCommands = []*shell.Command{
	shell.Define[newSession](shell.Doc{
		Name: "new-session", Aliases: []string{"nsn"}, Synopsis: "open persistent sessions to other machines", Output: "the sessions", Related: []string{"invoke-command"},
		Help:     "A session keeps its variables, directory and jobs from one command to the next, until remove-session or the end of this shell.",
		Examples: []shell.Example{{Line: "$s = new-session -computername Server01\ninvoke-command -session $s { hostname }", Says: "open a session and run a command in it", Skip: "needs a host"}},
	}),
	shell.Define[getSession](shell.Doc{
		Name: "get-session", Aliases: []string{"gsn"}, List: true, Synopsis: "list the sessions of this shell", Output: "sessions", Related: []string{"invoke-command"}, Examples: []shell.Example{
			{Line: "get-session | where-object State -eq Broken", Says: "the sessions whose connection was lost"},
		},
	}),
	shell.Define[removeSession](shell.Doc{
		Name: "remove-session", Aliases: []string{"rsn"}, Synopsis: "close sessions, with everything that runs in them", Input: "sessions, numbers or names", Related: []string{"invoke-command"}, Examples: []shell.Example{
			{Line: "get-session | remove-session", Says: "close all sessions"},
		},
	}),
	shell.Define[enterSession](shell.Doc{
		Name: "enter-session", Aliases: []string{"etsn"}, Synopsis: "move the prompt to another machine", Related: []string{"invoke-command", "about_remote_jobs"},
		Help:     "With -ComputerName a connection is made that ends when the session is left, with the jobs started in it. With -Session the session lives on. exit-session brings the prompt back.",
		Examples: []shell.Example{{Line: "enter-session Server01\nhostname\nexit-session", Says: "look around on another machine", Skip: "needs a host"}},
	}),
	shell.Define[exitSession](shell.Doc{
		Name: "exit-session", Aliases: []string{"exsn"}, Synopsis: "bring the prompt back from another machine", Related: []string{"exit"}, Examples: []shell.Example{
			{Line: "enter-session Server01\nexit-session", Says: "there and back", Skip: "it needs another machine"},
		},
	}),
}

type newSession struct {
	ComputerName []string `param:"pos=0,alias=Cn,alias=HostName,required,kind=host" help:"the machines: ssh_config aliases, host, user@host, user@host:port, patterns (web[01-20]) and groups (@web)"`
	Name         []string `help:"names for the sessions, in the order of the machines; Session<Id> if not given"`
	connection
	ThrottleLimit int `param:"min=1,max=10000" help:"how many machines at a time; the option ThrottleLimit, 64, if not given"`
}

// Run opens the sessions, all at the same time, and writes them in the order of the
// machines. One machine that fails ends the command; of several the others go on.
func (p *newSession) Run(c *shell.Call) error {
	e := c.Engine
	if e.Shell.Connect == nil {
		return jobs.Errorf(jobs.KindUnsupported, "this shell makes no connections to other machines; type exit-session first")
	}
	proto := p.target(c, "")
	p.ThrottleLimit = throttle(c, p.ThrottleLimit)
	names, err := machines(c, p.ComputerName)
	if err != nil {
		return err
	}
	slots := make(chan struct{}, p.ThrottleLimit)
	opened, errs := make([]shell.Session, len(names)), make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			t := proto
			t.Name = name
			if opened[i], errs[i] = e.Shell.Connect(c.Ctx, t); errs[i] != nil {
				errs[i] = atHost(errs[i], name)
			}
		})
	}
	wg.Wait()
	return p.list(c, opened, errs)
}

// list lists the sessions that opened, all of them before anything can fail, and then
// writes each, or why there is none, in the order of the machines.
func (p *newSession) list(c *shell.Call, opened []shell.Session, errs []error) error {
	handles := make([]*shell.SessionHandle, len(opened))
	for i, s := range opened {
		if errs[i] == nil {
			handles[i] = p.add(c, s, i)
		}
	}
	if len(errs) == 1 && errs[0] != nil {
		return errs[0]
	}
	for i, h := range handles {
		err := errs[i]
		if err != nil {
			err = c.Error(err)
		} else {
			err = c.Out(h.Value())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *newSession) add(c *shell.Call, s shell.Session, i int) *shell.SessionHandle {
	name := ""
	if i < len(p.Name) {
		name = p.Name[i]
	}
	c.Engine.Shell.SessionOpened(shell.SessionOpened, s)
	return c.Engine.Shell.Sessions.Add(s, name)
}

type getSession struct {
	ID           []int    `param:"name=Id,pos=0" help:"by number"`
	Name         []string `param:"kind=session" help:"by name, with wildcards"`
	ComputerName []string `param:"alias=Cn" help:"those to these machines, with wildcards"`
	State        []string `param:"values=Opened|Disconnected|Broken|Closed" help:"those in this state"`
}

// Run writes the sessions that fit.
func (p *getSession) Run(c *shell.Call) error {
	all := c.Engine.Shell.Sessions.All()
	for _, id := range p.ID {
		if !slices.ContainsFunc(all, func(h *shell.SessionHandle) bool { return h.ID == id }) {
			if err := c.Error(jobs.Errorf(jobs.KindNotFound, "there is no session %d here; get-session lists those there are", id)); err != nil {
				return err
			}
		}
	}
	for _, h := range all {
		if !p.fits(h) {
			continue
		}
		if err := c.Out(h.Value()); err != nil {
			return err
		}
	}
	return nil
}

func (p *getSession) fits(h *shell.SessionHandle) bool {
	return (len(p.ID) == 0 || slices.Contains(p.ID, h.ID)) && anyLike(p.Name, h.Label) &&
		anyLike(p.ComputerName, h.Session.Name()) && anyLike(p.State, h.State())
}

// anyLike reports whether one of the patterns fits, or there are none.
func anyLike(patterns []string, text string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool { return like(p, text) })
}

type removeSession struct {
	Session      jobs.List `param:"pos=0,kind=session" help:"the sessions: objects, numbers or names"`
	ID           jobs.List `param:"name=Id" help:"by number"`
	Name         jobs.List `param:"kind=session" help:"by name, with wildcards"`
	ComputerName []string  `param:"alias=Cn" help:"those to these machines, with wildcards"`
}

// Run closes the sessions.
func (p *removeSession) Run(c *shell.Call) error {
	wanted := slices.Concat(p.Session, p.ID, p.Name)
	if c.HasInput() {
		wanted = append(wanted, c.Input()...)
	}
	sessions := c.Engine.Shell.Sessions
	var found []*shell.SessionHandle
	for _, v := range wanted {
		hits := findSessions(sessions, v)
		if _, isObject := v.(*jobs.Map); len(hits) == 0 && !isObject {
			if err := c.Error(jobs.Errorf(jobs.KindNotFound, "there is no session %s here; get-session lists those there are", sessionText(v))); err != nil {
				return err
			}
		}
		found = append(found, hits...)
	}
	for _, h := range sessions.All() {
		if len(p.ComputerName) > 0 && anyLike(p.ComputerName, h.Session.Name()) {
			found = append(found, h)
		}
	}
	if len(wanted)+len(p.ComputerName) == 0 && !c.HasInput() {
		return jobs.Errorf(jobs.KindUsage, "which sessions? give numbers, names or session objects; get-session lists them")
	}
	var wg sync.WaitGroup
	for _, h := range found {
		wg.Go(func() {
			stopped := 0
			if h.State() == "Opened" {
				stopped = runningJobs(c.Ctx, h)
			}
			sessions.Remove(h)
			c.Engine.Shell.SessionEvent(shell.SessionClosed, h)
			if stopped > 0 {
				c.Warn("%s still running in the session %s to %s: stopped with it", countJobs(stopped), h.Label, h.Name())
			}
		})
	}
	wg.Wait()
	return nil
}

type enterSession struct {
	ComputerName string     `param:"pos=0,alias=Cn,alias=HostName,kind=host" help:"the machine: an ssh_config alias, host, user@host, user@host:port"`
	Session      jobs.Value `param:"kind=session" help:"a session of this shell to use instead"`
	ID           jobs.Value `param:"name=Id" help:"a session by number"`
	Name         jobs.Value `param:"kind=session" help:"a session by name"`
	connection
}

// Run moves the prompt.
func (p *enterSession) Run(c *shell.Call) error {
	if hosts.IsPattern(p.ComputerName) {
		return jobs.Errorf(jobs.KindUsage, "-ComputerName: one machine can be entered, and %s may be several; invoke-command runs a block on all of them", p.ComputerName)
	}
	sh := c.Engine.Shell
	if sh.Front == nil || c.Engine != sh.Engine() {
		return jobs.Errorf(jobs.KindState, "there is no prompt to move here; invoke-command runs a block on another machine")
	}
	release, err := jobs.Stay(c.Ctx, "enter-session is about to move the prompt")
	if err != nil {
		return err
	}
	defer release()
	for _, v := range []jobs.Value{p.Session, p.ID, p.Name} {
		if v != nil {
			return p.enterOpen(c, v)
		}
	}
	if p.ComputerName == "" {
		return jobs.Errorf(jobs.KindUsage, "which machine? it is used as: %s", c.Cmd.Usage())
	}
	if sh.Connect == nil {
		return jobs.Errorf(jobs.KindUnsupported, "a session inside a session cannot be entered yet; type exit-session first")
	}
	s, err := sh.Connect(c.Ctx, p.target(c, p.ComputerName))
	if err != nil {
		return atHost(err, p.ComputerName)
	}
	sh.SessionOpened(shell.SessionEntered, s)
	return sh.Front.Enter(s, func(ctx context.Context) string { return leaveTemporary(ctx, sh, s) })
}

// enterOpen enters a session of this shell.
func (p *enterSession) enterOpen(c *shell.Call, v jobs.Value) error {
	found, err := sessionTargets(c, jobs.List{v})
	if err != nil {
		return err
	}
	if len(found) > 1 {
		return jobs.Errorf(jobs.KindUsage, "%s means %d sessions; give a number (get-session lists them)", jobs.Text(v), len(found))
	}
	host, _, err := found[0].open(c.Ctx, c.Engine)
	if err != nil {
		return err
	}
	sh, s := c.Engine.Shell, found[0].session
	sh.SessionEvent(shell.SessionEntered, s)
	return sh.Front.Enter(host, func(context.Context) string {
		sh.SessionEvent(shell.SessionLeft, s)
		return ""
	})
}

// leaveTemporary ends a session that was made to be entered, and says how many jobs
// that stopped.
func leaveTemporary(ctx context.Context, sh *shell.Shell, s shell.Session) string {
	n := runningJobs(ctx, s)
	s.Close()
	sh.SessionEvent(shell.SessionLeft, s)
	if n == 0 {
		return ""
	}
	verb := " were"
	if n == 1 {
		verb = " was"
	}
	return countJobs(n) + verb + " running in the session to " + s.Name() + " and" + verb + " stopped; its results are gone (a session of new-session lives on)"
}

type exitSession struct{}

// Run asks whoever typed it to leave the session.
func (p *exitSession) Run(*shell.Call) error {
	return &jobs.Error{Kind: jobs.KindExitSession, Op: "exit-session", Msg: "leave the session"}
}
