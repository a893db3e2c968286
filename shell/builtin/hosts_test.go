package builtin

import (
	"path/filepath"
	"testing"

	"marsh/jobs"
)

func TestHostPatterns(t *testing.T) {
	w := newNet(t)
	w.shell.Groups = filepath.Join(w.dir, "groups")
	w.file("groups", "web: web[1-2]\nall: @web db1\n")
	for pattern, want := range map[string]string{
		"web[01-02],db1": "web01,web02,db1", "@all!web2": "web1,db1", `("x{a,b}")`: "xa,xb", "c,c": "c,c",
	} {
		w.check("$j = invoke-command "+pattern+" { return 1 } -asjob | wait-job; =$j.Location", "\""+want+"\"\n")
	}
	w.check("new-session @web | foreach-object ComputerName", "\"web1\"\n\"web2\"\n")
	w.fails("invoke-command @nobody { 1 }", jobs.KindNotFound)
	w.fails("new-session web[1- ", jobs.KindUsage)
	w.fails("enter-session web[1-2]", jobs.KindUsage)
}

// What went wrong with a job can be tried again where it did.
func TestHostsOfAnOutcome(t *testing.T) {
	w := newNet(t)
	w.run("$j = invoke-command a,down,b { return 1 } -asjob -jobname fan | wait-job")
	w.check("$k = invoke-command @failed(1) { 1 } -asjob | wait-job; =$k.Location", "\"down\"\n")
	w.check("$k = invoke-command @Unreachable(fan) { 1 } -asjob | wait-job; =$k.Location", "\"down\"\n")
	w.check("$k = invoke-command @completed(1)!a { 1 } -asjob | wait-job; =$k.Location", "\"b\"\n")
	w.fails("invoke-command @failed(9) { 1 }", jobs.KindNotFound)
	w.fails("invoke-command @stopped(1) { 1 }", jobs.KindNotFound)
	w.fails("invoke-command @sideways(1) { 1 }", jobs.KindUsage)
}
