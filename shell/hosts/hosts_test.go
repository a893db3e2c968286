package hosts

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"marsh/jobs"
)

var testGroups = Groups{
	"web": {"web[1-2]", "web9"}, "all": {"@web", "db[1-3]!db2"}, "loop": {"@pool"}, "pool": {"x", "@loop"}, "none": nil,
}

func TestExpand(t *testing.T) {
	for pattern, want := range map[string]string{
		"Server01":            "Server01",
		"root@web[1-2]:22":    "root@web1:22 root@web2:22",
		"web[01-03,25]":       "web01 web02 web03 web25",
		"web[8-11]":           "web8 web9 web10 web11",
		"web[08-11]":          "web08 web09 web10 web11",
		"n[0-10/5]":           "n0 n5 n10",
		"n[0-1]r[1-2]":        "n0r1 n0r2 n1r1 n1r2",
		"{b,a}.example":       "b.example a.example",
		"web{,-old}":          "web web-old",
		"db[1-3]!db2":         "db1 db3",
		"a,b,a":               "a b",
		"a, b":                "a b",
		"db[1-3]!db1!db3":     "db2",
		"@web":                "web1 web2 web9",
		"@all!@web":           "db1 db3",
		"@web,x":              "web1 web2 web9 x",
		"[::1]":               "[::1]",
		"ssh://u@[fe80::1]:2": "ssh://u@[fe80::1]:2",
		"[::1],h[1-2]":        "[::1] h1 h2",
	} {
		got, err := Expand(pattern, testGroups.Lookup)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %q, %v; want %s", pattern, got, err, want)
		}
	}
}

func TestExpandErrors(t *testing.T) {
	for _, c := range []struct {
		pattern string
		kind    jobs.Kind
		says    string
	}{
		{"web[1-", jobs.KindUsage, "the [ in the host pattern web[1- is not closed"},
		{"web1]", jobs.KindUsage, "the ] in the host pattern web1] closes nothing"},
		{"web{a", jobs.KindUsage, "the { in the host pattern web{a is not closed"},
		{"web[a-c]", jobs.KindUsage, "[a-c] is no range of numbers; one is written [1-20]"},
		{"web[]", jobs.KindUsage, "[] is no range"},
		{"web[1-2/0]", jobs.KindUsage, "[1-2/0] is no range"},
		{"web[5/2]", jobs.KindUsage, "[5/2] is no range"},
		{"web[12345678901]", jobs.KindUsage, "is no range"},
		{"web[5-1]", jobs.KindUsage, "the range [5-1] runs backwards; write [1-5]"},
		{"a,", jobs.KindUsage, "a machine's name is missing"},
		{"!a", jobs.KindUsage, "a machine's name is missing"},
		{"@", jobs.KindUsage, "@ is no group"},
		{"@nobody", jobs.KindNotFound, "there is no group @nobody; there are @all, @loop, @none, @pool, @web"},
		{"@loop", jobs.KindUsage, "the group @loop contains itself (@loop has @pool has @loop)"},
		{"@none", jobs.KindNotFound, "no machine is left in @none"},
		{"a!a", jobs.KindNotFound, "no machine is left in a!a"},
		{"n[0-65536]", jobs.KindLimit, "more than 65536 machines"},
		{"n[0-999]r[0-999]", jobs.KindLimit, "more than 65536 machines"},
		{"n[0-40000],m[0-40000]", jobs.KindLimit, "more than 65536 machines"},
		{strings.Repeat("a", maxPattern+1), jobs.KindLimit, "longer than"},
	} {
		got, err := Expand(c.pattern, testGroups.Lookup)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.40s: %.40q, %v; want %v, %s", c.pattern, got, err, c.kind, c.says)
		}
	}
}

func TestGroupsTooDeep(t *testing.T) {
	deep := func(name string) ([]string, error) { return []string{"@" + name + "x"}, nil }
	if _, err := Expand("@a", deep); !errors.Is(err, jobs.KindLimit) {
		t.Errorf("%v, want KindLimit", err)
	}
}

func TestIsPattern(t *testing.T) {
	for name, want := range map[string]bool{
		"web1": false, "u@h:22": false, "[::1]": false, "ssh://[::1]:22": false, "web[1-2]": true, "[::1]x[1]": true,
		"@web": true, "a,b": true, "a!b": true, "a{b,c}": true, "a[": true,
	} {
		if got := IsPattern(name); got != want {
			t.Errorf("IsPattern(%s) = %v", name, got)
		}
	}
}

func TestGroupsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "groups")
	if g, err := LoadGroups(path); err != nil || len(g) != 0 {
		t.Errorf("no file: %v, %v", g, err)
	}
	text := "# our machines\nweb: web[01-02]\tweb9 # front\n\nall-of.them: @web,db1\nweb: web10\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	g, err := LoadGroups(path)
	if err != nil || !slices.Equal(g.Names(), []string{"all-of.them", "web"}) {
		t.Fatalf("%v, %v", g, err)
	}
	got, err := Expand("@all-of.them", g.Lookup)
	if err != nil || strings.Join(got, " ") != "web01 web02 web9 web10 db1" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestGroupsFileErrors(t *testing.T) {
	for text, says := range map[string]string{
		"web web1\n":            "groups:1: a group is written NAME: PATTERN",
		"\nwe b: x\n":           "groups:2: a group is written",
		": x\n":                 "groups:1: a group is written",
		"a: " + bigLine() + "x": "may have",
	} {
		if g, err := ReadGroups(strings.NewReader(text), "groups"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.30q: %.30v, %v; want %s", text, g, err, says)
		}
	}
	_, err := Groups{}.Lookup("web")
	if !errors.Is(err, jobs.KindNotFound) || !strings.Contains(err.Error(), "none are written down") {
		t.Error(err)
	}
	if _, err := LoadGroups(t.TempDir()); err == nil {
		t.Error("a directory was read as a groups file")
	}
}

func bigLine() string { return strings.Repeat("h ", maxGroupFile/2) }

func FuzzExpand(f *testing.F) {
	for _, p := range []string{"web[01-03,25]", "a{b,c}!ab", "@all", "[::1],x", "n[0-10/5]", "a[", "!", "[0-9][0-9][0-9]"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		names, err := Expand(pattern, testGroups.Lookup)
		if err != nil {
			return
		}
		if len(names) == 0 || len(names) > MaxHosts {
			t.Fatalf("%d names", len(names))
		}
		seen := map[string]bool{}
		for _, n := range names {
			if seen[n] {
				t.Fatalf("%q comes twice", n)
			}
			seen[n] = true
		}
		if !IsPattern(pattern) && (len(names) != 1 || names[0] != strings.TrimSpace(pattern)) {
			t.Fatalf("%q is no pattern, and stands for %q", pattern, names)
		}
	})
}

func FuzzGroups(f *testing.F) {
	f.Add("web: web[01-20]\nall: @web # x\n")
	f.Fuzz(func(t *testing.T, text string) {
		g, err := ReadGroups(strings.NewReader(text), "groups")
		if err == nil {
			for _, n := range g.Names() {
				if !isGroupName(n) {
					t.Fatalf("a group is called %q", n)
				}
			}
		}
	})
}
