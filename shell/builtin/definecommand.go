package builtin

import (
	"slices"
	"strings"

	"marsh/jobs"
	"marsh/shell"
)

var userCommands = []*shell.Command{
	shell.Define[defineCommand](shell.Doc{
		Name: "define-command", Inline: true, Synopsis: "declare a command of your own, with parameters, help and completion",
		Help: "The command can be used from then on like those of marsh: on command lines, in pipelines, from Lua " +
			"(restart_web{site = \"east\"}; one word needs parentheses: restart({site = \"east\"})), and get-help has its page. Put it into the start-up file to have it in every shell.\n\n" +
			"-Params is a list. A parameter is text, \"Name\" or \"Name:type\", then all but switches are taken by position in their " +
			"order; or a table: name, type, help, aliases, values (a list of what it can be), default, pos (from 0), rest " +
			"(takes all further values), required, min, max. Types: " + strings.Join(shell.UserTypes(), ", ") + ". A job or session is " +
			"given as such, whether it was typed as a number, a name or an object, a file as its full path, seconds as a number.\n\n" +
			"The function gets a table with the parameters that were given, found in any letter case; in a block the table is it. " +
			"What is piped in is read with the iterator in its field Input: for v in p.Input do … end; values come one by one, as " +
			"they are written. What the function's commands write, emits and returns is the command's output.\n\n" +
			"A command of marsh cannot be replaced, one of your own is. A program of the same name is reached by its path, as !line, " +
			"or with run{…}. In the shell that declares it the function sees the variables there; in a job it runs with its own local " +
			"variables as they were when it was declared. What is declared within a job stays there, and commands are not sent to other machines.",
		Examples: []shell.Example{
			{Line: "define-command greet -params Name, Loud:switch { local text = \"hello \" .. it.Name; if it.Loud then text = text:upper() end; return text }\ngreet World -loud", Says: "a small one", Want: "HELLO WORLD"},
			{
				Line: "define_command{\n  name = \"longest\", synopsis = \"the longest of the texts\",\n  params = {{name = \"AtLeast\", type = \"int\", min = 1, default = 1, help = \"leave out shorter ones\"}},\n" +
					"  run = function(p)\n    local best = \"\"\n    for v in p.Input do if #v > #best and #v >= p.AtLeast then best = v end end\n    return best\n  end,\n}\nwrite-output one three five | longest",
				Says: "one that reads from the pipe, in Lua", Want: "three",
			},
		},
		Related: []string{"remove-command", "get-command"},
	}),
	shell.Define[removeCommand](shell.Doc{
		Name: "remove-command", Synopsis: "take away a command that was declared with define-command",
		Examples: []shell.Example{{Line: "define-command hi { \"hello\" }\nremove-command hi", Says: "declare one and take it away"}},
		Related:  []string{"define-command"},
	}),
}

type defineCommand struct {
	Name     string       `param:"pos=0,required" help:"its name, such as restart-web"`
	Code     *shell.Block `param:"name=Run,pos=1,required" help:"its function, or a block in which the parameters are it"`
	Params   jobs.List    `param:"alias=Parameter" help:"its parameters: texts (Name, Name:type) or tables"`
	Aliases  []string     `param:"alias=Alias" help:"other names for it"`
	Synopsis string       `help:"what it does, on one line"`
	Help     string       `help:"paragraphs for its help page"`
	Examples jobs.List    `param:"alias=Example" help:"examples for its help page: command lines, or tables with line and says"`
}

// Run declares the command.
func (d *defineCommand) Run(c *shell.Call) error {
	decl := shell.Declaration{Run: d.Code, Doc: shell.Doc{
		Name: d.Name, Aliases: d.Aliases, Synopsis: d.Synopsis, Help: d.Help,
	}}
	if decl.Synopsis == "" {
		decl.Synopsis = "a command of yours"
	}
	var err error
	if decl.Params, err = paramSpecs(d.Params); err != nil {
		return err
	}
	if decl.Examples, err = exampleList(d.Examples); err != nil {
		return err
	}
	return c.Declare(decl)
}

// Returns the parameters that a list describes. A single table stands for a list of one.
func paramSpecs(list jobs.List) ([]shell.ParamSpec, error) {
	var out []shell.ParamSpec
	pos := 0
	for _, v := range list {
		switch v := v.(type) {
		case string:
			spec := textSpec(v)
			if spec.Type != "switch" {
				spec.Pos = pos
				pos++
			}
			out = append(out, spec)
		case *jobs.Map:
			spec, err := tableSpec(v)
			if err != nil {
				return nil, err
			}
			out = append(out, spec)
		default:
			return nil, jobs.Errorf(jobs.KindUsage, "a parameter is a text or a table with a name, not %s", jobs.Text(v))
		}
	}
	return out, nil
}

// Reads "Name" or "Name:type".
func textSpec(text string) shell.ParamSpec {
	name, typ, typed := strings.Cut(text, ":")
	if !typed {
		typ = "string"
	}
	return shell.ParamSpec{Name: strings.TrimSpace(name), Type: strings.ToLower(strings.TrimSpace(typ)), Pos: -1}
}

func exampleList(list jobs.List) ([]shell.Example, error) {
	var out []shell.Example
	for _, v := range list {
		x := shell.Example{Line: jobs.Text(v)}
		if m, ok := v.(*jobs.Map); ok {
			f := fields{m: m, what: "an example"}
			x = shell.Example{Line: f.text("line"), Says: f.text("says"), Want: f.text("want")}
			if err := f.end(); err != nil {
				return nil, err
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// Reads the table of a parameter.
func tableSpec(m *jobs.Map) (shell.ParamSpec, error) {
	f := fields{m: m, what: "a parameter"}
	s := shell.ParamSpec{
		Name: f.text("name"), Type: f.text("type"), Help: f.text("help"), Default: f.value("default"), Pos: -1,
		Aliases: f.texts("aliases"), Values: f.texts("values"), Rest: f.truth("rest"), Required: f.truth("required"),
		Min: f.number("min"), Max: f.number("max"),
	}
	s.Aliases = append(s.Aliases, f.texts("alias")...)
	if pos := f.number("pos"); pos != nil {
		s.Pos = int(*pos)
	}
	if s.Type == "" {
		s.Type = "string"
	}
	if s.Name == "" {
		f.fail("a parameter needs a name: {name = \"Site\", type = \"string\"}")
	}
	return s, f.end()
}

// fields reads the fields of a table, and finds those that are none.
type fields struct {
	m    *jobs.Map
	what string // what the table describes
	read []string
	err  error // the first
}

func (f *fields) fail(format string, args ...any) {
	if f.err == nil {
		f.err = jobs.Errorf(jobs.KindUsage, format, args...)
	}
}

func (f *fields) value(name string) jobs.Value {
	f.read = append(f.read, name)
	v, _ := f.m.Get(name)
	return v
}

func (f *fields) text(name string) string {
	v := f.value(name)
	if v == nil {
		return ""
	}
	return jobs.Text(v)
}

func (f *fields) texts(name string) []string {
	switch v := f.value(name).(type) {
	case nil:
		return nil
	case jobs.List:
		out := make([]string, len(v))
		for i, e := range v {
			out[i] = jobs.Text(e)
		}
		return out
	default:
		return []string{jobs.Text(v)}
	}
}

func (f *fields) truth(name string) bool {
	v := f.value(name)
	b, ok := v.(bool)
	if v != nil && !ok {
		f.fail("%s of %s is true or false, not %s", name, f.what, jobs.Text(v))
	}
	return b
}

func (f *fields) number(name string) *float64 {
	switch v := f.value(name).(type) {
	case nil:
	case int64:
		return new(float64(v))
	case float64:
		return new(v)
	default:
		f.fail("%s of %s is a number, not %s", name, f.what, jobs.Text(v))
	}
	return nil
}

// Returns the first error; a field that nobody reads is one.
func (f *fields) end() error {
	for _, k := range f.m.Keys() {
		if slices.ContainsFunc(f.read, func(r string) bool { return strings.EqualFold(r, k) }) {
			continue
		}
		near := shell.Nearest(k, f.read)
		if near == "" {
			near = strings.Join(f.read, ", ")
		}
		f.fail("%s has no field %s; did you mean %s?", f.what, k, near)
	}
	return f.err
}

type removeCommand struct {
	Name []string `param:"pos=0,rest,required,kind=command" help:"its name"`
}

// Run removes the commands.
func (r *removeCommand) Run(c *shell.Call) error {
	for _, n := range r.Name {
		if err := c.Engine.Commands().Remove(n); err != nil {
			if err := c.Error(err); err != nil {
				return err
			}
		}
	}
	return nil
}
