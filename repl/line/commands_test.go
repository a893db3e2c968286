package line

import (
	"io"
	"testing"

	"marsh/repl"
)

func TestCommands(t *testing.T) {
	const (
		left, right, home, end = "\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F"
		up, down               = "\x1b[A", "\x1b[B"
	)
	tests := []struct{ name, keys, want string }{
		{"combining moves as one", "ae\u0301b" + left + left, "a|e\u0301b"},
		{"combining goes as one", "ae\u0301b" + left + "\x7f", "a|b"},
		{"family goes as one", "x👨\u200d👩\u200d👧y" + left + "\x7f", "x|y"},
		{"delete takes all of it", "👍🏽y" + home + "\x1b[3~", "|y"},
		{"flags are pairs", "🇯🇵🇩🇪" + left + "x", "🇯🇵x|🇩🇪"},
		{"typed behind a joiner", "日本" + left + right + left, "日|本"},
		{"home and home again", "a\x1b\rbc" + home + "x" + home + home + "y", "y|a\nxbc"},
		{"end and end again", "ab\x1b\rc" + home + home + end + "x" + end + "y", "abx\ncy|"},
		{"ctrl-home, ctrl-end", "a\x1b\rb\x1b[1;5Hx\x1b[1;5Fy", "xa\nby|"},
		{"up and down keep the column", "long row\x1b\rx\x1b\rlast row" + up + up + down + down + "!", "long row\nx\nlast row!|"},
		{"up keeps columns, not runes", "日本語\x1b\rabcd" + up, "日本|語\nabcd"},
		{"newline is indented", "if x then\x1b\r  a\x1b\rb", "if x then\n  a\n  b|"},
		{"alt-b, alt-f", "one_1 two-three\x1bb\x1bb\x1bb\x1bfX", "one_1X| two-three"},
		{"words of a text without blanks", "漢字かなカナ\x1bb\x1bb", "漢字|かなカナ"},
		{"alt-d", "one two three\x01\x1bd\x1bd", "| three"},
		{"ctrl-w takes an argument", "rm -rf /tmp/x\x17", "rm -rf |"},
		{"alt-backspace takes a word", "rm -rf /tmp/x\x1b\x7f", "rm -rf /tmp/|"},
		{"ctrl-k at the end of a row", "ab\x1b\rcd" + up + "\x0b", "ab|cd"},
		{"ctrl-u in a row", "ab\x1b\rcd\x15", "ab\n|"},
		{"ctrl-x ctrl-backspace", "ab\x1b\rcd\x18\x7f", "|"},
		{"kills in a row are one", "a b c\x17\x17\x19", "a b c|"},
		{"alt-y", "one two\x17\x01\x0b\x19\x1by", "two|"},
		{"alt-y again", "one two\x17\x01\x0b\x19\x1by\x1by", "one |"},
		{"alt-y alone", "ab\x1by", "ab|"},
		{"ctrl-t", "ab\x14", "ba|"},
		{"ctrl-t inside", "abc" + left + "\x14", "acb|"},
		{"ctrl-t at the start", "ab\x01\x14", "|ab"},
		{"ctrl-t of what is combined", "ae\u0301\x14", "e\u0301a|"},
		{"alt-t", "one two\x1bt", "two one|"},
		{"alt-t of one word", "one\x1bt", "one|"},
		{"alt-u, alt-l, alt-c", "ab CD éf\x01\x1bu\x1bl\x1bc", "AB cd Éf|"},
		{"undo", "one two\x17\x1f", "one two|"},
		{"undo of typing", "one\x1f", "|"},
		{"redo", "one two\x17\x17\x1f\x1f\x1b_\x1b_", "|"},
		{"redo is forgotten", "a b\x17\x1fx\x1b_", "a bx|"},
		{"ctrl-x ctrl-u", "a b\x17\x18\x15", "a b|"},
		{"esc esc empties, undo brings back", "abc\x1b\x1b", "|"},
		{"ctrl-g and esc", "abc\x07d", "abcd|"},
		{"ctrl-v", "a\x16\tb\x16\x1bc", "a\tb\x1bc|"},
		{"ctrl-v and a character", "a\x16日b", "a日b|"},
		{"alt and a character of several bytes", "a\x1béb", "ab|"},
		{"ctrl-x and a character", "a\x18bc", "abc|"},
		{"paste keeps its newlines", "\x1b[200~a\nb\x1b[201~c", "a\nbc|"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := sitDown(t, repl.Request{Prompt: "> "}, io.Discard, 80, 24)
			d.types(test.keys)
			d.has(test.want)
		})
	}
}

func TestEmptiedLineComesBack(t *testing.T) {
	d := sitDown(t, repl.Request{}, io.Discard, 80, 24)
	d.types("abc\x1b\x1b")
	d.has("|")
	d.types("\x1f")
	d.has("abc|")
}

func TestLastWordOfEntries(t *testing.T) {
	d := sitDown(t, repl.Request{History: []string{"ls /etc", "cp a 'b c'", "  "}}, io.Discard, 80, 24)
	d.types("cat \x1b.")
	d.has("cat 'b c'|")
	d.types("\x1b.")
	d.has("cat /etc|")
	d.types("\x1b.")
	d.has("cat /etc|")
	d.types("x\x1b.")
	d.has("cat /etcx'b c'|")
}

func TestKillsOutliveALineButNoPassword(t *testing.T) {
	d := sitDown(t, repl.Request{Secret: true}, io.Discard, 80, 24)
	d.types("secret\x15")
	if d.has("|"); len(d.e.kills.texts) != 0 {
		t.Errorf("kept %q of a password", d.e.kills.texts)
	}
	d.types("plain")
	d.cur.q.Secret = false
	d.types("\x15")
	d.cur = d.e.newReading(t.Context(), repl.Request{})
	d.types("\x19")
	d.has("plain|")
}

func TestLineIsBounded(t *testing.T) {
	d := sitDown(t, repl.Request{}, io.Discard, 80, 24)
	d.cur.buf = written(string(make([]byte, repl.MaxLine-1)))
	d.press(keyPaste, "ab")
	if n := len(d.cur.buf.text); n != repl.MaxLine-1 {
		t.Errorf("%d runes", n)
	}
	d.press(keyPaste, "a")
	if n := len(d.cur.buf.text); n != repl.MaxLine {
		t.Errorf("%d runes", n)
	}
}

func TestUndoIsBounded(t *testing.T) {
	var u undoer
	for range 10 {
		u.push(buffer{text: make([]rune, maxUndo/4)})
	}
	if u.held > maxUndo || len(u.past) != 4 {
		t.Errorf("%d states of %d runes", len(u.past), u.held)
	}
}
