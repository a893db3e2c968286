package line

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"marsh/shell/format"
)

func pictured(prompt, more, line string, pos int) picture {
	return picture{prompt: prompt, more: more, line: written(line).at(pos), m: measure{format.Width, format.Cluster}}
}

func TestLay(t *testing.T) {
	tests := []struct {
		name, line string
		pos, width int
		rows       []string
		x, y       int
	}{
		{"empty", "", 0, 10, []string{"> "}, 2, 0},
		{"wide does not fit", "abcdefg日", 8, 10, []string{"> abcdefg", "日"}, 2, 1},
		{"cursor behind a full row", "abcdefgh", 8, 10, []string{"> abcdefgh", ""}, 0, 1},
		{"cursor at the start of a row", "abcdefghi", 8, 10, []string{"> abcdefgh", "i"}, 0, 1},
		{"newlines", "a\n\nb", 2, 10, []string{"> a", ".. ", ".. b"}, 3, 1},
		{"tab", "a\tb", 2, 10, []string{"> a b"}, 4, 0},
		{"control", "a\x01b", 3, 10, []string{"> a^Ab"}, 6, 0},
		{"combining", "e\u0301x", 2, 10, []string{"> e\u0301x"}, 3, 0},
		{"joined", "\U0001f468\u200d\U0001f469x", 3, 10, []string{"> \U0001f468\u200d\U0001f469\x1b[5Gx"}, 4, 0},
		{"joined at the end of a row", "abcde\U0001f468\u200d\U0001f469", 8, 10, []string{"> abcde", "\U0001f468\u200d\U0001f469\x1b[3G"}, 2, 1},
		{"deceiving", "a\u009b\u202eb", 4, 10, []string{"> a\ufffd\ufffdb"}, 6, 0},
		{"narrow", "日本", 2, 1, []string{"> ", "日", "本", ""}, 0, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := lay(pictured("> ", ".. ", test.line, test.pos), test.width)
			if !slices.Equal(l.rows, test.rows) || l.x != test.x || l.y != test.y {
				t.Errorf("rows %q, cursor %d,%d, want %q, %d,%d", l.rows, l.x, l.y, test.rows, test.x, test.y)
			}
		})
	}
}

func TestCrop(t *testing.T) {
	l := lay(pictured("", "", "0\n1\n2\n3\n4", 6), 10)
	if c := l.crop(2); !slices.Equal(c.rows, []string{"2", "3"}) || c.y != 1 {
		t.Errorf("rows %q, cursor in %d", c.rows, c.y)
	}
	l = lay(pictured("", "", "0\n1\n2\n3\n4", 0), 10)
	if c := l.crop(3); !slices.Equal(c.rows, []string{"0", "1", "2"}) || c.y != 0 {
		t.Errorf("rows %q, cursor in %d", c.rows, c.y)
	}
}

var toColumn = regexp.MustCompile("\x1b\\[[0-9]+G")

func FuzzLay(f *testing.F) {
	f.Add("get-job\n\t日本 e\u0301", 3, 20)
	f.Fuzz(func(t *testing.T, text string, pos, width int) {
		width = 2 + max(0, width)%200
		l := lay(pictured("> ", ">>", text, max(0, pos)%(len([]rune(text))+1)), width)
		if l.y >= len(l.rows) || l.x >= width {
			t.Errorf("cursor %d,%d in %d rows of %d", l.x, l.y, len(l.rows), width)
		}
		for i, row := range l.rows {
			if l.cols[i] > width || strings.ContainsAny(toColumn.ReplaceAllString(row, ""), "\n\r\x1b\t\u009b\u202e") {
				t.Errorf("row %q has %d columns of %d", row, l.cols[i], width)
			}
		}
		for h := range 4 {
			if c := l.crop(h + 1); len(c.rows) > h+1 || c.y < 0 || c.y >= len(c.rows) {
				t.Errorf("cut to %d: %d rows, cursor in %d", h+1, len(c.rows), c.y)
			}
		}
	})
}
