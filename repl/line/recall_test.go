package line

import (
	"io"
	"testing"

	"marsh/repl"
)

func TestRecallByPrefix(t *testing.T) {
	d := sitDown(t, repl.Request{History: []string{"get-job", "ls", "get-session", "get-session", "x"}}, io.Discard, 80, 24)
	d.types("get\x1b[A")
	d.has("get-session|")
	d.types("\x1b[A")
	d.has("get-job|")
	d.types("\x1b[A")
	d.has("get-job|")
	d.types("\x1b[B\x1b[B")
	d.has("get|")
	d.types("\x1b[A 1\x1b[A")
	d.has("get-session 1|") // edited: nothing begins with that
	d.types("\x1b<")
	d.has("get-job|")
	d.types("\x1b>")
	d.has("get-session 1|")
}

func TestSearch(t *testing.T) {
	d := sitDown(t, repl.Request{Prompt: "> ", History: []string{"get-job -id 7", "LS -l", "get-session", "cat job.txt"}}, io.Discard, 80, 24)
	d.types("typed\x12")
	d.has("typed|")
	d.types("\x7f\x7f\x7f\x7f\x7f" + "job")
	d.has("cat |job.txt")
	d.types("\x12")
	d.has("get-|job -id 7")
	d.types("\x12")
	d.has("get-|job -id 7")
	d.types("\x13")
	d.has("cat |job.txt")
	d.types("zz")
	if d.has("cat |job.txt"); !d.cur.search.missed {
		t.Error("a needle that is nowhere was found")
	}
	d.types("\x7f\x7f\x7f\x7f\x7fls") // small letters are for both cases
	d.has("|LS -l")
	d.types("\x07")
	d.has("typed|")
	d.types("\x15\x12LS\x1b[C")
	d.has("L|S -l")
	d.types("\x12\x15")
	d.types("\x12lS") // a capital is itself alone
	if !d.cur.search.missed {
		t.Error("lS was found")
	}
	d.types("\x03\x15\x12\x12")
	d.has("|LS -l") // what was searched for last
	d.types("\x1b")
	if d.has("|LS -l"); d.cur.search != nil {
		t.Error("ESC does not end the search")
	}
	d.types("\x1b[A")
	d.has("get-job -id 7|") // up goes on from there
}

func TestSearchIsNotForPasswords(t *testing.T) {
	d := sitDown(t, repl.Request{Secret: true, History: []string{"one"}}, io.Discard, 80, 24)
	d.types("o\x12\x1b[A")
	d.has("o|")
}

func TestHint(t *testing.T) {
	d := sitDown(t, repl.Request{Prompt: "> ", History: []string{"get-job -id 1", "get-job | where x", "for a\nb"}}, io.Discard, 80, 24)
	hint := func(want string) {
		t.Helper()
		if got := string(d.cur.hint); got != want {
			t.Errorf("%q is suggested behind %q, want %q", got, d.line(), want)
		}
	}
	hint("")
	d.types("get")
	hint("-job | where x")
	d.types("\x1b[D")
	hint("")
	d.types("\x05\x1bf")
	d.has("get-job|")
	hint(" | where x")
	d.types("\x1b[1;5C\x1b[C")
	d.has("get-job | where x|")
	hint("")
	d.types("\x1f\x05\x15for")
	hint(" a\nb")
	if v := d.cur.view(); v.hint != " a…" {
		t.Errorf("of two rows %q is shown", v.hint)
	}
	d.types("\x1b")
	hint("")
	d.types(" ")
	hint("a\nb")
	d.types("\x1b[F")
	d.has("for a\nb|")
	d.types("\x15\x15\x15g")
	for _, c := range "et" { // typed ahead, and not drawn
		d.cur.key, d.cur.text = keyTyped, []rune{c}
		d.cur.press()
	}
	d.types("\x1bf")
	d.has("get-job|")
	d.types("\x15get")
	d.cur.hints = false
	d.draw()
	hint("")
	d.cur.hints, d.cur.q.Secret = true, true
	d.draw()
	hint("")
}
