package lua

import (
	"maps"
	"math"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// libraries is what all states share. Nothing in it changes once it is built.
type libraries struct {
	base     map[string]*lua.LFunction
	tables   map[string]*lua.LTable
	names    map[*lua.LFunction]string // "string.rep", for functions that travel by name
	baseMeta *lua.LTable
	strMeta  *lua.LTable // of strings
}

var sharedLibraries = sync.OnceValue(buildLibraries)

// goFunction wraps a Go function for Lua. It belongs to no state.
func goFunction(f lua.LGFunction) *lua.LFunction {
	return &lua.LFunction{IsG: true, GFunction: f}
}

func buildLibraries() *libraries {
	lib := &libraries{base: map[string]*lua.LFunction{}, tables: map[string]*lua.LTable{}, names: map[*lua.LFunction]string{}}
	stock := lua.NewState()
	defer stock.Close()
	take := func(table string, names ...string) map[string]lua.LGFunction {
		fs := map[string]lua.LGFunction{}
		for _, n := range names {
			fs[n] = stock.GetField(stock.GetGlobal(table), n).(*lua.LFunction).GFunction
		}
		return fs
	}
	own := take("_G", "next", "select", "rawequal", "rawget", "getfenv", "setfenv")
	own["getfenv"] = ownGetfenv(own["getfenv"])
	own["module"] = moduleFunction(own["setfenv"])
	own["setfenv"] = ownSetfenv(own["setfenv"])
	lib.addBase(own)
	lib.addBase(baseFunctions())
	lib.addBase(loadFunctions())
	lib.addBase(runtimeFunctions())
	lib.addTable("string", stringFunctions())
	lib.tables["string"].RawSetString("gfind", lib.tables["string"].RawGetString("gmatch"))
	lib.addTable("table", tableFunctions(take("table", "getn")))
	lib.addTable("os", osFunctions())
	lib.addTable("io", ioFunctions())
	lib.addCoroutines(coroutineFunctions(take("coroutine", "create", "resume", "wrap")))
	lib.addTable("debug", debugFunctions(take("debug", "traceback", "getinfo")))
	lib.addMath(take("math", strings.Fields("abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp ldexp "+
		"log log10 max min modf pow rad sin sinh sqrt tan tanh")...))
	lib.addMetas()
	return lib
}

func (lib *libraries) addBase(fs map[string]lua.LGFunction) {
	for name, f := range fs {
		fn := goFunction(f)
		lib.base[name] = fn
		lib.names[fn] = name
	}
}

func (lib *libraries) addTable(name string, fs map[string]lua.LGFunction) {
	t := newTable()
	for k, f := range fs {
		fn := goFunction(f)
		t.RawSetString(k, fn)
		lib.names[fn] = name + "." + k
	}
	lib.tables[name] = t
}

// addCoroutines adds the library with yield, which is written in Lua.
func (lib *libraries) addCoroutines(fs map[string]lua.LGFunction) {
	lib.addTable("coroutine", fs)
	yield := luaFunction(yieldCode(), goFunction((*lua.LState).GetTop), goFunction(yield))
	lib.tables["coroutine"].RawSetString("yield", yield)
	lib.names[yield] = "coroutine.yield"
}

func (lib *libraries) addMath(fs map[string]lua.LGFunction) {
	maps.Copy(fs, mathFunctions())
	lib.addTable("math", fs)
	t := lib.tables["math"]
	t.RawSetString("pi", lua.LNumber(math.Pi))
	t.RawSetString("huge", lua.LNumber(math.Inf(1)))
	t.RawSetString("mod", t.RawGetString("fmod"))
}

func (lib *libraries) addMetas() {
	lib.baseMeta = metaOf(map[string]lua.LGFunction{"__index": lookup})
	lib.strMeta = metaOf(stringArithmetic())
	lib.strMeta.RawSetString("__index", lib.tables["string"])
	lib.tables["string"].Metatable = metaOf(map[string]lua.LGFunction{"__index": stringExtension})
}

func newTable() *lua.LTable { return &lua.LTable{Metatable: lua.LNil} }

func metaOf(fs map[string]lua.LGFunction) *lua.LTable {
	t := newTable()
	for name, f := range fs {
		t.RawSetString(name, goFunction(f))
	}
	return t
}

// Sets the metatable of strings.
func (s *State) setTypeMetas() {
	s.l.SetMetatable(lua.LString(""), s.lib.strMeta)
}

// Finds a name that no script has set: a library, a library function, a command.
func lookup(l *lua.LState) int {
	name, ok := l.Get(2).(lua.LString)
	if !ok {
		return 0
	}
	s := stateOf(l)
	v := s.givenNamed(string(name))
	if v == lua.LNil {
		v = s.library(string(name))
	}
	if v == lua.LNil {
		return 0
	}
	s.base.RawSetString(string(name), v)
	l.Push(v)
	return 1
}

func (s *State) library(name string) lua.LValue {
	lib := s.lib
	if fn, ok := lib.base[name]; ok {
		return fn
	}
	if t, ok := lib.tables[name]; ok {
		return s.ownTable(name, t)
	}
	switch name {
	case "_G":
		return s.l.G.Global
	case "_VERSION":
		return lua.LString("Lua 5.1")
	case "package":
		return s.packageTable()
	case inputName:
		return s.newInput(nil)
	case "__m_env":
		return s.meta2(map[string]lua.LGFunction{"__index": envGet, "__newindex": envSet})
	}
	return s.commandFunction(name)
}

// Makes the state's own table in front of a shared one.
func (s *State) ownTable(name string, shared *lua.LTable) *lua.LTable {
	t, mt := s.l.NewTable(), s.l.NewTable()
	mt.RawSetString("__index", shared)
	mt.RawSetString("__pairs", goFunction(func(l *lua.LState) int { return ownPairs(l, shared) }))
	t.Metatable = mt
	if name == "io" {
		s.addStandardFiles(t)
	}
	return t
}

// Lists the shared library and what the script has added to its own table.
func ownPairs(l *lua.LState, shared *lua.LTable) int {
	all := l.NewTable()
	for _, t := range []*lua.LTable{shared, l.CheckTable(1)} {
		t.ForEach(func(k, v lua.LValue) { all.RawSet(k, v) })
	}
	return pairsOf(l, all)
}

func (s *State) meta2(fs map[string]lua.LGFunction) *lua.LTable {
	t := s.l.NewTable()
	t.Metatable = metaOf(fs)
	return t
}

// Finds a method that a script has added to the string library.
func stringExtension(l *lua.LState) int {
	if t, ok := stateOf(l).base.RawGetString("string").(*lua.LTable); ok {
		l.Push(t.RawGet(l.Get(2)))
		return 1
	}
	return 0
}
