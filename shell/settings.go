package shell

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"marsh/jobs"
	"marsh/shell/lua"
	"marsh/shell/syntax"
)

// Setting is an option of the shell that the user can set, declared once.
type Setting struct {
	Name     string
	Default  jobs.Value // bool, int64 or a Map; its type is the setting's
	Min, Max int64      // bounds of a number; the default may be below
	Size     bool       // a number that may be given as a size, see [ParseSize]
	Help     string     // one line: what it does, lower case, no period
}

// maxSGR is the longest text of a colour, in bytes.
const maxSGR = 64

// The names of the settings.
const (
	HistorySuggestions = "HistorySuggestions"
	Highlighting       = "Highlighting"
	AmbiguousWidth     = "AmbiguousWidth"
	Colors             = "Colors"
	JobQuota           = "JobQuota"
	MemoryLimit        = "MemoryLimit"
	ShellQuota         = "ShellQuota"
	ThrottleLimit      = "ThrottleLimit"
)

// AllSettings returns the declarations of the settings, by name.
func AllSettings() []Setting {
	return []Setting{
		{Name: AmbiguousWidth, Default: int64(1), Min: 1, Max: 2, Help: "how many columns a character of ambiguous width takes (2 in East Asian fonts)"},
		{Name: Colors, Default: jobs.NewMap(""), Help: "the colours of the line: a table from a class (command, string…) to the numbers of an SGR sequence, such as {command = \"1;32\"}"},
		{Name: Highlighting, Default: true, Help: "colour the line that is typed"},
		{Name: HistorySuggestions, Default: true, Help: "suggest, in grey, how an earlier line went on"},
		{Name: JobQuota, Default: int64(1 << 30), Min: 1 << 20, Max: maxSize, Size: true, Help: "bytes on disk, such as \"500MB\", that what one job wrote and nobody received may take"},
		{Name: MemoryLimit, Default: int64(0), Min: minMemoryLimit, Max: maxSize, Size: true, Help: "bytes, such as \"2GiB\", that the shell may use before the script that grew most is ended; 0 is a quarter of the machine's, or of what its control group may use"},
		{Name: ShellQuota, Default: int64(8 << 30), Min: 1 << 20, Max: maxSize, Size: true, Help: "bytes on disk that all that jobs wrote and nobody received may take"},
		{Name: ThrottleLimit, Default: int64(64), Min: 1, Max: 10000, Help: "how many machines a command works on at a time where it is not told"},
	}
}

// Settings is the settings of one shell, with the values that the user gave them.
type Settings struct {
	mu     sync.Mutex
	values map[string]jobs.Value // those that were set, by name; guarded by mu
}

// FindSetting finds a setting by its name, or a prefix of just one, in any letter case.
// The error is of kind KindNotFound and names the candidates.
func FindSetting(name string) (Setting, error) {
	all := AllSettings()
	var near []Setting
	var names []string
	for _, s := range all {
		if strings.EqualFold(s.Name, name) {
			return s, nil
		}
		if len(name) < len(s.Name) && strings.EqualFold(s.Name[:len(name)], name) {
			near = append(near, s)
			names = append(names, s.Name)
		}
	}
	if len(near) == 1 {
		return near[0], nil
	}
	if len(near) > 1 {
		return Setting{}, jobs.Errorf(jobs.KindNotFound, "%q could be %s", name, strings.Join(names, ", "))
	}
	for _, s := range all {
		names = append(names, s.Name)
	}
	return Setting{}, jobs.Errorf(jobs.KindNotFound, "there is no option %s; there are %s", name, strings.Join(names, ", "))
}

// Type returns the type of the setting's values: switch, int or table.
func (s Setting) Type() string {
	switch s.Default.(type) {
	case bool:
		return "switch"
	case int64:
		if s.Size {
			return "size"
		}
		return "int"
	}
	return "table"
}

// check converts a value to the setting's type. The errors are of kind KindUsage.
func (s Setting) check(v jobs.Value) (jobs.Value, error) {
	p := &Param{Name: s.Name, typ: reflect.TypeFor[bool]()}
	switch s.Default.(type) {
	case *jobs.Map:
		if m, ok := v.(*jobs.Map); ok {
			return m.Clone(), checkColors(m)
		}
		if l, ok := v.(jobs.List); ok && len(l) == 0 {
			return jobs.NewMap(""), nil
		}
		return nil, jobs.Errorf(jobs.KindUsage, "%s: a table is wanted, not %s", s.Name, typeName(v))
	case int64:
		if s.Size {
			return s.checkSize(v)
		}
		p.typ, p.Min, p.Max = reflect.TypeFor[int](), new(float64(s.Min)), new(float64(s.Max))
	}
	got, err := p.convert(lua.Arg{Kind: lua.Value, Value: v})
	if err != nil {
		return nil, err
	}
	return jobs.Normalize(got.Interface())
}

// checkColors reports what a table of colours cannot have.
func checkColors(m *jobs.Map) error {
	for _, k := range m.Keys() {
		if _, ok := syntax.ParseClass(strings.ToLower(k)); !ok {
			return jobs.Errorf(jobs.KindUsage, "%s: there is no class %q; there are %s", Colors, k, strings.Join(syntax.ClassNames(), ", "))
		}
		v, _ := m.Get(k)
		if text := jobs.Text(v); strings.Trim(text, "0123456789;") != "" || len(text) > maxSGR {
			return jobs.Errorf(jobs.KindUsage, "%s: %s is the numbers of an SGR sequence with ; between them, such as 1;32, and not %q", Colors, k, text)
		}
	}
	return nil
}

// checkSize converts a value to a size that the shell can live with; [ParseSize] takes
// none above the largest.
func (s Setting) checkSize(v jobs.Value) (jobs.Value, error) {
	n, err := ParseSize(jobs.Text(v))
	switch {
	case err != nil:
		return nil, err
	case n >= s.Min || n == s.Default:
		return n, nil
	case s.Default == int64(0):
		return nil, jobs.Errorf(jobs.KindUsage, "%s: at least %s, or 0 for the default", s.Name, jobs.Bytes(s.Min))
	}
	return nil, jobs.Errorf(jobs.KindUsage, "%s: at least %s", s.Name, jobs.Bytes(s.Min))
}

// Set gives the setting that name means a value. The errors are of kinds KindNotFound
// and KindUsage.
func (s *Settings) Set(name string, v jobs.Value) error {
	one, err := FindSetting(name)
	if err != nil {
		return err
	}
	if v, err = one.check(v); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil {
		s.values = make(map[string]jobs.Value)
	}
	s.values[one.Name] = v
	return nil
}

// Value returns the value of a setting, which must not be changed; nil for a name that
// is none's.
func (s *Settings) Value(name string) jobs.Value {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.values[name]; ok {
		return v
	}
	all := AllSettings()
	if i := slices.IndexFunc(all, func(d Setting) bool { return d.Name == name }); i >= 0 {
		return all[i].Default
	}
	return nil
}

// Bool returns the value of a setting that is a switch.
func (s *Settings) Bool(name string) bool { b, _ := s.Value(name).(bool); return b }

// Int returns the value of a setting that is a number.
func (s *Settings) Int(name string) int { n, _ := s.Value(name).(int64); return int(n) }

// Texts returns the value of a setting that is a table, as texts by their keys in lower
// case.
func (s *Settings) Texts(name string) map[string]string {
	m, _ := s.Value(name).(*jobs.Map)
	out := make(map[string]string, m.Len())
	for _, k := range m.Keys() {
		v, _ := m.Get(k)
		out[strings.ToLower(k)] = jobs.Text(v)
	}
	return out
}

// SetOption sets a setting of the shell. What runs beside the prompt, such as a job,
// changes nothing outside itself: there it is an error of kind KindState.
func (c *Call) SetOption(name string, v jobs.Value) error {
	if c.Engine != c.Engine.Shell.Engine() {
		return jobs.Errorf(jobs.KindState, "options are the shell's: they cannot be set in a job or another block that runs beside it")
	}
	if err := c.Engine.Shell.Settings.Set(name, v); err != nil {
		return err
	}
	c.Engine.Shell.applyQuotas()
	return nil
}
