package builtin

import (
	"marsh/jobs"
	"marsh/shell"
)

var exitCommands = []*shell.Command{
	shell.Define[exit](shell.Doc{
		Name: "exit", Aliases: []string{"quit"}, Synopsis: "leave the session, or the shell", Related: []string{"exit-session"}, Examples: []shell.Example{
			{Line: "exit 3", Says: "leave with exit status 3", Skip: "it ends the shell"},
		},
		Help: "In a session it does what exit-session does. At the local prompt it ends the shell; with jobs running, here or in its sessions, it lists them and asks first, unless -Force is given. Ctrl-D does the same, and is a yes to the question. What nobody has received of jobs that have ended is gone with the shell, and is named. Where nobody types, nothing is asked: the jobs are stopped, and named on the error output.",
	}),
}

type exit struct {
	Status int  `param:"pos=0,min=0,max=255" help:"the shell's exit status; 0 if not given"`
	Force  bool `param:"alias=F" help:"do not ask, even when jobs are running"`
}

// Run asks whoever runs the script to end.
func (p *exit) Run(*shell.Call) error {
	e := &jobs.Error{Kind: jobs.KindExit, Op: "exit", Msg: "leave the shell", Status: p.Status}
	if p.Force {
		e.Detail = "force"
	}
	return e
}
