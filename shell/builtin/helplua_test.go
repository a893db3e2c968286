package builtin

import (
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/shell"
)

// luaLibrary is the library of Lua 5.1: sections 5.1 to 5.9 of its reference manual.
var luaLibrary = map[string]string{
	"": "_G _VERSION arg assert collectgarbage dofile error gcinfo getfenv getmetatable ipairs load loadfile loadstring " +
		"module newproxy next pairs pcall print rawequal rawget rawset require select setfenv setmetatable tonumber tostring type " +
		"unpack xpcall string table math io os coroutine debug package",
	"coroutine": "create resume running status wrap yield",
	"package":   "config cpath loaded loaders loadlib path preload seeall",
	"string":    "byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper",
	"table":     "concat foreach foreachi getn insert maxn remove setn sort",
	"math": "abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min mod modf pi pow rad " +
		"random randomseed sin sinh sqrt tan tanh",
	"io":    "close flush input lines open output popen read stderr stdin stdout tmpfile type write",
	"os":    "clock date difftime execute exit getenv remove rename setlocale time tmpname",
	"debug": "debug getfenv gethook getinfo getlocal getmetatable getregistry getupvalue setfenv sethook setlocal setmetatable setupvalue traceback",
}

// about_lua names each function that marsh adds to the library of Lua 5.1, and each that
// it leaves out.
func TestLuaPageNamesTheLibrary(t *testing.T) {
	adds, leavesOut := firstColumn(t, "What marsh adds"), firstColumn(t, "What is left out")
	for library, words := range luaLibrary {
		stock := map[string]bool{}
		w, here := newWorld(t), libraryNames(t, library)
		for _, name := range strings.Fields(words) {
			name = dotted(library, name)
			stock[name] = true
			if isNil := w.run("=type("+name+")") == "\"nil\"\n"; leavesOut[name] != isNil {
				t.Errorf("%s is nil: %v, left out: %v", name, isNil, leavesOut[name])
			}
		}
		for name := range here {
			if !stock[name] && !adds[name] {
				t.Errorf("%s is not among what marsh adds", name)
			}
		}
	}
}

func dotted(library, name string) string {
	if library == "" {
		return name
	}
	return library + "." + name
}

// Returns the names in the first column of the table under a heading.
func firstColumn(t *testing.T, heading string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	under := false
	for _, b := range findTopic("lua").Blocks {
		if b.Text == heading {
			under = true
		} else if under && len(b.Rows) > 0 {
			for _, row := range b.Rows[1:] {
				for _, name := range strings.Split(row[0], "`") {
					name, _, _ = strings.Cut(name, "(")
					name, _, _ = strings.Cut(name, "{")
					out[name] = true
				}
			}
			return out
		}
	}
	t.Fatalf("about_lua has no table under %q", heading)
	return nil
}

// namesBehind lists what can stand behind a library's name.
type namesBehind struct {
	Library string `param:"pos=0" help:"the library"`
}

func (p *namesBehind) Run(c *shell.Call) error {
	var path []string
	if p.Library != "" {
		path = []string{p.Library}
	}
	names, err := c.Names(path, 10000)
	if err != nil {
		return err
	}
	for _, n := range names {
		if !n.User {
			if err := c.Out(n.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

// Returns what a library has, without the functions of commands.
func libraryNames(t *testing.T, library string) map[string]bool {
	t.Helper()
	set := shell.NewCommandSet(append(Commands(), shell.Define[namesBehind](shell.Doc{Name: "names-behind", Synopsis: "s"})))
	sh := shell.New(shell.Options{Commands: set, Dir: t.TempDir()})
	defer sh.Close(t.Context())
	var out recorder
	if err := sh.Engine().Run(t.Context(), jobs.Script{Text: "names-behind '" + library + "'", Name: "test"}, &out); err != nil {
		t.Fatal(err)
	}
	here := map[string]bool{}
	for line := range strings.Lines(out.text()) {
		name := strings.Trim(line, "\"\n")
		isCommand := library == "" && set.Lookup(strings.ReplaceAll(name, "_", "-")) != nil
		if !isCommand && !strings.HasPrefix(name, "__") {
			here[dotted(library, name)] = true
		}
	}
	return here
}
