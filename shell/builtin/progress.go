package builtin

import (
	"math"

	"marsh/jobs"
	"marsh/shell"
)

var progressCommands = []*shell.Command{
	shell.Define[writeProgress](shell.Doc{
		Name: "write-progress", Synopsis: "say how far the work has come", Output: "nothing; it goes to the progress stream", Related: []string{"wait-job", "receive-job"},
		Help: "At a terminal it is shown as a bar below the output, until -Completed or the end of the statement. " +
			"What a job writes is shown while somebody waits for the job (wait-job, receive-job -wait), here or from another machine; " +
			"it is not among what the job has written, and a later receive does not show it again.\n\n" +
			"Activities of one script are told from one another by -Id; what is told of one replaces what was told of it before. " +
			"Where there is no terminal nothing is shown.",
		Examples: []shell.Example{
			{Line: "for i = 1, 4 do write-progress copying -percentcomplete (i * 25) end", Says: "tell how far a loop is"},
			{Line: "for d = 1, 2 do\n  write-progress backup \"disk $d of 2\" -percentcomplete (d * 50 - 50)\n  for f = 1, 3 do write-progress copying \"file $f\" -id 1 -parentid 0 end\nend\nwrite-progress backup -completed", Says: "one activity that is a part of another"},
			{Line: "$j = start-job { write-progress copying \"half\" -percentcomplete 50 } | wait-job\nreceive-job $j -stream progress | foreach-object { return it.Activity, it.PercentComplete }", Says: "see how far a job was", Want: "copying\n50"},
		},
	}),
}

type writeProgress struct {
	Activity         string   `param:"pos=0" help:"what is being done; it has to be given, but with -Completed"`
	Status           string   `param:"pos=1" help:"how it stands"`
	ID               int      `param:"name=Id,pos=2,min=0" help:"which activity it is, where there are several; 0 if not given"`
	PercentComplete  *float64 `param:"min=-1,max=100" help:"how much is done, 0 to 100; -1 is not known"`
	SecondsRemaining *float64 `param:"min=-1" help:"how many seconds it may still take; -1 is not known"`
	CurrentOperation string   `help:"what is being done just now"`
	ParentID         *int     `param:"name=ParentId,min=-1" help:"the -Id of the activity that it is a part of; -1 is of none"`
	Completed        bool     `help:"it is done, and shown no more"`
}

// Run writes to the progress stream.
func (w *writeProgress) Run(c *shell.Call) error {
	if w.Activity == "" && !w.Completed {
		return jobs.Errorf(jobs.KindUsage, "-Activity is missing; it is used as: %s", c.Cmd.Usage())
	}
	a := jobs.Activity{Name: w.Activity, Status: w.Status, Operation: w.CurrentOperation, Completed: w.Completed, Parent: jobs.Unknown,
		Percent: int(known(w.PercentComplete)), Seconds: int64(known(w.SecondsRemaining)), ActivityID: jobs.ActivityID{ID: int64(w.ID)}}
	if w.ParentID != nil {
		a.Parent = int64(*w.ParentID)
	}
	return c.Write(a.Record())
}

// known returns a number that may be not given, rounded.
func known(n *float64) float64 {
	if n == nil {
		return jobs.Unknown
	}
	return math.Round(min(*n, maxTimeout))
}
