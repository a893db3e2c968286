package shell

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"marsh/jobs"
	"marsh/shell/lua"
)

// Bounds of the commands that users declare.
const (
	maxUserCommands = 1000 // in one shell
	maxUserParams   = 64   // of one command
)

// Declaration is a command that a user declares while the shell runs.
type Declaration struct {
	Doc
	Params []ParamSpec
	Run    *Block // its function; where it was compiled in place it also runs there
}

// ParamSpec is a parameter of a [Declaration].
type ParamSpec struct {
	Name     string
	Aliases  []string
	Type     string // one of UserTypes; "" is value
	Help     string
	Values   []string // an enumeration, when not empty
	Default  jobs.Value
	Pos      int // from 0; -1 is by name only
	Rest     bool
	Required bool
	Min, Max *float64 // bounds of a number or of seconds; nil is none
}

// userTypes are the types of parameters that a user can ask for.
var userTypes = []struct {
	name string
	kind string // what completion offers
	typ  reflect.Type
}{
	{"string", "", reflect.TypeFor[string]()},
	{"int", "", reflect.TypeFor[int]()},
	{"number", "", reflect.TypeFor[float64]()},
	{"switch", "", reflect.TypeFor[bool]()},
	{"time", "", timeType},
	{"seconds", "", durationType},
	{"duration", "", durationType},
	{"block", "", blockType},
	{"value", "", valueType},
	{"list", "", reflect.TypeFor[[]string]()},
	{"job", "job", valueType},
	{"session", "session", valueType},
	{"host", "host", reflect.TypeFor[string]()},
	{"file", "file", reflect.TypeFor[string]()},
}

// UserTypes returns the types of parameters that a [ParamSpec] can have.
func UserTypes() []string {
	names := make([]string, len(userTypes))
	for i, t := range userTypes {
		names[i] = t.name
	}
	return names
}

// keywords are the words that Lua reads as such (Lua 5.1 reference manual, 2.1), and
// those that begin a statement of its successors.
var keywords = strings.Fields("and break do else elseif end false for function goto if in local nil not or repeat return then true until while")

var (
	userName  = regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`)
	paramName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)
)

// Declare adds a command to those of the engine, in the place of a user's command of
// the same name. Its errors are of kind KindUsage, KindState and KindLimit.
func (c *Call) Declare(d Declaration) error {
	cmd, err := d.command()
	if err != nil {
		return err
	}
	for _, n := range cmd.Names() {
		if err := c.nameable(n); err != nil {
			return err
		}
	}
	return c.Engine.commands.declare(cmd)
}

// nameable reports why a word cannot be the name of a command.
func (c *Call) nameable(name string) error {
	if !userName.MatchString(name) {
		return jobs.Errorf(jobs.KindUsage, "%q cannot be the name of a command: letters and digits, with single dashes between them", name)
	}
	if slices.Contains(keywords, name) {
		return jobs.Errorf(jobs.KindUsage, "%q cannot be the name of a command: it is a word of Lua", name)
	}
	taken := false
	err := c.Engine.onOwner(c.Ctx, call{f: func() {
		taken = c.Engine.commands.Lookup(name) == nil && c.Engine.state.HasLibrary(name)
	}})
	if err == nil && taken {
		err = jobs.Errorf(jobs.KindUsage, "%q cannot be the name of a command: it is a name of Lua's library", name)
	}
	return err
}

// command makes the command that is declared.
func (d Declaration) command() (*Command, error) {
	d.Inline, d.Name = true, strings.ToLower(d.Name)
	for i, a := range d.Aliases {
		d.Aliases[i] = strings.ToLower(a)
	}
	if len(d.Params) > maxUserParams {
		return nil, jobs.Errorf(jobs.KindLimit, "%s has more than %d parameters", d.Name, maxUserParams)
	}
	u := &userCode{block: d.Run, defaults: make([]reflect.Value, len(d.Params))}
	cmd := &Command{Doc: d.Doc, user: true}
	cmd.setCode(u)
	for i, spec := range d.Params {
		p, err := spec.param(i)
		if err == nil {
			err = freeParam(cmd.AllParams(), p)
		}
		if err == nil {
			u.defaults[i], err = spec.defaultOf(p)
		}
		if err != nil {
			return nil, err
		}
		cmd.Params = append(cmd.Params, p)
	}
	u.params = cmd.Params
	if d.Run.Func != nil {
		u.block = d.Run.Func.Portable()
		u.here = d.Run.Func
	}
	return cmd, nil
}

// freeParam reports that a name of p is another parameter's.
func freeParam(params []*Param, p *Param) error {
	for _, n := range p.names() {
		if !paramName.MatchString(n) || strings.EqualFold(n, lua.InputName) {
			return jobs.Errorf(jobs.KindUsage, "%q cannot be the name of a parameter: letters and digits, and not %s", n, lua.InputName)
		}
		for _, q := range params {
			if slices.ContainsFunc(q.names(), func(m string) bool { return strings.EqualFold(m, n) }) {
				return jobs.Errorf(jobs.KindUsage, "two parameters are called %s", n)
			}
		}
	}
	return nil
}

// param makes the parameter number i.
func (s ParamSpec) param(i int) (*Param, error) {
	name := strings.ToLower(s.Type)
	if name == "" {
		name = "value"
	}
	for _, t := range userTypes {
		if t.name != name {
			continue
		}
		p := &Param{
			Name: s.Name, Aliases: s.Aliases, Help: s.Help, Kind: t.kind, Values: s.Values, Pos: s.Pos, Rest: s.Rest,
			Required: s.Required, Switch: t.typ.Kind() == reflect.Bool, Min: s.Min, Max: s.Max, index: []int{i}, typ: t.typ, user: name,
		}
		if s.Rest {
			p.typ = reflect.TypeFor[jobs.List]()
		}
		return p, nil
	}
	return nil, jobs.Errorf(jobs.KindUsage, "the parameter %s has the type %q, which is not one of %s", s.Name, s.Type, strings.Join(UserTypes(), ", "))
}

// defaultOf converts the default value; the zero reflect.Value where there is none.
func (s ParamSpec) defaultOf(p *Param) (reflect.Value, error) {
	if s.Default == nil {
		return reflect.Value{}, nil
	}
	v, err := p.convert(lua.Arg{Kind: lua.Value, Value: s.Default})
	if err != nil {
		return v, jobs.Errorf(jobs.KindUsage, "the default of %w", err)
	}
	return v, nil
}
