package main

import (
	"slices"
	"strings"
	"syscall"
	"testing"

	"marsh/remote/sshtest"
)

// evasions are the programs of a field that do what they can to live on. cleared is known by
// its control group alone, or ends with the agent that adopted it.
var evasions = []string{"plain", "deaf", "session", "daemon", "forks", "holder", "frozen", "zombies", "parent", "cleared"}

// evaders returns those of evasions that can be caught here.
func evaders(t *testing.T) []string {
	t.Helper()
	all := slices.Clone(evasions)
	if hasCells(t) {
		return all
	}
	return all[:len(all)-1]
}

// hasCells reports whether the shell has control groups for its programs.
func hasCells(t *testing.T) bool {
	t.Helper()
	return strings.Contains(marsh(t, "", "-c", "cat /proc/self/cgroup").want(t, 0).stdout, "/marsh-")
}

// numbers is how many of a field's programs say who they are.
var numbers = map[string]int{"parent": 2}

// way is a way to have a job, and to stop it.
type way struct {
	before string // once
	start  string // $j is the job that runs BLOCK; nothing is written
	stop   string // writes the job's state
	far    bool   // on another machine
}

const (
	thisJob = "stop-job $j -timeout 0.1; =$j.State"
	thatJob = "invoke-command -session $s { stop-job $j -timeout 0.1; emit($j.State) }"
)

var ways = map[string]way{
	"job":              {start: "$j = start-job { BLOCK }", stop: thisJob},
	"isolated":         {start: "$j = start-job -isolated { BLOCK }", stop: thisJob},
	"parallel":         {start: "$j = start-job { write-output 1 2 | select-object -first 1 | foreach-object -parallel { BLOCK } }", stop: thisJob},
	"child":            {start: "$j = start-job { BLOCK }", stop: "stop-job \"$($j.Id).1\" -timeout 0.1; =$j.State"},
	"remote":           {start: "$j = invoke-command Server01 -asjob { BLOCK }", stop: thisJob, far: true},
	"remote, session":  {before: "$s = new-session Server01", start: "$j = invoke-command -session $s -asjob { BLOCK }", stop: thisJob, far: true},
	"job in a session": {before: "$s = new-session Server01", start: "invoke-command -session $s { $j = start-job { BLOCK } }", stop: thatJob, far: true},
}

// A job that is stopped has stopped: when stop-job is done nothing is left of it, whatever it
// did, wherever it ran.
func TestStopMeansStopped(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	for name, w := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			d := newDialogue(t, f.dir, "-F", server.Config())
			d.says(w.before+"\n=1", "1")
			for _, program := range evaders(t) {
				w.check(f, d, program)
			}
		})
	}
}

func (w way) check(f *field, d *dialogue, program string) {
	f.t.Helper()
	d.says(strings.ReplaceAll(w.start, "BLOCK", "sh "+f.dir+"/"+program+"; start-sleep 600")+"\n=1", "1")
	var all []*process
	for range max(1, numbers[program]) {
		all = append(all, f.next())
	}
	d.says(w.stop, "Stopped")
	if slices.ContainsFunc(all, func(p *process) bool { return !p.endedWithin(0) }) {
		f.t.Errorf("%s lives on", program)
	}
}

// A script that SIGINT or SIGTERM ends leaves nothing that it waited for.
func TestInterruptMeansStopped(t *testing.T) {
	stays := func(program string) bool { return program == "daemon" || program == "holder" } // its program has ended
	for _, program := range slices.DeleteFunc(evaders(t), stays) {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			f := newField(t)
			p := begin(t, f.dir, "", "-c", "sh "+f.dir+"/"+program)
			var all []*process
			for range max(1, numbers[program]) {
				all = append(all, f.next())
			}
			p.cmd.Process.Signal(syscall.SIGINT)
			p.wait().want(t, statusInterrupted)
			if slices.ContainsFunc(all, func(q *process) bool { return !q.endedWithin(0) }) {
				t.Error("it lives on")
			}
		})
	}
}
