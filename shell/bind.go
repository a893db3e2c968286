package shell

import (
	"reflect"
	"slices"
	"sync"

	"marsh/jobs"
	"marsh/shell/lua"
)

// Block is a script block given to a parameter, or a Lua function in its place.
type Block = lua.Block

// common are the parameters that every command has.
type common struct {
	ErrorAction string `param:"alias=ea,values=stop|continue|silentlycontinue|ignore" help:"what an error that does not end the command does: continue shows it (the default), stop ends the script, silentlycontinue keeps it in $error only, ignore drops it"`
}

// commonParams returns the parameters that every command has besides its own.
var commonParams = sync.OnceValue(func() []*Param { return paramsOf[common]("every command") })

// binder fills a command's fields from the arguments of one call.
type binder struct {
	cmd    *Command
	params []*Param                    // the command's, then the common ones
	own    func(*Param, reflect.Value) // gives a parameter of the command's its value
	common reflect.Value
	bound  map[*Param]bool
	pos    []lua.Arg // what came without a name, in order
	open   *Param    // a block that was named and comes behind other parameters; nil is none
}

// bind makes a Runner of cmd with its fields filled from args.
func bind(cmd *Command, args []lua.Arg) (Runner, common, error) {
	var com common
	if cmd.later {
		return nil, com, &jobs.Error{Kind: jobs.KindUnsupported, Op: cmd.Name, Msg: cmd.Synopsis}
	}
	r := cmd.make()
	b := &binder{
		cmd: cmd, params: cmd.AllParams(),
		own: placesOf(r), common: reflect.ValueOf(&com).Elem(), bound: make(map[*Param]bool),
	}
	err := b.named(b.unfold(args))
	if err == nil {
		err = b.openBlock()
	}
	if err == nil {
		err = b.positional()
	}
	if err == nil {
		err = b.missing()
	}
	if err != nil {
		return nil, com, jobs.AsError(err).WithOp(cmd.Name)
	}
	return r, com, nil
}

// placesOf returns what gives a parameter its value: in a field of the command's Runner,
// or in a place of a user's command.
func placesOf(r Runner) func(*Param, reflect.Value) {
	if u, ok := r.(*userRunner); ok {
		return func(p *Param, v reflect.Value) { u.values[p.index[0]] = v }
	}
	own := reflect.ValueOf(r).Elem()
	return func(p *Param, v reflect.Value) { own.FieldByIndex(p.index).Set(v) }
}

// unfold puts parameters by name in the place of a table that ends a call from Lua: if
// the names are the command's, or it takes no such value.
func (b *binder) unfold(args []lua.Arg) []lua.Arg {
	last := len(args) - 1
	if last < 0 || args[last].Named == nil {
		return args
	}
	names := args[last].Named
	isName := func(a lua.Arg) bool {
		if a.Kind != lua.Param {
			return false
		}
		_, err := findParam(b.params, a.Text)
		return err == nil
	}
	positional := slices.IndexFunc(b.cmd.Params, func(p *Param) bool { return p.Pos == last && p.typ == valueType })
	if positional >= 0 && !slices.ContainsFunc(names, isName) {
		return args
	}
	return slices.Concat(args[:last], names)
}

// openBlock gives the block parameter that was named without one the first block there
// is: -Parallel -ThrottleLimit 2 { … }.
func (b *binder) openBlock() error {
	p := b.open
	if p == nil {
		return nil
	}
	i := slices.IndexFunc(b.pos, func(a lua.Arg) bool { return a.Kind == lua.BlockArg })
	if i < 0 {
		return needsValue(p)
	}
	a := b.pos[i]
	b.pos = slices.Delete(slices.Clone(b.pos), i, i+1)
	return b.set(p, &a)
}

func needsValue(p *Param) error {
	return jobs.Errorf(jobs.KindUsage, "-%s needs a value (%s)", p.Name, p.TypeName())
}

// named binds the parameters given by name and collects the others.
func (b *binder) named(args []lua.Arg) error {
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		if a.Kind != lua.Param {
			b.pos = append(b.pos, a)
			continue
		}
		p, err := findParam(b.params, a.Text)
		if err != nil {
			return err
		}
		if b.bound[p] {
			return jobs.Errorf(jobs.KindUsage, "-%s is given twice", p.Name)
		}
		val := a.Attached
		if val == nil && !p.Switch {
			if len(args) == 0 || args[0].Kind == lua.Param {
				if !p.isBlock() || b.open != nil {
					return needsValue(p)
				}
				b.open, b.bound[p] = p, true
				continue
			}
			val, args = &args[0], args[1:]
		}
		if err := b.set(p, val); err != nil {
			return err
		}
	}
	return nil
}

// positional gives each value without a name to the first parameter by position
// that is still free and takes it: blocks go to block parameters.
func (b *binder) positional() error {
	for i, a := range b.pos {
		p := b.free(a)
		if p == nil {
			return jobs.Errorf(jobs.KindUsage, "does not know what to do with %q; it is used as: %s", argText(a), b.cmd.Usage())
		}
		if p.Rest && !p.isBlock() {
			rest := lua.Arg{Kind: lua.List, List: b.pos[i:]}
			return b.set(p, &rest)
		}
		if err := b.set(p, &a); err != nil {
			return err
		}
	}
	return nil
}

func (b *binder) free(a lua.Arg) *Param {
	var candidates []*Param
	for _, p := range b.cmd.Params {
		if p.Pos >= 0 && !b.bound[p] {
			candidates = append(candidates, p)
		}
	}
	slices.SortStableFunc(candidates, func(p, q *Param) int { return p.Pos - q.Pos })
	for _, p := range candidates {
		if p.isBlock() == (a.Kind == lua.BlockArg) || p.typ == valueType {
			return p
		}
	}
	for _, p := range candidates { // a string is a block where nothing else takes it
		if p.isBlock() && a.Kind != lua.List {
			return p
		}
	}
	return nil
}

func (b *binder) missing() error {
	for _, p := range b.params {
		if p.Required && !b.bound[p] {
			return jobs.Errorf(jobs.KindUsage, "-%s is missing; it is used as: %s", p.Name, b.cmd.Usage())
		}
	}
	return nil
}

// set gives parameter p the argument; nil is the bare switch.
func (b *binder) set(p *Param, a *lua.Arg) error {
	v := reflect.ValueOf(true)
	if a != nil {
		var err error
		if v, err = p.convert(*a); err != nil {
			return jobs.Errorf(jobs.KindUsage, "-%w", err)
		}
	} else if p.typ.Kind() == reflect.Pointer {
		v = reflect.ValueOf(new(true))
	}
	b.bound[p] = true
	if slices.Contains(b.cmd.Params, p) {
		b.own(p, v)
	} else {
		b.common.FieldByIndex(p.index).Set(v)
	}
	return nil
}
