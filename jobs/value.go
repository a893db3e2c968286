package jobs

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Value is one value that a script wrote. It is one of a closed set:
//
//	nil, bool, int64, float64, string, []byte, time.Time, List, *Map
//
// A string holds any bytes, as Lua's do. [Normalize] brings other Go values into
// the set.
type Value = any

// List is an ordered list of values.
type List = []Value

// Bounds of a Value. What is larger is refused when it is written, with an error
// of kind [KindValue]; the wire's decoder holds the same bounds.
const (
	// MaxDepth is how deep lists and maps may be nested.
	MaxDepth = 64
	// MaxNodes is how many values one Value may hold in all.
	MaxNodes = 1 << 20
)

// Map is an ordered map with string keys and, optionally, the name of a type
// ("Job", "Session", "FileInfo", "LogEntry"). Keys are unique with regard to case;
// [Map.Get] also finds a key in another letter case. A Map that was written must
// not be changed any more. The zero Map is empty and ready to use.
type Map struct {
	Type  string
	keys  []string
	vals  []Value        // of the keys, in their order
	index map[string]int // of the keys; nil as long as there are few
}

// manyKeys is how many keys a Map has at least that keeps an index of them: looking
// through fewer is quicker.
const manyKeys = 17

// NewMap makes a Map of the given type from alternating keys and values, in order.
// It panics when a key is not a string or a value is missing.
func NewMap(typ string, pairs ...any) *Map {
	n := len(pairs) / 2
	m := &Map{Type: typ, keys: make([]string, 0, n), vals: make([]Value, 0, n)}
	for i := 0; i < len(pairs); i += 2 {
		m.Set(pairs[i].(string), pairs[i+1])
	}
	return m
}

// Set gives key the value v; a new key goes to the end.
func (m *Map) Set(key string, v Value) {
	if i := m.find(key); i >= 0 {
		m.vals[i] = v
		return
	}
	m.keys, m.vals = append(m.keys, key), append(m.vals, v)
	if m.index != nil {
		m.index[key] = len(m.keys) - 1
	} else if len(m.keys) >= manyKeys {
		m.index = make(map[string]int, 2*manyKeys)
		for i, k := range m.keys {
			m.index[k] = i
		}
	}
}

// find returns where exactly this key is, or -1.
func (m *Map) find(key string) int {
	if m.index == nil {
		return slices.Index(m.keys, key)
	}
	if i, ok := m.index[key]; ok {
		return i
	}
	return -1
}

// Get returns the value of key: the exact one, or else the first whose letters
// differ in case only.
func (m *Map) Get(key string) (Value, bool) {
	if m == nil {
		return nil, false
	}
	if i := m.find(key); i >= 0 {
		return m.vals[i], true
	}
	for i, k := range m.keys {
		if strings.EqualFold(k, key) {
			return m.vals[i], true
		}
	}
	return nil, false
}

// String returns the value of key as text, or "" where there is none.
func (m *Map) String(key string) string {
	v, ok := m.Get(key)
	if !ok || v == nil {
		return ""
	}
	return Text(v)
}

// Int returns the value of key as an integer, or 0 where there is none.
func (m *Map) Int(key string) int64 {
	v, _ := m.Get(key)
	switch n := v.(type) {
	case int64:
		return n
	case float64:
		return int64(n)
	}
	return 0
}

// Keys returns the keys in order. The caller must not change them.
func (m *Map) Keys() []string {
	if m == nil {
		return nil
	}
	return m.keys
}

// Len returns the number of keys.
func (m *Map) Len() int {
	if m == nil {
		return 0
	}
	return len(m.keys)
}

// Clone returns a copy of m that shares the values.
func (m *Map) Clone() *Map {
	return &Map{Type: m.Type, keys: slices.Clone(m.keys), vals: slices.Clone(m.vals), index: maps.Clone(m.index)}
}

// Normalize brings v into the closed set of [Value], copying what it has to.
// Integers of other sizes become int64, errors become the Map of [ErrorValue].
// Cycles, functions, channels and whatever is past the bounds are refused with an
// error of kind [KindValue].
func Normalize(v any) (Value, error) {
	n := normalizer{}
	return n.value(v, 0)
}

type normalizer struct{ nodes int }

func (n *normalizer) value(v any, depth int) (Value, error) {
	n.nodes++
	if n.nodes > MaxNodes {
		return nil, Errorf(KindValue, "a value of more than %d parts is too large to write; write its parts one by one", MaxNodes)
	}
	if depth > MaxDepth {
		return nil, Errorf(KindValue, "a value nested deeper than %d levels cannot be written (does it contain itself?)", MaxDepth)
	}
	switch v := v.(type) {
	case nil, bool, int64, float64, string, []byte, time.Time:
		return v, nil
	case float32:
		return float64(v), nil
	case time.Duration:
		return v.Seconds(), nil
	case []string:
		return stringList(v), nil
	case List:
		return n.list(v, depth)
	case *Map:
		return n.mapping(v, depth)
	case error:
		return ErrorValue(v), nil
	}
	return integer(v)
}

// integer brings integers of other sizes into the set, as int64 where it holds them.
func integer(v any) (Value, error) {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if r.Uint() > math.MaxInt64 {
			return float64(r.Uint()), nil
		}
		return int64(r.Uint()), nil
	}
	return nil, Errorf(KindValue, "a %T is not a value that can be written", v)
}

func stringList(in []string) List {
	out := make(List, len(in))
	for i, s := range in {
		out[i] = s
	}
	return out
}

func (n *normalizer) list(in List, depth int) (Value, error) {
	out := make(List, len(in))
	for i, e := range in {
		v, err := n.value(e, depth+1)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func (n *normalizer) mapping(in *Map, depth int) (Value, error) {
	if in == nil {
		return nil, nil
	}
	out := &Map{Type: in.Type, keys: make([]string, 0, len(in.keys)), vals: make([]Value, 0, len(in.keys))}
	for i, k := range in.keys {
		v, err := n.value(in.vals[i], depth+1)
		if err != nil {
			return nil, err
		}
		out.Set(k, v)
	}
	return out, nil
}

// Equal reports whether two values are the same: same type, same content, maps
// with the same type name and keys in the same order.
func Equal(a, b Value) bool {
	switch a := a.(type) {
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.Equal(b)
	case List:
		b, ok := b.(List)
		return ok && slices.EqualFunc(a, b, Equal)
	case *Map:
		b, ok := b.(*Map)
		return ok && equalMaps(a, b)
	case nil, bool, int64, float64, string:
		switch b.(type) {
		case nil, bool, int64, float64, string:
			return a == b
		}
	}
	return false
}

func equalMaps(a, b *Map) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Type == b.Type && slices.Equal(a.keys, b.keys) &&
		slices.EqualFunc(a.vals, b.vals, Equal)
}

// Size estimates the memory that v takes, in bytes. Queues are bounded by it.
func Size(v Value) int64 {
	switch v := v.(type) {
	case string:
		return int64(len(v)) + 16
	case []byte:
		return int64(len(v)) + 24
	case List:
		n := int64(24)
		for _, e := range v {
			n += 16 + Size(e)
		}
		return n
	case *Map:
		n := int64(64)
		for i, k := range v.Keys() {
			n += 48 + int64(len(k)) + Size(v.vals[i])
		}
		return n
	}
	return 24
}

// Text returns v as text for a person, on one line unless v is a string that has
// several: a string as it is, a number as Lua writes it ("%.14g"), True and False,
// a time in the local zone to the second, a job, a session and an error by their
// name or message, other maps and lists in braces.
func Text(v Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case bool:
		if v {
			return "True"
		}
		return "False"
	case int64:
		return fmt.Sprint(v)
	case float64:
		return floatText(v)
	case time.Time:
		return v.Local().Format("2006-01-02 15:04:05")
	case List:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = Text(e)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case *Map:
		return mapText(v)
	}
	return fmt.Sprint(v)
}

// floatText returns a number as C's printf has it, which Lua uses.
func floatText(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	}
	return fmt.Sprintf("%.14g", f)
}

func mapText(m *Map) string {
	switch m.Type {
	case TypeError:
		return m.String("Message")
	case TypeJob, TypeSession:
		return m.String("Name")
	}
	parts := make([]string, 0, m.Len())
	for i, k := range m.Keys() {
		parts = append(parts, k+"="+Text(m.vals[i]))
	}
	return "{" + strings.Join(parts, "; ") + "}"
}

// Names of the types of Maps that marsh itself makes.
const (
	TypeError   = "Error"
	TypeJob     = "Job"
	TypeSession = "Session"
)
