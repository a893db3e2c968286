package shell

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"marsh/jobs"
)

// Param is one parameter of a command, as its field declares it.
type Param struct {
	Name     string   // as shown: "ComputerName"
	Aliases  []string // as declared: "Cn"
	Help     string
	Kind     string   // what completion offers: job, session, host, command, file; may be ""
	Values   []string // an enumeration, when not empty
	Pos      int      // its position, from 0; -1 is by name only
	Rest     bool     // takes all further positional values
	Required bool
	Switch   bool     // takes no value
	Min, Max *float64 // the least and the largest number, or number of seconds; nil is none

	index []int // of the field, through embedded structs
	typ   reflect.Type
	user  string // the type that a user's command gave it
}

var (
	blockType    = reflect.TypeFor[*Block]()
	durationType = reflect.TypeFor[time.Duration]()
	timeType     = reflect.TypeFor[time.Time]()
	valueType    = reflect.TypeFor[jobs.Value]()
)

// paramsOf returns the parameters that the fields of T declare, those of embedded
// structs in the place where they are embedded.
func paramsOf[T any](command string) []*Param {
	var out []*Param
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if f.IsExported() && !f.Anonymous && f.Tag.Get("param") != "-" {
			out = append(out, newParam(command, f))
		}
	}
	return out
}

func newParam(command string, f reflect.StructField) *Param {
	p := &Param{Name: f.Name, Help: f.Tag.Get("help"), Pos: -1, index: f.Index, typ: f.Type, Switch: f.Type.Kind() == reflect.Bool}
	for part := range strings.SplitSeq(f.Tag.Get("param"), ",") {
		key, val, _ := strings.Cut(part, "=")
		switch key {
		case "":
		case "name":
			p.Name = val
		case "alias":
			p.Aliases = append(p.Aliases, val)
		case "pos":
			p.Pos = must(strconv.Atoi(val))
		case "values":
			p.Values = strings.Split(val, "|")
		case "kind":
			p.Kind = val
		case "min":
			p.Min = new(must(strconv.ParseFloat(val, 64)))
		case "max":
			p.Max = new(must(strconv.ParseFloat(val, 64)))
		case "rest":
			p.Rest = true
		case "required":
			p.Required = true
		default:
			panic(fmt.Sprintf("%s: parameter %s: unknown tag %q", command, f.Name, key))
		}
	}
	if !settable(f.Type) {
		panic(fmt.Sprintf("%s: parameter %s: type %v cannot be bound", command, f.Name, f.Type))
	}
	return p
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// settable reports whether set knows how to fill a field of this type.
func settable(t reflect.Type) bool {
	switch t {
	case blockType, durationType, timeType, valueType, reflect.TypeFor[jobs.List]():
		return true
	}
	switch t.Kind() {
	case reflect.Pointer:
		return slices.Contains([]reflect.Kind{reflect.Int, reflect.Bool, reflect.Float64}, t.Elem().Kind()) || t.Elem() == durationType
	case reflect.Slice:
		return t.Elem().Kind() == reflect.String || t.Elem().Kind() == reflect.Int
	}
	return slices.Contains([]reflect.Kind{reflect.Bool, reflect.String, reflect.Int, reflect.Float64}, t.Kind())
}

// usage returns the parameter as the syntax line shows it: [[-Name] <string>].
func (p *Param) usage() string {
	name := "-" + p.Name
	if p.Switch {
		return "[" + name + "]"
	}
	if p.Pos >= 0 {
		name = "[" + name + "]"
	}
	s := name + " <" + p.TypeName() + ">"
	if p.Required {
		return s
	}
	return "[" + s + "]"
}

// TypeName returns the parameter's type as help shows it.
func (p *Param) TypeName() string {
	if p.user != "" && p.Kind != "" && !p.Rest {
		return p.user
	}
	switch p.typ {
	case blockType:
		return "block"
	case durationType:
		return "seconds"
	case timeType:
		return "time"
	case valueType:
		return "value"
	case reflect.TypeFor[jobs.List]():
		return "value,…"
	}
	switch t := p.typ; t.Kind() {
	case reflect.Pointer:
		if t.Elem() == durationType {
			return "seconds"
		}
		return kindName(t.Elem())
	case reflect.Slice:
		return kindName(t.Elem()) + ",…"
	default:
		return kindName(t)
	}
}

// kindName names the type of one value.
func kindName(t reflect.Type) string {
	if t.Kind() == reflect.Float64 {
		return "number"
	}
	return t.String()
}

// isBlock reports whether the parameter takes a script block.
func (p *Param) isBlock() bool { return p.typ == blockType }

// names returns the name and the aliases.
func (p *Param) names() []string { return append([]string{p.Name}, p.Aliases...) }

// findParam finds the parameter meant by word: a name or alias in any letter case,
// or a prefix of the names of just one parameter.
func findParam(params []*Param, word string) (*Param, error) {
	var near []*Param
	for _, p := range params {
		for _, n := range p.names() {
			if strings.EqualFold(n, word) {
				return p, nil
			}
			if len(word) < len(n) && strings.EqualFold(n[:len(word)], word) && !slices.Contains(near, p) {
				near = append(near, p)
			}
		}
	}
	switch len(near) {
	case 0:
		return nil, unknownParam(params, word)
	case 1:
		return near[0], nil
	}
	return nil, jobs.Errorf(jobs.KindUsage, "-%s is ambiguous: it could be %s", word, paramNames(near))
}

// unknownParam is the error for a word that is no parameter, with the one that was
// probably meant.
func unknownParam(params []*Param, word string) error {
	var names []string
	for _, p := range params {
		names = append(names, p.names()...)
	}
	lower := make([]string, len(names))
	for i, n := range names {
		lower[i] = strings.ToLower(n)
	}
	if i := slices.Index(lower, Nearest(word, lower)); i >= 0 {
		return jobs.Errorf(jobs.KindUsage, "unknown parameter -%s; did you mean -%s? It has %s", word, names[i], paramNames(params))
	}
	return jobs.Errorf(jobs.KindUsage, "unknown parameter -%s; it has %s", word, paramNames(params))
}

func paramNames(params []*Param) string {
	if len(params) == 0 {
		return "none"
	}
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = "-" + p.Name
	}
	return strings.Join(names, ", ")
}
