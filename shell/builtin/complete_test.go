package builtin

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsh/jobs"
	"marsh/shell"
)

// Returns what is offered at the | of a line, each as the line would be with it, up to
// the cursor.
func (w *world) complete(line string) []string {
	w.t.Helper()
	at := strings.IndexByte(line, '|')
	if i := strings.Index(line, "¦"); i >= 0 { // where the line has a | of its own
		at = i
		line = strings.Replace(line, "¦", "", 1)
	} else {
		line = strings.Replace(line, "|", "", 1)
	}
	var out recorder
	s := jobs.Script{Text: "complete-line (args[1]) (args[2])", Args: jobs.List{line, int64(at)}}
	if err := w.shell.Engine().Run(w.t.Context(), s, &out); err != nil {
		w.t.Fatalf("%s: %v", line, err)
	}
	var lines []string
	for _, r := range out.all {
		m := r.Value.(*jobs.Map)
		lines = append(lines, line[:m.Int("Start")]+m.String("Text"))
	}
	return lines
}

// completions are lines and all that is offered at their cursor; "…" at the end of what
// is wanted means that there is more.
var completions = []struct{ line, want string }{
	// commands
	{"get-jo|", "get-job"},
	{"GET-JO|", "get-job"},
	{"gjb|", "gjb"},
	{"get-job; get-jo|", "get-job; get-job"},
	{"get-job ¦ | measure-o", "get-job 1\nget-job nightly"},
	{"get-job | measure-o¦", "get-job | measure-object"},
	{"$j = get-jo|", "$j = get-job"},
	{"for i = 1, 3 do get-jo|", "for i = 1, 3 do get-job"},
	{"start-job { get-jo|", "start-job { get-job"},
	{"wait-job (get-jo|", "wait-job (get-job"},
	{`"$(get-jo|`, `"$(get-job`},
	{"complete-lin|", ""}, // for the prompt's own use
	{"# get-jo|", ""},
	// programs
	{"frobn|", "frobnicate"},
	{"!frobn|", "!frobnicate"},
	{"!FROB|", "!frobnicate"},
	{"sudo frobn|", "sudo frobnicate"},
	{"notaprog|", ""},
	{"./|", "./bin/\n./docs/\n./log/\n./state/\n./run.sh"},
	{"./r|", "./run.sh"},
	{"./my|", ""}, // quoted it would be Lua
	// parameters
	{"get-job -na|", "get-job -Name"},
	{"get-job -NA|", "get-job -Name"},
	{"get-job -sess|", "get-job -SessionId"},
	{"get-job -name x -na|", ""},
	{"get-job -name x -erroract|", "get-job -name x -ErrorAction"},
	{"start-sleep |", "start-sleep -Milliseconds\nstart-sleep -Seconds\nstart-sleep -ErrorAction…"},
	// values
	{"get-job -state Com|", "get-job -state Completed"},
	{"get-job -state:com|", "get-job -state:Completed"},
	{"get-job -state Completed,fa|", "get-job -state Completed,Failed"},
	{"get-job -erroraction st|", "get-job -erroraction stop"},
	{"receive-job -keep:|", "receive-job -keep:$false\nreceive-job -keep:$true"},
	{"get-variable co|", "get-variable conf\nget-variable count"},
	{"get-help get-jo|", "get-help get-job"},
	{"get-help about_j|", "get-help about_jobs"},
	{"get-help get-job -parameter na|", "get-help get-job -parameter Name"},
	{"get-eventlog sy|", "get-eventlog syslog\nget-eventlog system"},
	{"get-eventlog Win|", "get-eventlog 'Windows PowerShell'"},
	{"get-eventlog -logname au|", "get-eventlog -logname auth"},
	{"get-eventlog system -entrytype err|", "get-eventlog system -entrytype Error"},
	{"set-option histor|", "set-option HistorySuggestions"},
	{"set-option Highlighting $|", "…"},
	{"set-option Highlighting |", "set-option Highlighting $false\nset-option Highlighting $true"},
	// commands that the user has declared
	{"greet-a|", "greet-all"},
	{"greet-all -lo|", "greet-all -Loud"},
	{"greet-all -to ea|", "greet-all -to east"},
	// jobs
	{"receive-job n|", "receive-job nightly"},
	{"receive-job -id |", "receive-job -id 1"},
	{"receive-job -id 1.|", "receive-job -id 1.1"},
	{"receive-job -name |", "receive-job -name nightly"},
	{"stop-job 1|", "stop-job 1"},
	// hosts
	{"enter-session ser|", "enter-session Server01\nenter-session Server02"},
	{"new-session -computername Server01,server0|", "new-session -computername Server01,Server01\nnew-session -computername Server01,Server02"},
	{"new-session -cn bob@server02|", "new-session -cn bob@Server02"},
	{"invoke-command -computername @we|", "invoke-command -computername @web"},
	// files
	{"get-content no|", "get-content notes.txt"},
	{"get-content NO|", "get-content notes.txt"},
	{"get-content ./no|", "get-content ./notes.txt"},
	{"get-content docs/|", "get-content docs/sub/\nget-content docs/a.txt"},
	{"get-content my|", "get-content 'my docs/'\nget-content 'my file'"},
	{"get-content 'my f|", "get-content 'my file'"},
	{`get-content "my f|`, "get-content 'my file'"},
	{"get-content 'my docs/'|", "get-content \"my docs/it's\""},
	{"get-content .h|", "get-content .hidden"},
	{"get-content -path no|", "get-content -path notes.txt"},
	{"get-content notes.txt,do|", "get-content notes.txt,docs/"},
	{"get-content ~|", "get-content ~/"},
	{"get-content ~/no|", "get-content ~/notes.txt"},
	{"get-content ~/my|", "get-content ~/'my docs/'\nget-content ~/'my file'"},
	{"set-location |", "set-location bin/\nset-location docs/\nset-location log/\nset-location 'my docs/'\nset-location state/"},
	{"cd no|", ""},
	{"frobnicate no|", "frobnicate notes.txt"},
	{"frobnicate --file=no|", "frobnicate --file=notes.txt"},
	{"frobnicate -x|", ""},
	{"frobnicate -x |", "frobnicate -x bin/\nfrobnicate -x docs/\nfrobnicate -x log/\nfrobnicate -x 'my docs/'\nfrobnicate -x state/\nfrobnicate -x ./-dash\nfrobnicate -x groups…"},
	{"!cat no|", "!cat notes.txt"},
	{"get-job > no|", "get-job > notes.txt"},
	{"get-job >>no|", "get-job >>notes.txt"},
	{"get-job 2> no|", "get-job 2> notes.txt"},
	{`dofile("./ru|`, `dofile("./run.sh`},
	// variables
	{"$cou|", "$count"},
	{"write-output $cou|", "write-output $count"},
	{"write-output ${cou|", "write-output ${count}"},
	{`write-output "n: $cou|`, `write-output "n: $count`},
	{"write-output '$cou|", ""},
	{"get-job -name $cou|", "get-job -name $count"},
	{"get-job -name:$cou|", "get-job -name:$count"},
	{"=$COU|", "=$count"},
	{"write-output $env:MARSH_T|", "write-output $env:MARSH_TEST"},
	{"invoke-command x { $using:cou|", "invoke-command x { $using:count"},
	{"$LASTEX|", "$LASTEXITCODE"},
	{"$lastex|", "$LASTEXITCODE"},
	{"local here = 1; write-output $her|", "local here = 1; write-output $here"},
	{"for key, val in pairs(t) do write-output $va|", "for key, val in pairs(t) do write-output $val"},
	{"function f(first, second) return sec|", "function f(first, second) return second"},
	{"$fresh = 5\nwrite-output $fre|", "$fresh = 5\nwrite-output $fresh"},
	// fields
	{"$job.St|", "$job.State"},
	{"$job.st|", "$job.State"},
	{"write-output $job.St|", "write-output $job.State"},
	{"if job.Sta|", "if job.State"},
	{"$conf.db.ho|", "$conf.db.host"},
	{"=conf.db.|", "=conf.db.host\n=conf.db.port"},
	{"x = conf.db.ho|", "x = conf.db.host"},
	{"print(conf.d|", "print(conf.db"},
	{"$nothing.|", ""},
	{"get-job | where { it.Stat¦", "get-job | where { it.State"},
	{"get-job | where { $_.Stat¦", "get-job | where { $_.State"},
	{"get-job | where { it.State == 1 } | foreach { it.Loc¦", "get-job | where { it.State == 1 } | foreach { it.Location"},
	{"get-job | select-object -property stat¦", "get-job | select-object -property State"},
	{"get-session | sort-object Comp¦", "get-session | sort-object ComputerName"},
	// Lua
	{"string.up|", "string.upper"},
	{"x = string.up|", "x = string.upper"},
	{"x = 1 + string.up|", "x = 1 + string.upper"},
	{"table.ins|", "table.insert"},
	{"tostr|", "tostring"},
	{"x = tostr|", "x = tostring"},
	{"while x do retur|", "while x do return"},
	{"get_jo|", "get_job"},
	{"text:uppe|", "text:upper"},
	{"x = 'string.up|", ""},
	{"|", "…"},
}

func completionWorld(t *testing.T) *world {
	w := newWorld(t)
	for _, name := range []string{"notes.txt", ".hidden", "my file", "-dash", "new\nline", "bad\x1b[2J", "docs/a.txt", "docs/sub/b", "my docs/it's", "bin/notaprogram", "log/syslog", "log/auth.log", "log/apt/history.log"} {
		w.file(name, "")
	}
	for _, name := range []string{"bin/frobnicate", "bin/sudo", "run.sh"} {
		w.file(name, "#!/bin/sh\n")
		if err := os.Chmod(filepath.Join(w.dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	w.file("groups", "web: Server01 Server02\n")
	w.shell.Groups = filepath.Join(w.dir, "groups")
	w.shell.Hosts = func() []shell.KnownHost {
		return []shell.KnownHost{{Name: "Server01", From: "ssh_config"}, {Name: "Server02", From: "known_hosts"}}
	}
	w.check(`$env:PATH = "`+w.dir+`/bin"; $env:HOME = "`+w.dir+`"; $env:MARSH_TEST = "x"
$count = 3
conf = {db = {host = "h", port = 1}, ["two words"] = 2}
text = "t"
$job = start-job -name nightly { 1 }
wait-job $job | out-null
define_command{name = "greet-all", params = {{name = "To", values = {"east", "west"}}, {name = "Loud", type = "switch"}}, run = function() end}`, "")
	return w
}

func TestCompletion(t *testing.T) {
	w := completionWorld(t)
	for _, c := range completions {
		got := strings.Join(w.complete(c.line), "\n")
		want, more := strings.CutSuffix(c.want, "…")
		if more && strings.HasPrefix(got, want) && len(got) > len(want) {
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", c.line, d)
		}
	}
}

// The table of what commands write is what they write.
func TestPropertiesOfCommands(t *testing.T) {
	w := newWorld(t)
	w.typed("x")
	w.check("$v = 1; start-job { } | wait-job | out-null", "")
	for line, name := range map[string]string{
		"get-job": "get-job", "get-variable v": "get-variable", "get-command get-job": "get-command",
		"get-eventlog marsh -newest 1": "get-eventlog", "write-output 1 2 | group-object": "group-object",
	} {
		var out recorder
		if err := w.shell.Engine().Run(t.Context(), jobs.Script{Text: line}, &out); err != nil || len(out.all) == 0 {
			t.Fatalf("%s: %v, %d records", line, err, len(out.all))
		}
		for _, key := range out.all[0].Value.(*jobs.Map).Keys() {
			if !slices.Contains(written[name], key) {
				t.Errorf("%s writes %s, which is not offered", name, key)
			}
		}
	}
}

func FuzzCompletion(f *testing.F) {
	for _, c := range completions {
		f.Add(c.line, len(c.line))
	}
	var w *world
	f.Fuzz(func(t *testing.T, line string, cursor int) {
		if w == nil {
			w = newWorld(t)
		}
		var out recorder
		s := jobs.Script{Text: "complete-line (args[1]) (args[2])", Args: jobs.List{line, int64(cursor)}}
		if err := w.shell.Engine().Run(t.Context(), s, &out); err != nil {
			t.Fatal(err)
		}
		for _, r := range out.all {
			m := r.Value.(*jobs.Map)
			if at := m.Int("Start"); at < 0 || at > int64(len(line)) || !fit(m.String("Text")) {
				t.Fatalf("%q offered from byte %d", m.String("Text"), at)
			}
		}
	})
}

// A command of the user's, which is a function, too, is offered once.
func TestCompletionOfOwnCommands(t *testing.T) {
	w := completionWorld(t)
	w.run("define-command frobster { }")
	if got := w.complete("frob|"); !slices.Equal(got, []string{"frobster", "frobnicate"}) {
		t.Errorf("got %q", got)
	}
}
