package shell_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/shell"
)

// probe is a command with a parameter of each type. It writes what it got.
type probe struct {
	First  string        `param:"pos=0" help:"h"`
	Block  *shell.Block  `param:"pos=1,alias=Command" help:"h"`
	Other  *shell.Block  `param:"pos=3" help:"h"`
	Rest   jobs.List     `param:"pos=4,rest" help:"h"`
	Text   string        `param:"alias=Cn,alias=Host" help:"h"`
	Texts  []string      `help:"h"`
	Number int           `help:"h"`
	Ints   []int         `help:"h"`
	Float  float64       `help:"h"`
	Span   time.Duration `help:"h"`
	Moment time.Time     `help:"h"`
	Value  jobs.Value    `help:"h"`
	List   jobs.List     `help:"h"`
	Maybe  *bool         `help:"h"`
	IntPtr *int          `help:"h"`
	Ratio  *float64      `help:"h"`
	Switch bool          `help:"h"`
	Swing  bool          `help:"h"`
	Mode   string        `param:"values=fast|slow" help:"h"`
	Hidden chan int      `param:"-"`
	odd    int           //lint:ignore U1000 what is not exported is no parameter
}

func (p *probe) Run(c *shell.Call) error {
	var parts []string
	add := func(name string, v any) { parts = append(parts, fmt.Sprintf("%s=%v", name, v)) }
	addIf := func(name string, v any, given bool) {
		if given {
			add(name, v)
		}
	}
	addIf("First", p.First, p.First != "")
	if p.Block != nil {
		add("Block", "{"+p.Block.Text+"}")
	}
	if p.Other != nil {
		add("Other", "{"+p.Other.Text+"}")
	}
	addIf("Rest", jobs.Text(p.Rest), p.Rest != nil)
	addIf("Text", p.Text, p.Text != "")
	addIf("Texts", p.Texts, p.Texts != nil)
	addIf("Number", p.Number, p.Number != 0)
	addIf("Ints", p.Ints, p.Ints != nil)
	addIf("Float", p.Float, p.Float != 0)
	addIf("Span", p.Span, p.Span != 0)
	addIf("Moment", p.Moment.Format(time.RFC3339), !p.Moment.IsZero())
	addIf("Value", fmt.Sprintf("%T %s", p.Value, jobs.Text(p.Value)), p.Value != nil)
	addIf("List", jobs.Text(p.List), p.List != nil)
	if p.Maybe != nil {
		add("Maybe", *p.Maybe)
	}
	if p.IntPtr != nil {
		add("IntPtr", *p.IntPtr)
	}
	if p.Ratio != nil {
		add("Ratio", *p.Ratio)
	}
	addIf("Switch", true, p.Switch)
	addIf("Swing", true, p.Swing)
	addIf("Mode", p.Mode, p.Mode != "")
	return c.Out(strings.Join(parts, " ") + ".")
}

// needy has a parameter that it cannot do without.
type needy struct {
	Name string `param:"pos=0,required" help:"h"`
}

func (p *needy) Run(c *shell.Call) error { return c.Out(p.Name) }

func newProbeWorld(t *testing.T) *world {
	w := &world{t: t, dir: t.TempDir()}
	w.shell = shell.New(shell.Options{Dir: w.dir, Commands: shell.NewCommandSet([]*shell.Command{
		shell.Define[probe](shell.Doc{Name: "get-probe", Aliases: []string{"gp"}, Synopsis: "s"}),
		shell.Define[needy](shell.Doc{Name: "get-needy", Synopsis: "s"}),
	})})
	t.Cleanup(func() {
		if err := w.shell.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func TestBinding(t *testing.T) {
	w := newProbeWorld(t)
	for args, want := range map[string]string{
		"":                             "",
		"one":                          "First=one",
		"one { two }":                  "First=one Block={ two }",
		"{ two } one":                  "First=one Block={ two }",
		"-first one { two }":           "First=one Block={ two }",
		"-command { two } one":         "First=one Block={ two }",
		"{ two } { three }":            "Block={ two } Other={ three }",
		"one two":                      "First=one Rest={two}",
		"-block 'x = 1'":               "Block={x = 1}",
		"a {b} {c} d e 3":              "First=a Block={b} Other={c} Rest={d, e, 3}",
		"-text x":                      "Text=x",
		"-TEXT x":                      "Text=x",
		"-text:x":                      "Text=x",
		"-text 12":                     "Text=12",
		"-text '-x'":                   "Text=-x",
		"-cn x":                        "Text=x",
		"-ho x":                        "Text=x", // a prefix of an alias
		"-nu 3":                        "Number=3",
		"-number -3":                   "Number=-3",
		"-number '3'":                  "Number=3",
		"-number (1 + 2)":              "Number=3",
		"-texts a,b,c":                 "Texts=[a b c]",
		"-texts a":                     "Texts=[a]",
		"-texts 1,b":                   "Texts=[1 b]",
		"-ints 1,2":                    "Ints=[1 2]",
		"-float 1.5":                   "Float=1.5",
		"-float 2":                     "Float=2",
		"-float 1e3":                   "Float=1000",
		"-span 1.5":                    "Span=1.5s",
		"-span 5m":                     "Span=5m0s",
		"-moment 2024-02-29T10:00:00Z": "Moment=2024-02-29T10:00:00Z",
		"-value 5":                     "Value=int64 5",
		"-value '5'":                   "Value=string 5",
		"-value x":                     "Value=string x",
		"-value 05":                    "Value=string 05",
		"-value 0.5":                   "Value=float64 0.5",
		"-value (true)":                "Value=bool True",
		"-value {a}":                   "Value=string a",
		"-value 1,2":                   "Value=[]interface {} {1, 2}",
		"-list 1,x,(2 + 3)":            "List={1, x, 5}",
		"-list $nothing":               "",
		"-maybe $true":                 "Maybe=true",
		"-maybe:$false":                "Maybe=false",
		"-intptr 0":                    "IntPtr=0",
		"-ratio 0":                     "Ratio=0",
		"-switch":                      "Switch=true",
		"-switch:$false":               "",
		"-switch:$true -swi:0":         "?ambiguous",
		"-sw":                          "?-sw is ambiguous: it could be -Switch, -Swing",
		"-switch one":                  "First=one Switch=true",
		"-mode FAST":                   "Mode=fast",
		"-mode quick":                  `?-Mode: "quick" is not one of fast, slow`,
		"-nosuch 1":                    "?unknown parameter -nosuch; it has -First, -Block,",
		"-text":                        "?-Text needs a value (string)",
		"-text -number 3":              "?-Text needs a value (string)",
		"-text a -text b":              "?-Text is given twice",
		"-text a -cn b":                "?-Text is given twice",
		"-number x":                    `?-Number: "x" is not a whole number`,
		"-number 1.5":                  `?-Number: "1.5" is not a whole number`,
		"-number 99999999999999999999": `?-Number: "99999999999999999999" is not a whole number`,
		"-ints 1,x":                    `?-Ints: "x" is not a whole number`,
		"-float x":                     `?-Float: "x" is not a number`,
		"-span soon":                   `?-Span: "soon" is not a time in seconds (or 90s, 5m, 2h)`,
		"-span 1e300":                  `?-Span: "1e300" is not a time in seconds`,
		"-span nan":                    `?-Span: "nan" is not a time in seconds`,
		"-moment soon":                 `?-Moment: "soon" is not a time`,
		"-block 5":                     "?-Block: a script block { … } is wanted, not a number",
		"-block $nothing":              "?-Block: a script block { … } is wanted, not nothing",
		"-switch:maybe":                `?-Switch: "maybe" is not $true or $false`,
		"-hidden 1":                    "?unknown parameter -hidden",
		"-odd 1":                       "?unknown parameter -odd",
		"-erroraction stop":            "",
		"-ea SilentlyContinue":         "",
		"-erroraction perhaps":         `?-ErrorAction: "perhaps" is not one of`,
	} {
		t.Run(args, func(t *testing.T) {
			got := (&world{t, w.dir, w.shell}).run("get-probe " + args)
			switch message, isError := strings.CutPrefix(want, "?"); {
			case isError && (!strings.HasPrefix(got, "failed: get-probe: ") || !strings.Contains(got, message) || strings.Count(got, "\n") != 1):
				t.Errorf("got %s want the error %s", got, message)
			case !isError && got != fmt.Sprintf("%q\n", want+"."):
				t.Errorf("got %s want %q", got, want+".")
			}
		})
	}
}

// The same from Lua.
func TestBindingFromLua(t *testing.T) {
	w := newProbeWorld(t)
	for call, want := range map[string]string{
		`get_probe("one", function() return 1 end)`: "First=one Block={function() return 1 end}",
		`get_probe{text = "x", number = 3}`:         "Text=x Number=3",
		`get_probe{"one", switch = true}`:           "First=one Switch=true",
		`get_probe{switch = false}`:                 "",
		`get_probe("one", {texts = {"a", "b"}})`:    "First=one Texts=[a b]",
		`get_probe{value = {a = 1}}`:                "Value=*jobs.Map {a=1}",
		`get_probe{value = 2.5, mode = "slow"}`:     "Value=float64 2.5 Mode=slow",
	} {
		got := w.run("return " + call)
		want = strings.ReplaceAll(want, "{function() return 1 end}", "")
		if got != fmt.Sprintf("%q\n", want+".") && !(strings.Contains(call, "function") && strings.Contains(got, "First=one Block={")) {
			t.Errorf("%s: got %s want %q", call, got, want)
		}
	}
	w.check("ok, e = pcall(get_probe, {nosuch = 1}); =ok, e.Kind", "false\n\"Usage\"\n")
}

func TestRequired(t *testing.T) {
	w := newProbeWorld(t)
	w.check("get-needy", "failed: get-needy: -Name is missing; it is used as: get-needy [-Name] <string>\n")
	w.check("get-needy x", "\"x\"\n")
	w.check("get-needy x y", "failed: get-needy: does not know what to do with \"y\"; it is used as: get-needy [-Name] <string>\n")
}

func TestCommandSet(t *testing.T) {
	w := newProbeWorld(t)
	set := w.shell.Commands
	if set.Lookup("GET-PROBE") == nil || set.Lookup("Gp") != set.Lookup("get-probe") || set.Lookup("get") != nil {
		t.Error("Lookup")
	}
	for word, want := range map[string]string{"get-prob": "get-probe", "gte-probe": "get-probe", "frobnicate": "", "gett-needy": "get-needy"} {
		if got := set.Suggest(word); got != want {
			t.Errorf("%s: suggests %q, want %q", word, got, want)
		}
	}
	c := set.Lookup("gp")
	if want := "get-probe [[-First] <string>] [[-Block] <block>] [[-Other] <block>] [[-Rest] <value,…>] [-Text <string>] [-Texts <string,…>] " +
		"[-Number <int>] [-Ints <int,…>] [-Float <number>] [-Span <seconds>] [-Moment <time>] [-Value <value>] [-List <value,…>] [-Maybe <bool>] " +
		"[-IntPtr <int>] [-Ratio <number>] [-Switch] [-Swing] [-Mode <string>]"; c.Usage() != want {
		t.Errorf("the usage is %s\nwant %s", c.Usage(), want)
	}
	if c.Verb() != "get" || c.Noun() != "probe" {
		t.Errorf("%s-%s", c.Verb(), c.Noun())
	}
}

// What cannot be declared is a mistake that shows at once.
func TestDefinePanics(t *testing.T) {
	for name, f := range map[string]func(){
		"type":      func() { shell.Define[badType](shell.Doc{Name: "x"}) },
		"tag":       func() { shell.Define[badTag](shell.Doc{Name: "x"}) },
		"position":  func() { shell.Define[badPosition](shell.Doc{Name: "x"}) },
		"two names": func() { a := shell.Define[needy](shell.Doc{Name: "x"}); shell.NewCommandSet([]*shell.Command{a, a}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

type badType struct{ X map[string]int }
type badTag struct {
	X int `param:"position=1"`
}
type badPosition struct {
	X int `param:"pos=x"`
}

func (*badType) Run(*shell.Call) error     { return nil }
func (*badTag) Run(*shell.Call) error      { return nil }
func (*badPosition) Run(*shell.Call) error { return nil }

// A command that is not there yet says so, whatever it is given.
func TestLaterCommands(t *testing.T) {
	w := newWorld(t)
	for script, want := range map[string]string{
		"copy-item -path a -destination b": "copy-item: not there yet: use scp meanwhile",
		"dnsn 1":                           "disconnect-session: not there yet: a session lasts as long as its connection",
		"connect-pssession":                "connect-session: not there yet",
	} {
		if e := w.fails(script, jobs.KindUnsupported); !strings.HasPrefix(e.Error(), want) {
			t.Errorf("%s: %s, want %s…", script, e, want)
		}
	}
}

// What the prompt asks by the way leaves $? as it is.
func TestPromptLeavesTheLastOutcome(t *testing.T) {
	w := newWorld(t)
	w.run("get-job 7")
	w.run("prompt-info")
	w.check("=$?", "false\n")
}
