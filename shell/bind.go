package shell

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

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
func commonParams() []*Param { return paramsOf[common]("every command") }

// binder fills a command's fields from the arguments of one call.
type binder struct {
	cmd    *Command
	params []*Param // the command's, then the common ones
	own    reflect.Value
	common reflect.Value
	bound  map[*Param]bool
	pos    []lua.Arg // what came without a name, in order
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
		own: reflect.ValueOf(r).Elem(), common: reflect.ValueOf(&com).Elem(), bound: make(map[*Param]bool),
	}
	err := b.named(args)
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
				return jobs.Errorf(jobs.KindUsage, "-%s needs a value (%s)", p.Name, p.TypeName())
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
	field := b.own
	if !slices.Contains(b.cmd.Params, p) {
		field = b.common
	}
	b.bound[p] = true
	if a == nil {
		field.FieldByIndex(p.index).SetBool(true)
		return nil
	}
	v, err := convert(*a, p.typ)
	if err != nil {
		return jobs.Errorf(jobs.KindUsage, "-%s: %w", p.Name, err)
	}
	if len(p.Values) > 0 && !slices.Contains(p.Values, strings.ToLower(v.String())) {
		return jobs.Errorf(jobs.KindUsage, "-%s: %q is not one of %s", p.Name, v.String(), strings.Join(p.Values, ", "))
	}
	field.FieldByIndex(p.index).Set(v)
	return nil
}

// convert brings an argument to the type of a field.
func convert(a lua.Arg, t reflect.Type) (reflect.Value, error) {
	switch t {
	case blockType:
		return convertBlock(a)
	case valueType:
		return valueOf(ArgValue(a), t), nil
	case reflect.TypeFor[jobs.List]():
		return reflect.ValueOf(argList(a)), nil
	case durationType:
		d, err := toDuration(ArgValue(a))
		return reflect.ValueOf(d), err
	case timeType:
		d, err := toTime(ArgValue(a))
		return reflect.ValueOf(d), err
	}
	switch t.Kind() {
	case reflect.Slice:
		return convertSlice(argList(a), t)
	case reflect.Pointer:
		v, err := scalar(ArgValue(a), t.Elem())
		if err != nil {
			return reflect.Zero(t), err
		}
		ptr := reflect.New(t.Elem())
		ptr.Elem().Set(v)
		return ptr, nil
	}
	return scalar(ArgValue(a), t)
}

// valueOf returns v as a reflect.Value of interface type t, also where v is nil.
func valueOf(v jobs.Value, t reflect.Type) reflect.Value {
	if v == nil {
		return reflect.Zero(t)
	}
	return reflect.ValueOf(v)
}

func convertBlock(a lua.Arg) (reflect.Value, error) {
	if a.Block != nil {
		return reflect.ValueOf(a.Block), nil
	}
	text, ok := ArgValue(a).(string)
	if !ok {
		return reflect.ValueOf((*Block)(nil)), jobs.Errorf(jobs.KindUsage, "a script block { … } is wanted, not %s", typeName(ArgValue(a)))
	}
	return reflect.ValueOf(&Block{Text: text, Line: 1, Name: "block"}), nil
}

func convertSlice(list jobs.List, t reflect.Type) (reflect.Value, error) {
	out := reflect.MakeSlice(t, 0, len(list))
	for _, e := range list {
		v, err := scalar(e, t.Elem())
		if err != nil {
			return out, err
		}
		out = reflect.Append(out, v)
	}
	return out, nil
}

// scalar converts a value to bool, string, int or float64.
func scalar(v jobs.Value, t reflect.Type) (reflect.Value, error) {
	var err error
	var out any
	switch t.Kind() {
	case reflect.Bool:
		out, err = toBool(v)
	case reflect.Int:
		out, err = toInt(v)
	case reflect.Float64:
		out, err = toFloat(v)
	default:
		out = jobs.Text(v)
	}
	if err != nil {
		return reflect.Zero(t), err
	}
	return reflect.ValueOf(out), nil
}

func toBool(v jobs.Value) (bool, error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case nil:
		return false, nil
	case string:
		if b, err := strconv.ParseBool(strings.TrimPrefix(strings.ToLower(v), "$")); err == nil {
			return b, nil
		}
	}
	return false, jobs.Errorf(jobs.KindUsage, "%q is not $true or $false", jobs.Text(v))
}

func toInt(v jobs.Value) (int, error) {
	switch v := v.(type) {
	case int64:
		return int(v), nil
	case string:
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil {
			return n, nil
		}
	}
	return 0, jobs.Errorf(jobs.KindUsage, "%q is not a whole number", jobs.Text(v))
}

func toFloat(v jobs.Value) (float64, error) {
	switch v := v.(type) {
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	case string:
		if n, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
			return n, nil
		}
	}
	return 0, jobs.Errorf(jobs.KindUsage, "%q is not a number", jobs.Text(v))
}

// toDuration reads seconds, as a number or as text such as "1.5", "90s" or "2h".
func toDuration(v jobs.Value) (time.Duration, error) {
	if s, ok := v.(string); ok {
		if d, err := time.ParseDuration(s); err == nil {
			return d, nil
		}
	}
	f, err := toFloat(v)
	if err != nil || f > 1e9 || f < -1e9 || f != f {
		return 0, jobs.Errorf(jobs.KindUsage, "%q is not a time in seconds (or 90s, 5m, 2h)", jobs.Text(v))
	}
	return time.Duration(f * float64(time.Second)), nil
}

// timeLayouts are the ways to write a time, most exact first; without a zone it is
// local time.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "15:04:05", "15:04"}

// toTime reads a time; a time of day alone is today's, a span ("2h") is that long ago.
func toTime(v jobs.Value) (time.Time, error) {
	if t, ok := v.(time.Time); ok {
		return t, nil
	}
	text := jobs.Text(v)
	for _, layout := range timeLayouts {
		t, err := time.ParseInLocation(layout, text, time.Local)
		if err != nil {
			continue
		}
		if t.Year() == 0 {
			now := time.Now()
			t = time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.Local)
		}
		return t, nil
	}
	if d, err := time.ParseDuration(text); err == nil {
		return time.Now().Add(-d), nil
	}
	return time.Time{}, jobs.Errorf(jobs.KindUsage, "%q is not a time (2006-01-02 15:04:05, 15:04, or 2h for two hours ago)", text)
}

// ArgValue returns the value of an argument. A bare word that reads as a number is
// that number.
func ArgValue(a lua.Arg) jobs.Value {
	switch a.Kind {
	case lua.Word:
		return wordValue(a.Text)
	case lua.Quoted:
		return a.Text
	case lua.List:
		return argList(a)
	case lua.BlockArg:
		return a.Block.Text
	case lua.Param:
		return argText(a)
	}
	return a.Value
}

func wordValue(text string) jobs.Value {
	if text == "" || !strings.ContainsAny(text[:1], "0123456789-+.") {
		return text
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && fmt.Sprint(f) == text {
		return f
	}
	return text
}

// argList returns an argument as a list: the parts of a list, or the one value.
func argList(a lua.Arg) jobs.List {
	if a.Kind == lua.List {
		var out jobs.List
		for _, e := range a.List {
			out = append(out, argList(e)...)
		}
		return out
	}
	v := ArgValue(a)
	if l, ok := v.(jobs.List); ok {
		return l
	}
	if v == nil {
		return nil
	}
	return jobs.List{v}
}

// argText returns an argument as it could have been typed, for messages.
func argText(a lua.Arg) string {
	switch a.Kind {
	case lua.BlockArg:
		return "{" + a.Block.Text + "}"
	case lua.Param:
		return "-" + a.Text
	case lua.List:
		parts := make([]string, len(a.List))
		for i, e := range a.List {
			parts[i] = argText(e)
		}
		return strings.Join(parts, ",")
	case lua.Value:
		return jobs.Text(a.Value)
	}
	return a.Text
}

// typeName names a value's type for messages.
func typeName(v jobs.Value) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case bool:
		return "a truth value"
	case int64, float64:
		return "a number"
	case string:
		return "a text"
	case []byte:
		return "bytes"
	case time.Time:
		return "a time"
	case *jobs.Map:
		if v.Type != "" {
			return "a " + v.Type
		}
		return "a map"
	}
	return "a list"
}
