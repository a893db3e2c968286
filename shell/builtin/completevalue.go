package builtin

import (
	"os"
	"strconv"
	"strings"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/hosts"
)

// valuesOf offers the values of a parameter of some kind, as its declaration names it.
var valuesOf = map[string]func(*completer, *shell.Param){
	"job":          (*completer).jobs,
	"session":      (*completer).sessions,
	"host":         (*completer).hosts,
	"command":      func(k *completer, _ *shell.Param) { k.commandNames() },
	"help":         func(k *completer, _ *shell.Param) { k.helpNames() },
	"file":         func(k *completer, _ *shell.Param) { k.files(anyFile) },
	"directory":    func(k *completer, _ *shell.Param) { k.files(directory) },
	"log":          func(k *completer, _ *shell.Param) { k.logs() },
	"variable":     func(k *completer, _ *shell.Param) { k.userVariables("") },
	"property":     func(k *completer, _ *shell.Param) { k.properties() },
	"history":      (*completer).historyLines,
	"option":       func(k *completer, _ *shell.Param) { k.options() },
	"optionvalue":  func(k *completer, _ *shell.Param) { k.optionValues() },
	"stream":       func(k *completer, _ *shell.Param) { k.words(streamNames()...) },
	"jobstate":     func(k *completer, _ *shell.Param) { k.words(jobs.StateNames()...) },
	"sessionstate": func(k *completer, _ *shell.Param) { k.words("Opened", "Disconnected", "Broken", "Closed") },
	"entrytype": func(k *completer, _ *shell.Param) {
		k.words(shell.EventInformation, shell.EventWarning, shell.EventError)
	},
}

// kinds are the kinds of parameters whose declarations name none, by command and
// parameter; "" is any command.
var kinds = map[string]map[string]string{
	"":               {"Property": "property", "ExpandProperty": "property", "ExcludeProperty": "property", "State": "jobstate", "ChildJobState": "jobstate"},
	"set-location":   {"Path": "directory"},
	"get-eventlog":   {"LogName": "log", "EntryType": "entrytype"},
	"get-variable":   {"Name": "variable"},
	"get-session":    {"State": "sessionstate", "Id": "session", "ComputerName": "host"},
	"remove-session": {"Id": "session", "ComputerName": "host"},
	"enter-session":  {"Id": "session"},
	"set-option":     {"Value": "optionvalue"},
	"get-help":       {"Parameter": "helpparameter"},
}

// values offers the values of a parameter.
func (k *completer) values(cmd *shell.Command, p *shell.Param) {
	k.words(p.Values...)
	if p.Switch {
		k.words("$true", "$false")
	}
	if len(p.Values) > 0 {
		return
	}
	kind := p.Kind
	for _, name := range []string{cmd.Name, ""} {
		if other := kinds[name][p.Name]; other != "" {
			kind = other
		}
	}
	if kind == "helpparameter" {
		k.parametersOf()
	}
	if offer := valuesOf[kind]; offer != nil {
		offer(k, p)
	}
}

// words offers words that are what they say.
func (k *completer) words(words ...string) {
	for _, w := range words {
		k.anyCase(w, "")
	}
}

// jobs offers jobs: by number, those of their children where a dot is typed, or by name.
func (k *completer) jobs(p *shell.Param) {
	for _, j := range k.c.Engine.Shell.Jobs.All() {
		help := j.State().String() + "  " + firstRow(j.Command)
		if p.Name != "Name" {
			k.anyCase(strconv.Itoa(j.ID), j.Name+"  "+help)
		}
		if p.Name != "Id" && plainValue(j.Name) {
			k.anyCase(j.Name, help)
		}
		if p.Name == "Name" || !strings.Contains(k.w.Word, ".") {
			continue
		}
		for _, t := range j.Tasks() {
			k.anyCase(t.ID(), t.State().String()+"  "+t.Location())
		}
	}
}

// sessions offers the sessions, by number or by name.
func (k *completer) sessions(p *shell.Param) {
	for _, h := range k.c.Engine.Shell.Sessions.All() {
		help := h.Session.Name() + "  " + h.State()
		if p.Name != "Name" {
			k.anyCase(strconv.Itoa(h.ID), h.Label+"  "+help)
		}
		if p.Name != "Id" && plainValue(h.Label) {
			k.anyCase(h.Label, help)
		}
	}
}

// plainValue reports whether a name can be typed without quotes.
func plainValue(name string) bool {
	return !strings.ContainsAny(name, wordMarks) && !strings.HasPrefix(name, "-")
}

func firstRow(text string) string {
	row, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return row
}

// hosts offers the machines that ssh_config and known_hosts name, those that sessions
// are open to, and groups. A user typed before the name stays.
func (k *completer) hosts(*shell.Param) {
	sh := k.c.Engine.Shell
	if strings.HasPrefix(k.w.Word, "@") {
		groups, _ := hosts.LoadGroups(sh.Groups) // a file that cannot be read has none
		for name, members := range groups {
			k.anyCase("@"+name, strings.Join(members, " "))
		}
		return
	}
	user, _, ok := strings.Cut(k.w.Word, "@")
	if ok {
		user += "@"
	} else {
		user = ""
	}
	if sh.Hosts != nil {
		for _, h := range sh.Hosts() {
			k.anyCase(user+h.Name, h.From)
		}
	}
	for _, h := range sh.Sessions.All() {
		k.anyCase(h.Session.Name(), "session "+h.Label)
	}
}

// logs offers the logs that there are: the shell's own, and the files under /var/log.
func (k *completer) logs() {
	k.anyCase("marsh", "the shell's own event log")
	k.put(candidate{text: "'Windows PowerShell'", help: "the shell's own event log", start: k.w.Start, exact: true}, "Windows PowerShell", k.w.Word)
	k.anyCase("system", "the machine's log")
	for _, name := range readNames(k.c.Ctx, k.c.Engine.Shell.LogRoot) {
		name = strings.TrimSuffix(name, ".log")
		if info, err := os.Stat(k.c.Engine.Shell.LogRoot + "/" + name); err == nil && info.IsDir() {
			continue
		}
		if plainName(name) && plainValue(name) && !strings.Contains(name, ".") {
			k.anyCase(name, "")
		}
	}
}

// helpNames offers what there is help on.
func (k *completer) helpNames() {
	k.commandNames()
	for _, t := range TopicNames() {
		k.anyCase(t, "")
	}
}

// parametersOf offers the parameters of the command that the line is about.
func (k *completer) parametersOf() {
	for _, arg := range k.w.Args {
		if cmd := commands(k.c).Lookup(arg); cmd != nil {
			for _, p := range cmd.AllParams() {
				k.anyCase(p.Name, p.Help)
			}
		}
	}
}

// historyLines offers what was typed: by number, and by its first word.
func (k *completer) historyLines(p *shell.Param) {
	front := k.c.Engine.Shell.Front
	if front == nil {
		return
	}
	lines, _ := front.History() // where there is none, there is nothing to offer
	for _, m := range lines {
		k.offer(candidate{text: strconv.FormatInt(m.Int("Id"), 10), help: firstRow(m.String("CommandLine")), exact: true, rank: -int(m.Int("Id"))})
	}
}

// options offers the names of options.
func (k *completer) options() {
	for _, s := range shell.AllSettings() {
		k.anyCase(s.Name, s.Help)
	}
}

// optionValues offers the values of the option that the line sets, where it is on or off.
func (k *completer) optionValues() {
	for _, arg := range k.w.Args {
		if s, err := shell.FindSetting(arg); err == nil && s.Type() == "switch" {
			k.words("$true", "$false")
		}
	}
}
