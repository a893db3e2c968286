package builtin

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"marsh/jobs"
)

// The jobs that the selectors below are about: 1 and 5 are both called logs, 3 was
// stopped, 4 has two children, and all have ended.
const matrixJobs = `$a = start-job -name logs { emit("one") }
$b = start-job -name load { emit("two") }
$c = start-job { start-sleep 600 }
stop-job $c
$d = invoke-command -computername localhost,localhost -asjob -jobname pair { emit("four") }
$e = start-job -name logs { emit("five") }
wait-job | out-null
`

// selection is a way to say which jobs: what is piped in, and the parameters.
type selection struct{ pipe, selector, want, missing string }

// line returns a command with it.
func (m selection) line(before, after string) string {
	if m.pipe != "" {
		before = m.pipe + " | " + before
	}
	return strings.TrimSpace(before+" "+m.selector) + after
}

// matrix is the ways to say which jobs, what they find in the order of the asking, and
// what is said of what is not found.
var matrix = []selection{
	{"", "1", "1", ""},
	{"", "4.2", "4.2", ""},
	{"", "2,1,4.1", "2 1 4.1", ""},
	{"", "load", "2", ""},
	{"", "logs", "1 5", ""},
	{"", "LO*", "1 2 5", ""},
	{"", "[lp]o*,pa?r", "1 2 5 4", ""},
	{"", "pair.2", "4.2", ""},
	{"", "$b", "2", ""},
	{"", "$e,$a", "5 1", ""},
	{"", "$d.ChildJobs", "4.1 4.2", ""},
	{"", "-job $a", "1", ""},
	{"", "-id 3,1", "3 1", ""},
	{"", "-sessionid 4.1", "4.1", ""},
	{"", "-name load,logs", "2 1 5", ""},
	{"", "-name *", "1 2 3 4 5", ""},
	{"", "-instanceid $c.InstanceId", "3", ""},
	{"", "-instanceid $d.ChildJobs[2].InstanceId,$a.InstanceId", "4.2 1", ""},
	{"", "-state stopped", "3", ""},
	{"", "-state Stopped,completed", "1 2 3 4 5", ""},
	{"", "-command '*two*'", "2", ""},
	{"", `-command 'EMIT("one")',' start-sleep 600 '`, "1 3", ""},
	{"", "2 -id 1 -name pair -state stopped", "2 1 4 3", ""},
	{"", "1,1,logs,$a -id 1 -name l*", "1 5 2", ""},
	{"write-output 2 logs", "", "2 1 5", ""},
	{"write-output $d $b", "", "4 2", ""},
	{"write-output 4.1 99 1", "", "4.1 1", "there is no job 99 here"},
	{"write-output 2", "1", "1 2", ""},
	{"get-job -state stopped", "", "3", ""},
	{`'{"Id": 2, "Name": "logs"}' | convertfrom-json`, "", "2", ""},
	{`'{"Name": "load"}' | convertfrom-json`, "", "2", ""},
	{`'{"State": "Running"}' | convertfrom-json`, "", "", "a job, a number or a name is wanted"},
	{"", "nomatch*", "", ""},
	{"", "-state running", "", ""},
	{"", "-command nosuch", "", ""},
	{"", "1,99,2", "1 2", "there is no job 99 here"},
	{"", "nosuch,1", "1", "there is no job named nosuch here"},
	{"", "4.3,2", "2", "job 4 has no child 4.3; it has 2"},
	{"", "-instanceid $($d.InstanceId..'.3'),$a.InstanceId", "1", "has no child"},
	{"", "-id x,1", "1", "there is no job x here"},
	{"", "-name '',load", "2", "an empty name is no job's"},
	{"", "$nosuch,1", "1", "is the variable set"},
	{"", "-instanceid nosuch -id 1", "1", "is not (or no longer) one of this machine's shell"},
}

// matrixCommands are the job commands, with what makes them tell what they were given.
var matrixCommands = []struct{ before, after string }{
	{"get-job", " | foreach-object Id"},
	{"wait-job", " | foreach-object Id"},
	{"stop-job", " -passthru | foreach-object Id"},
	{"receive-job", " -wait -writejobinresults | foreach-object Id"},
}

var idOf = regexp.MustCompile(`(?m)^"?([0-9]+(?:\.[0-9]+)?)"?$`)

// ids returns the numbers that a script wrote, and the errors.
func ids(text string) (found, missing string) {
	var all []string
	for _, m := range idOf.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return strings.Join(all, " "), strings.TrimSpace(idOf.ReplaceAllString(text, ""))
}

// Each way to select means the same to each command; what is not there is an error that
// keeps nothing else, and what is found twice is served once.
func TestSelectionMatrix(t *testing.T) {
	w := newWorld(t)
	w.check(matrixJobs, "")
	for _, m := range matrix {
		for _, c := range matrixCommands {
			text := m.line(c.before, c.after)
			got, missing := ids(w.run(text))
			want := m.want
			if c.before == "get-job" {
				want = sorted(want)
			}
			if got != want || !strings.Contains(missing, m.missing) || (missing == "") != (m.missing == "") || strings.Contains(missing, "failed:") {
				t.Errorf("%s\ngot  %s\nwant %s\nsays %s", text, got, want, missing)
			}
		}
	}
}

// sorted returns numbers in the order in which get-job has them.
func sorted(ids string) string {
	all := strings.Fields(ids)
	slices.Sort(all)
	return strings.Join(all, " ")
}

// A job command without any selector serves all that it can, or says what it wants.
func TestSelectionOfNothing(t *testing.T) {
	w := newWorld(t)
	w.check(matrixJobs, "")
	if got, _ := ids(w.run("get-job | foreach-object Id")); got != "1 2 3 4 5" {
		t.Errorf("get-job: %s", got)
	}
	w.check("wait-job; write-output | wait-job; write-output | get-job", "")
	for _, c := range []string{"stop-job", "receive-job", "remove-job"} {
		w.fails(c, jobs.KindUsage)
	}
	w.fails("resume-job", jobs.KindNotFound)
}

// remove-job takes just those off the list that were asked for, and children not at all.
func TestSelectionOfRemoveJob(t *testing.T) {
	for _, m := range matrix {
		w := newWorld(t)
		w.check(matrixJobs, "")
		missing := w.run(m.line("remove-job", ""))
		got, _ := ids(w.run("get-job | foreach-object Id"))
		var left, children []string
		for _, id := range strings.Fields("1 2 3 4 5") {
			if !slices.Contains(strings.Fields(m.want), id) {
				left = append(left, id)
			}
		}
		for _, id := range strings.Fields(m.want) {
			if strings.Contains(id, ".") {
				children = append(children, id)
			}
		}
		if want := strings.Join(left, " "); got != want || !strings.Contains(missing, m.missing) {
			t.Errorf("%s\nleft %s\nwant %s\nsays %s", m.line("remove-job", ""), got, want, missing)
		}
		for _, id := range children {
			if !strings.Contains(missing, id+" is a child of job 4; only the whole job can be removed") {
				t.Errorf("%s: of %s it says %s", m.selector, id, missing)
			}
		}
	}
}

// resume-job means the same jobs: none of these can go on, and each is named once.
func TestSelectionOfResumeJob(t *testing.T) {
	w := newWorld(t)
	w.check(matrixJobs, "")
	refused := regexp.MustCompile(`job ([0-9]+) has ended`)
	for _, m := range matrix {
		said := w.run(m.line("resume-job -background", ""))
		var got, want []string
		for _, hit := range refused.FindAllStringSubmatch(said, -1) {
			got = append(got, hit[1])
		}
		for _, id := range strings.Fields(m.want) {
			parent, _, _ := strings.Cut(id, ".")
			want = append(want, parent)
		}
		if !slices.Equal(got, want) || !strings.Contains(said, m.missing) {
			t.Errorf("%s\ngot  %s\nwant %s\nsays %s", m.line("resume-job -background", ""), got, want, said)
		}
	}
}
