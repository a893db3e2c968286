package lua

import (
	"math/bits"
	"reflect"
	"sync"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of one measurement, which is to take milliseconds whatever the variables hold.
const (
	measuredNodes  = 1 << 16 // values that are looked at
	measuredLevels = 1000    // calls of a thread
	sharedString   = 64      // bytes from which on a string is counted once
)

// What things take, in bytes, measured on a 64-bit machine.
const (
	tableBytes   = 96
	slotBytes    = 33 // of a map from string to value
	valueBytes   = 16
	numberBytes  = 8
	closureBytes = 80
	upvalueBytes = 64
	threadBytes  = 6 << 10
)

// sampled is how many of a table's values are looked at, by its distance from the
// roots; the others count as these do.
var sampled = [...]int{4096, 512, 64, 8}

// measurement adds up what can be reached, breadth first. It counts much at a time by a
// sample of it, so what it says is right to a factor of two or three, and less where
// values differ much from their neighbours.
type measurement struct {
	seen  map[any]struct{}
	queue []weighed
	total float64
}

// weighed is a value that stands for so many like it.
type weighed struct {
	v      lua.LValue
	weight float64
	depth  int
}

// measure returns about how many bytes the variables of the state and of the calls
// under way hold; whole is false where it did not come to the end, as in a long linked
// list, and it may be far more. It belongs on the goroutine that runs the state.
func (s *State) measure() (n int64, whole bool) {
	m := &measurement{seen: map[any]struct{}{s.l.G.Registry: {}}}
	for _, t := range s.lib.tables {
		m.seen[t] = struct{}{}
	}
	m.add(s.l.G.Global, 1, 0)
	m.add(s.base, 1, 0)
	m.total += float64(cap(s.line))
	for _, th := range s.calls {
		m.add(th, 1, 0)
	}
	for _, th := range s.co {
		m.add(th, 1, 0)
	}
	for i := 0; i < len(m.queue); i++ {
		if i == measuredNodes {
			m.guess(i)
			return int64(m.total), false
		}
		m.node(m.queue[i])
	}
	return int64(m.total), true
}

// Counts what was not looked at as what was.
func (m *measurement) guess(looked int) {
	var done, rest float64
	for i, w := range m.queue {
		if i < looked {
			done += w.weight
		} else {
			rest += w.weight
		}
	}
	m.total += m.total / done * rest
}

// Adds what a value takes itself, and what it refers to to the queue.
func (m *measurement) add(v lua.LValue, weight float64, depth int) {
	switch v := v.(type) {
	case lua.LNumber:
		m.total += numberBytes * weight
	case lua.LString:
		if len(v) < sharedString || m.first(unsafe.StringData(string(v))) {
			m.total += float64(valueBytes+len(v)) * weight
		}
	case *lua.LTable, *lua.LFunction, *lua.LState, *lua.LUserData:
		if len(m.queue) < 4*measuredNodes && m.first(v) {
			m.queue = append(m.queue, weighed{v, weight, depth})
		}
	}
}

// first reports whether a thing was not seen before.
func (m *measurement) first(thing any) bool {
	if _, ok := m.seen[thing]; ok {
		return false
	}
	m.seen[thing] = struct{}{}
	return true
}

func (m *measurement) node(w weighed) {
	switch v := w.v.(type) {
	case *lua.LTable:
		m.table(v, w)
	case *lua.LFunction:
		m.function(v, w)
	case *lua.LState:
		m.thread(v, w)
	case *lua.LUserData:
		m.total += tableBytes * w.weight
		if b, ok := v.Value.([]byte); ok {
			m.total += float64(cap(b)) * w.weight
		}
	}
}

// tableLayout is where gopher-lua keeps what is in a table, which it keeps to itself.
type tableLayout struct{ array, dict, strdict, keys int }

var layout = sync.OnceValue(func() tableLayout {
	t := reflect.TypeFor[lua.LTable]()
	at := func(name string) int {
		f, ok := t.FieldByName(name)
		if !ok {
			return 0 // the metatable: nothing is counted
		}
		return f.Index[0]
	}
	return tableLayout{at("array"), at("dict"), at("strdict"), at("keys")}
})

// Returns how long and how large one of the parts of a table is.
func part(t reflect.Value, i int) (length, capacity int) {
	switch f := t.Field(i); f.Kind() {
	case reflect.Slice:
		return f.Len(), f.Cap()
	case reflect.Map:
		if f.IsNil() {
			return 0, 0
		}
		return f.Len(), 1 << bits.Len(uint(max(f.Len(), 16)*8/7))
	}
	return 0, 0
}

func (m *measurement) table(t *lua.LTable, w weighed) {
	v, at := reflect.ValueOf(t).Elem(), layout()
	length, array := part(v, at.array)
	_, keys := part(v, at.keys)
	n, dict := part(v, at.dict)
	sn, strdict := part(v, at.strdict)
	m.total += w.weight * float64(tableBytes+(array+keys)*valueBytes+(dict+strdict+2*keys)*slotBytes)
	m.add(t.Metatable, w.weight, w.depth+1)
	most := sampled[min(w.depth, len(sampled)-1)]
	m.list(t, length, most, w)
	m.pairs(t, length, n+sn, most, w)
}

// Looks at a sample of the values 1 to n.
func (m *measurement) list(t *lua.LTable, n, most int, w weighed) {
	looks := min(n, most)
	for i := range looks {
		m.add(t.RawGetInt(1+i*n/looks), w.weight*float64(n)/float64(looks), w.depth+1)
	}
}

// Looks at the first of the other n keys and values.
func (m *measurement) pairs(t *lua.LTable, array, n, most int, w weighed) {
	var k lua.LValue = lua.LNil
	if array > 0 {
		k = lua.LNumber(array)
	}
	looks := min(n, most)
	weight := w.weight * float64(n) / float64(max(looks, 1))
	for range looks {
		next, v := t.Next(k)
		if next == lua.LNil {
			return
		}
		m.add(next, weight, w.depth+1)
		m.add(v, weight, w.depth+1)
		k = next
	}
}

func (m *measurement) function(f *lua.LFunction, w weighed) {
	if f.Env != nil {
		m.add(f.Env, 1, w.depth+1)
	}
	m.total += w.weight * float64(closureBytes+len(f.Upvalues)*upvalueBytes)
	m.code(f.Proto, w.weight)
	for _, up := range f.Upvalues {
		m.add(up.Value(), w.weight, w.depth+1)
	}
}

// Counts compiled text, which many functions may share.
func (m *measurement) code(p *lua.FunctionProto, weight float64) {
	if p == nil || !m.first(p) {
		return
	}
	m.total += weight * float64(256+len(p.Code)*4+len(p.DbgSourcePositions)*8+len(p.Constants)*2*valueBytes)
	for _, inner := range p.FunctionPrototypes {
		m.code(inner, weight)
	}
}

// Looks at the variables of the calls on a thread.
func (m *measurement) thread(l *lua.LState, w weighed) {
	m.total += threadBytes * w.weight
	for level := range measuredLevels {
		dbg, ok := l.GetStack(level)
		if !ok {
			return
		}
		if fn, err := l.GetInfo("f", dbg, lua.LNil); err == nil {
			m.add(fn, w.weight, w.depth+1)
		}
		for n := 1; ; n++ {
			name, v := l.GetLocal(dbg, n)
			if name == "" {
				break
			}
			m.add(v, w.weight, w.depth+1)
		}
	}
}
