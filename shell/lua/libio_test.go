package lua

import (
	"os"
	"path/filepath"
	"testing"

	"marsh/jobs"
)

func TestFilesAreRelativeToTheEngine(t *testing.T) {
	w := &world{dir: t.TempDir(), env: map[string]string{"A": "b"}}
	for name, text := range map[string]string{
		"mod.lua": "#!/usr/bin/lua\nlocal m = {} function m.f() return 'module' end return m", "run.lua": "return 'dofile', ...",
	} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := w.state(t).Run(t.Context(), jobs.Script{Text: `
		local f = io.open("x.txt", "w") f:write("one\n", 2, "\nthree") f:close()
		for l in io.lines("x.txt") do emit(l) end
		f = io.open("x.txt") emit(f:read("*l", "*n", "*a")) f:close() emit((pcall(f.read, f)))
		io.write("a", 1) io.write("b\nc")
		emit(require("mod").f(), require("mod") == require("mod"), dofile("run.lua"), os.getenv("A"))
		local p = io.popen("echo piped; pwd") emit(p:read()) emit(p:read("*l") == io.popen("pwd"):read()) p:close()
		emit(os.remove("x.txt"), (io.open("x.txt")), io.open("gone") == nil)`})
	if err != nil {
		t.Fatal(err)
	}
	want(t, jobs.List(w.out), "one", "2", "three", "one", int64(2), "\nthree", false, "a1b", "c",
		"module", true, "dofile", "b", "piped", true, true, true)
}
