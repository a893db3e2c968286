package page_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"marsh/shell/format"
	"marsh/shell/page"
)

const source = "# about_x\n\nshort and `code`\n\n## What it is\n\nA paragraph of `two words` that goes on\nand on, with $x = `start-job {1}` and `` a`b `` in it.\n\n" +
	"- an item\n- another one, which\n  goes on\n\n| key | it does |\n| --- | --- |\n| `Up` | goes back |\n| `a \\| b` | a pipe |\n\n```transcript\n> 1 + 1\n2\n\n  indented\n```\n"

const wide = `NAME
    about_x - short and "code"

WHAT IT IS
    A paragraph of "two words" that goes on and on, with $x = start-job {1} and
    a` + "`" + `b in it.

    - an item
    - another one, which goes on

    key    it does
    ---    -------
    Up     goes back
    a | b  a pipe

      > 1 + 1
      2

        indented
`

const narrow = `NAME
  about_x - short and "code"

WHAT IT IS
  A paragraph of "two words" that goes
  on and on, with $x = start-job {1} and
  a` + "`" + `b in it.

  - an item
  - another one, which goes on

  key    it does
  ---    -------
  Up     goes back
  a | b  a pipe

    > 1 + 1
    2

      indented
`

func parsed(t testing.TB, text string) *page.Page {
	t.Helper()
	p, err := page.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestText(t *testing.T) {
	p := parsed(t, source)
	for columns, want := range map[int]string{0: wide, 80: wide, 40: narrow, 1: narrow} {
		if d := cmp.Diff(want, p.Text(columns)); d != "" {
			t.Errorf("%d columns (-want +got):\n%s", columns, d)
		}
	}
}

// A last column with no room beside the others goes under them.
func TestTextOfAWideTable(t *testing.T) {
	const text = "# n\n\ns\n\n| parameter | what |\n| - | - |\n| -ComputerName machine,machine | the machines to go to |\n"
	want := "NAME\n  n - s\n\n  parameter\n    what\n  -ComputerName machine,machine\n    the machines to go to\n"
	if d := cmp.Diff(want, parsed(t, text).Text(40)); d != "" {
		t.Error(d)
	}
}

func TestTerms(t *testing.T) {
	p := page.Page{Name: "get-x", Synopsis: "list"}
	p.Section("Nothing")
	p.Section("Parameters", page.Block{Kind: page.Term, Text: page.Keep("[-Name <text>]") + " (position 0)", Body: "by name"}, page.Block{Kind: page.Term, Text: "-All"})
	want := "NAME\n    get-x - list\n\nPARAMETERS\n    [-Name <text>] (position 0)\n        by name\n    -All\n"
	if d := cmp.Diff(want, p.Text(80)); d != "" {
		t.Error(d)
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "a page begins with # NAME and a paragraph",
		"# x\n## y\n":             "a page begins with # NAME and a paragraph",
		"# x\n\ns\n# y\n":         "line 4: a page has one name, at its beginning",
		"# x\n\ns\n\n```\na\n":    "line 6: the code that begins at line 6 does not end",
		"# x\n\ns\n\n| a | b\n":   "line 5: a row of a table ends with |",
		"# x\n\n|a|b|\n|a|b|c|\n": "line 4: a row has 3 cells and the header 2",
	} {
		if _, err := page.Parse(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestCodeKnowsItsLine(t *testing.T) {
	for _, b := range parsed(t, source).Blocks {
		if b.Kind == page.Code && (b.Lang != "transcript" || strings.Split(source, "\n")[b.Line-1] != "> 1 + 1") {
			t.Errorf("%q at line %d", b.Lang, b.Line)
		}
	}
}

func TestManual(t *testing.T) {
	m := &page.Manual{Title: "x", Section: "1", Source: "x 1"}
	m.Main(parsed(t, source))
	m.Chapter("About x", parsed(t, source))
	got := m.String()
	for _, want := range []string{
		".TH \"X\" 1 \"\" \"x 1\"\n", ".SH \"NAME\"\nx \\- short and \\fBcode\\fR\n", ".SH \"WHAT IT IS\"\n", ".SH \"ABOUT X\"\n.PP\nShort and", ".SS \"What it is\"\n",
		".TP\n\\fBa | b\\fR\na pipe\n", ".nf\n> 1 + 1\n2\n\\&\n  indented\n.fi\n", ".IP \\(bu 2\nan item\n", `\fBa\(gab\fR`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// What text holds is no markup of roff.
func TestManualIsSafe(t *testing.T) {
	m := &page.Manual{Title: "x", Section: "1", Source: "x 1"}
	p := &page.Page{Name: "x", Synopsis: "s"}
	p.Add(page.Block{Kind: page.Paragraph, Text: ".so /etc/passwd"}, page.Block{Kind: page.Code, Text: ".sy ls\n'br\nC:\\dir „…“\n"})
	m.Main(p)
	for line := range strings.Lines(m.String()) {
		if strings.HasPrefix(line, ".s") || strings.HasPrefix(line, "'") || strings.Contains(line, `\d`) {
			t.Errorf("a request: %q", line)
		}
	}
	groff, err := exec.LookPath("groff")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED: what groff says of a manual page: %v", err)
	}
	run := exec.CommandContext(t.Context(), groff, "-man", "-Tutf8", "-ww", "-z")
	run.Stdin = strings.NewReader(m.String())
	if out, err := run.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("groff: %v\n%s", err, out)
	}
}

// Whatever a page says, it is laid out without a panic, loses no word, and is no wider
// than it may be but for words, tables and code.
func FuzzPage(f *testing.F) {
	f.Add(source, 80)
	f.Add("# x\n\n`\n\n|`|\\||\n|-|-|\n||\n", 1)
	f.Add("# x\n\n``a` b``\n- \n-  x\n```\n", 1000)
	f.Fuzz(func(t *testing.T, text string, columns int) {
		p, err := page.Parse(text)
		if err != nil {
			return
		}
		m := &page.Manual{Title: "x", Section: "1", Source: "x"}
		m.Chapter("x", p)
		if strings.ContainsFunc(m.String(), func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Error("the manual page is not ASCII")
		}
		limit := min(max(columns, page.MinColumns), page.MaxColumns)
		if columns == 0 {
			limit = page.DefaultColumns
		}
		p.Blocks = nil
		for line := range strings.Lines(p.Text(columns)) {
			line = strings.TrimRight(line, "\n")
			if format.Width(line) > limit && len(strings.Fields(line)) > 1 && !strings.Contains(p.Synopsis, "\u00a0") {
				t.Errorf("%d columns: %q", columns, line)
			}
		}
	})
}
