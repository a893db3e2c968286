package lua

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsh/jobs"
)

// writeFiles makes files in a new folder and returns it.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRequireLooksBesideTheScriptThenInTheSettings(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"app/one.lua": "return 'beside'", "app/two/init.lua": "return 'folder'", "app/sub/three.lua": "return ... .. '!'",
		"config/marsh/lua/one.lua": "return 'hidden'", "config/marsh/lua/four.lua": "return 'settings'",
		"app/none.lua": "", "app/not.lua": "calls = (calls or 0) + 1 return false", "app/set.lua": "package.loaded[...] = 'set'",
		"app/wrong.lua": "local x = = 1", "app/old.lua": "module(..., package.seeall) function f() return tostring(1) end",
	})
	w := &world{dir: dir, env: map[string]string{"XDG_CONFIG_HOME": dir + "/config"}}
	err := w.state(t).Run(t.Context(), jobs.Script{Name: "app/main.lua", Text: `
		emit(require("one"), require("two"), require("sub.three"), require("four"), require("none"), require("set"), require("string") == string)
		require("not") require("not") emit(calls)
		emit(require("old") == old, old.f(), old._NAME, f)
		emit((pcall(require, "wrong")))
		package.path = "app/sub/?.lua" emit(require("three"))`})
	if err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(w.out), "beside", "folder", "sub.three!", "settings", true, "set", true, int64(2), true, "1", "old", false, "three!")
}

func TestRequireSaysWhereItLooked(t *testing.T) {
	w := &world{dir: "/nowhere", env: map[string]string{"HOME": "/home/me"}}
	err := w.state(t).Run(t.Context(), jobs.Script{Name: "x.lua", Text: `require("a.b")`})
	const want = "module 'a.b' not found; looked for /nowhere/a/b.lua, /nowhere/a/b/init.lua, " +
		"/home/me/.config/marsh/lua/a/b.lua, /home/me/.config/marsh/lua/a/b/init.lua"
	if e := jobs.AsError(err); e == nil || e.Kind != jobs.KindNotFound || e.Msg != want {
		t.Errorf("got %v", err)
	}
}

func TestRequireInACircle(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.lua": "return require('b')", "b.lua": "return require('a')"})
	w := &world{dir: dir}
	err := w.state(t).Run(t.Context(), jobs.Script{Text: `require("a")`})
	if e := jobs.AsError(err); e == nil || !strings.HasSuffix(e.Msg, "b.lua:1: loop or previous error loading module 'a'") {
		t.Errorf("got %v", err)
	}
}

func TestModulePathFollowsTheScripts(t *testing.T) {
	w := &world{dir: "/one", env: map[string]string{}}
	s := w.state(t)
	for _, dir := range []string{"/one", "/two"} {
		w.dir = dir
		if err := s.Run(t.Context(), jobs.Script{Text: `emit(package.path)`}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Run(t.Context(), jobs.Script{Text: `package.path = "mine"`}); err != nil {
		t.Fatal(err)
	}
	w.dir = "/three"
	if err := s.Run(t.Context(), jobs.Script{Text: `emit(package.path)`}); err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(w.out), "/one/?.lua;/one/?/init.lua", "/two/?.lua;/two/?/init.lua", "mine")
}
