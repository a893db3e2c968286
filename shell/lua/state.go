package lua

import (
	"context"
	"os/exec"
	"slices"
	"sort"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"marsh/jobs"
	"marsh/shell/syntax"
)

// Bounds of one state.
const (
	callDepth       = 10000   // Lua calls deep; past it "stack overflow"
	registryStart   = 128     // values on the stack of a new thread; less than gopher-lua takes
	registryStep    = 2048    // values by which the stack grows
	registryMax     = 1 << 20 // values on the stack at most; past it "registry overflow"
	maxStringBytes  = 1 << 28 // bytes of a string that a library function makes
	maxReadBytes    = 1 << 28 // bytes of a file that is read as a whole
	maxLineBytes    = 1 << 24 // bytes of a line that is read or collected
	maxNested       = 200     // protected calls, coroutines and blocks within one another
	maxSyntaxLevels = 5000    // levels of nesting in the source
)

// Options is what a [State] needs from the engine around it. The functions are
// called on the goroutine that runs the state, with the context of the run.
// Those that are nil do nothing, or fail with an error of kind KindUnsupported.
type Options struct {
	// Resolver tells commands, programs and variables apart. Where it is nil the
	// source is plain Lua.
	Resolver syntax.Resolver
	// Cache keeps what scripts were compiled to; nil keeps nothing. States that share it
	// may run at the same time.
	Cache *Cache
	// Exec runs a pipeline. With p.Capture it returns the values written; else they
	// went to the output.
	Exec func(ctx context.Context, p *Pipeline) ([]jobs.Value, error)
	// Write takes what emit, print and return write.
	Write func(ctx context.Context, r jobs.Record) error
	// Live returns, for a map of a type whose fields change, how to look at it
	// again; nil for all others.
	Live func(m *jobs.Map) func() *jobs.Map
	// Special gives the value of $?, $LASTEXITCODE ("LASTEXITCODE") and $error.
	Special func(name string) jobs.Value
	// Getenv and Setenv are the environment of the engine; a nil value unsets.
	Getenv func(name string) (string, bool)
	Setenv func(name string, value *string)
	// Dir is the engine's working directory. Files are opened relative to it.
	Dir func() string
	// Environ is the environment of programs started by io.popen and os.execute;
	// nil is that of this process.
	Environ func() []string
	// Start starts a program for io.popen and returns what waits for its end. The program
	// and what came of it have to end when the context that cmd was made with does: see
	// exec.Cmd.Cancel. Where it is nil the program has a process group of its own, which
	// is killed.
	Start func(cmd *exec.Cmd) (wait func() error, err error)
	// Wait runs f, which waits for something and touches nothing of the state, and returns
	// what it does; others may have the state meanwhile as they may in Exec. Where it is
	// nil f is called.
	Wait func(f func() error) error
	// Watch is told of each script that runs, so that it can be looked at and ended; what
	// it returns is called when the script has ended.
	Watch func(r *Running) (ended func())
	// Room says whether there is room for so many bytes at once. The error is raised.
	Room func(bytes int) error
	// Commands lists the canonical names of the commands that are Lua functions too.
	Commands func() []string
}

// State holds a script's variables and runs scripts one after the other. It
// belongs to one goroutine at a time.
type State struct {
	opt        Options
	lib        *libraries
	l          *lua.LState               // the main thread, on which scripts run, and nothing within them
	running    bool                      // something runs on l
	cur        *lua.LState               // the thread that runs now: l, or a coroutine of it
	base       *lua.LTable               // names that are not the user's: libraries, commands, args, using
	using      *jobs.Map                 // captured values of the running script; nil for none
	argList    jobs.List                 // its arguments
	types      map[string]*lua.LTable    // metatables of maps, by type name
	named      map[*lua.LFunction]string // the functions of commands, by their Lua names
	kept       keptTables                // the other metatables, made when first needed
	input      *file                     // what io.read reads; nil for nothing
	output     *file                     // where io.write writes; nil for the output
	files      map[*file]struct{}        // files and pipes that are open
	line       []byte                    // what io.write wrote of a line not yet ended
	folder     string                    // of the running script; "" for the working directory
	loads      int                       // files being loaded by require and dofile, one within the other
	modulePath string                    // what package.path was set to here
	rand       randomSource
	idle       []*lua.LState // threads on which nothing runs
	co         []*lua.LState // coroutines that run, each resumed by what runs in the one before
	calls      []*lua.LState // threads of the calls under way, each made in the one before
	marked     bool          // a script has changed a metatable of a basic type
	raised     incident      // where the latest error was raised
	source     string        // what the source of the command line is called that is being read

	wanted  atomic.Bool            // there is an asked or a due
	asked   atomic.Pointer[asked]  // who looks at what the state holds; nil for nobody
	due     atomic.Pointer[func()] // what is to be called before the next instruction; nil for nothing
	held    int64                  // bytes in variables that no script is ended for, see answer
	watched bool                   // a script runs that Options.Watch knows of

	nested int // protected calls, coroutines and blocks, one within the other
}

// New makes a state without variables. It must be closed.
func New(o Options) *State {
	s := &State{opt: o, lib: sharedLibraries(), l: o.Cache.thread()}
	s.cur = s.l
	g := s.l.G
	g.MainThread, g.CurrentThread = s.l, s.l
	g.Registry, g.Global = newTable(), s.smallTable() // those that gopher-lua made take 6 KiB
	s.l.Env, s.base = g.Global, s.smallTable()
	g.Registry.Metatable = &lua.LUserData{Value: s, Metatable: lua.LNil} // see stateOf
	s.l.SetMetatable(s.base, s.lib.baseMeta)
	s.setGlobalsMeta()
	s.setTypeMetas()
	return s
}

func newThread() *lua.LState {
	boundAssignments()
	return lua.NewState(lua.Options{
		CallStackSize: mainDepth(), RegistrySize: registryStart, RegistryMaxSize: registryMax,
		RegistryGrowStep: registryStep, MinimizeStackMemory: true, SkipOpenLibs: true,
	})
}

// Makes a table for a few names, which takes little as long as it is empty.
func (s *State) smallTable() *lua.LTable { return s.l.CreateTable(0, 4) }

// Puts the names that are not the user's behind the table of globals.
func (s *State) setGlobalsMeta() {
	mt := s.smallTable()
	mt.RawSetString("__index", s.base)
	s.l.SetMetatable(s.l.G.Global, mt)
}

// Returns the state that the thread l belongs to. No script sees the registry, so what is
// in the place of its metatable is ours.
func stateOf(l *lua.LState) *State {
	return l.G.Registry.Metatable.(*lua.LUserData).Value.(*State)
}

// Close closes the files and pipes the scripts left open, and ends the programs
// behind the pipes.
//
// No thread is closed as gopher-lua does it, which hands its calls to the next state as
// they are: that would keep alive what these functions refer to.
func (s *State) Close() {
	for f := range s.files {
		f.close()
	}
}

// Fork makes a new state whose variables are deep copies of the user's variables
// of s: tables, and functions with what they captured. Coroutines, open files and
// other things of the running state are left out.
func (s *State) Fork(o Options) (*State, error) {
	t, _ := s.ForkWith(o, nil)
	return t, nil
}

// ForkWith is [State.Fork], and copies functions of s besides, which share with the
// variables what they shared before. It can also be called while a script is between two
// instructions (see [State.Interrupt]).
func (s *State) ForkWith(o Options, fns []*Func) (*State, []*Func) {
	t := New(o)
	c := newCopier(s, t)
	c.globals()
	t.modulePath = s.modulePath
	copies := make([]*Func, len(fns))
	for i, f := range fns {
		if v, ok := c.value(f.fn); ok {
			copies[i] = &Func{t, v.(*lua.LFunction)}
		}
	}
	return t, copies
}

// Global returns the value of a user's variable. A value that cannot be written,
// such as a function, reads as not there.
func (s *State) Global(name string) (jobs.Value, bool) {
	lv := s.l.G.Global.RawGetString(name)
	if lv == lua.LNil {
		return nil, false
	}
	v, err := s.fromLua(lv)
	return v, err == nil
}

// SetGlobal sets a user's variable; nil removes it. A value outside the set of
// jobs.Value gives an error of kind KindValue.
func (s *State) SetGlobal(name string, v jobs.Value) error {
	v, err := jobs.Normalize(v)
	if err != nil {
		return err
	}
	s.l.G.Global.RawSetString(name, s.toLua(v))
	return nil
}

// HasGlobal reports whether the user has set a variable of that name. Library
// names do not count, so that a program called like a library function stays
// reachable.
func (s *State) HasGlobal(name string) bool {
	return s.l.G.Global.RawGetString(name) != lua.LNil
}

// HasLibrary reports whether Lua's library has that name, or it is the Lua function of
// a command.
func (s *State) HasLibrary(name string) bool { return s.library(name) != lua.LNil }

// Globals returns the names of the user's variables, sorted.
func (s *State) Globals() []string {
	var names []string
	s.l.G.Global.ForEach(func(k, v lua.LValue) {
		if name, ok := k.(lua.LString); ok {
			names = append(names, string(name))
		}
	})
	sort.Strings(names)
	return slices.Clip(names)
}
