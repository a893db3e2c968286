package builtin

import (
	"slices"
	"strings"
)

// properties offers the properties of what comes through the pipe.
func (k *completer) properties() {
	for _, name := range k.piped() {
		if identifier.MatchString(name) {
			k.anyCase(name, "")
		}
	}
}

// piped returns the names of the properties of what is piped into the command that the
// cursor is in, or into that whose block it is in, as far as the command before tells.
func (k *completer) piped() []string {
	for _, stage := range slices.Backward(pipeBefore(k.line)) {
		word, _, _ := strings.Cut(stage, " ")
		if path, ok := strings.CutPrefix(word, "$"); ok {
			return k.namesOf(path)
		}
		cmd := commands(k.c).Lookup(word)
		if cmd == nil {
			return k.namesOf(word)
		}
		if !passes[cmd.Name] {
			return written[cmd.Name]
		}
	}
	return nil
}

// namesOf returns the fields of a variable's value; of its first element, where it is a
// list.
func (k *completer) namesOf(path string) (names []string) {
	for _, steps := range [][]string{append(strings.Split(path, "."), "1"), strings.Split(path, ".")} {
		found, err := k.c.Names(steps, maxLooked)
		if err != nil {
			return nil
		}
		for _, n := range found {
			names = append(names, n.Text)
		}
		if len(names) > 0 {
			return names
		}
	}
	return names
}

// pipeBefore returns the stages of a pipeline before the one that the end of a line is
// in: the innermost pipeline that has something before a |.
func pipeBefore(line string) []string {
	r := pipeReader{line: line, at: []pipeLevel{{}}}
	for i := range len(line) {
		r.step(i, line[i])
	}
	for _, level := range slices.Backward(r.at) {
		if len(level.stages) > 0 {
			return level.stages
		}
	}
	return nil
}

// pipeLevel is a pipeline that is being read, inside of others' brackets.
type pipeLevel struct {
	stages []string // those that have ended
	start  int      // where the next one begins
}

type pipeReader struct {
	line  string
	quote byte
	at    []pipeLevel // the innermost last; never empty
}

// step reads one byte of the line.
func (r *pipeReader) step(i int, c byte) {
	level := &r.at[len(r.at)-1]
	switch {
	case r.quote != 0:
		if c == r.quote {
			r.quote = 0
		}
	case c == '"' || c == '\'':
		r.quote = c
	case c == '{' || c == '(':
		r.at = append(r.at, pipeLevel{start: i + 1})
	case (c == '}' || c == ')') && len(r.at) > 1:
		r.at = r.at[:len(r.at)-1]
	case c == '|':
		level.stages = append(level.stages, strings.TrimSpace(r.line[level.start:i]))
		level.start = i + 1
	case c == '\n' || c == ';':
		*level = pipeLevel{start: i + 1}
	}
}

// passes are the commands that hand on what is piped into them.
var passes = map[string]bool{"where-object": true, "sort-object": true, "tee-object": true, "select-object": true}

var (
	jobProperties = []string{
		"Id", "Name", "Type", "State", "HasMoreData", "Location", "Command", "PSBeginTime", "PSEndTime", "InstanceId", "ChildJobs", "Reason", "ExitStatus", "Pid", "Pool",
	}
	sessionProperties = []string{"Id", "Name", "Transport", "ComputerName", "State", "Availability", "InstanceId"}
)

// written are the properties of what commands write.
var written = map[string][]string{
	"get-job": jobProperties, "start-job": jobProperties, "wait-job": jobProperties, "stop-job": jobProperties, "resume-job": jobProperties,
	"get-session": sessionProperties, "new-session": sessionProperties,
	"get-history":  {"Id", "CommandLine", "Status", "StartTime", "EndTime", "Duration", "ComputerName"},
	"get-command":  {"Name", "Alias", "Source", "Synopsis"},
	"get-variable": {"Name", "Value"},
	"get-eventlog": {"Time", "Source", "Type", "Message", "MachineName", "ProcessId", "InstanceId", "UserName", "Shell", "Job"},
	"group-object": {"Count", "Name", "Group"},
}
