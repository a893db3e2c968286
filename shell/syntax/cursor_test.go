package syntax

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ^ marks the cursor
var cursors = []struct {
	line string
	want Cursor
}{
	{"^", Cursor{First: true}},
	{"get-j^ob", Cursor{Word: "get-j", First: true}},
	{"get-job ^", Cursor{Command: "get-job", Args: []string{}, Start: 8}},
	{"get-job -na^", Cursor{Command: "get-job", Args: []string{}, Word: "-na", Start: 8, Parameter: true}},
	{"get-job -^", Cursor{Command: "get-job", Args: []string{}, Word: "-", Start: 8, Parameter: true}},
	{"get-job -name lo^", Cursor{Command: "get-job", Args: []string{"-name"}, Word: "lo", Start: 14, After: "name"}},
	{"get-job -name ^", Cursor{Command: "get-job", Args: []string{"-name"}, Start: 14, After: "name"}},
	{"get-job -name:lo^", Cursor{Command: "get-job", Args: []string{}, Word: "lo", Start: 14, After: "name"}},
	{"get-job -name:$x^", Cursor{Command: "get-job", Args: []string{}, Word: "$x", Start: 14, After: "name", Variable: true}},
	{"get-job -name a,b^", Cursor{Command: "get-job", Args: []string{"-name"}, Word: "b", Start: 16, After: "name"}},
	{"get-job -name a, ^", Cursor{Command: "get-job", Args: []string{"-name"}, Start: 17, After: "name"}},
	{"get-job -name a ^", Cursor{Command: "get-job", Args: []string{"-name", "a"}, Start: 16}},
	{"get-job -id -1^", Cursor{Command: "get-job", Args: []string{"-id"}, Word: "-1", Start: 12, After: "id"}},
	{"ls | grep a | rec^", Cursor{Word: "rec", Start: 14, First: true}},
	{"ls; get-job $jo^", Cursor{Command: "get-job", Args: []string{}, Word: "$jo", Start: 12, Variable: true}},
	{"$x = get-^", Cursor{Word: "get-", Start: 5, First: true}},
	{"$x=get-job -k^", Cursor{Command: "get-job", Args: []string{}, Word: "-k", Start: 11, Parameter: true}},
	{"local x = get-job ^", Cursor{Command: "get-job", Args: []string{}, Start: 18}},
	{"start-job { get-job -k^", Cursor{Command: "get-job", Args: []string{}, Word: "-k", Start: 20, Parameter: true}},
	{"start-job { ls } -na^", Cursor{Command: "start-job", Args: []string{""}, Word: "-na", Start: 17, Parameter: true}},
	{"wait-job (get-j^", Cursor{Word: "get-j", Start: 10, First: true}},
	{"wait-job (get-job -id 1) -t^", Cursor{Command: "wait-job", Args: []string{""}, Word: "-t", Start: 25, Parameter: true}},
	{"if x then rec^", Cursor{Word: "rec", Start: 10, First: true}},
	{"for i = 1, 2 do\n  get-job -n^", Cursor{Command: "get-job", Args: []string{}, Word: "-n", Start: 26, Parameter: true}},
	{`get-content "my fi^`, Cursor{Command: "get-content", Args: []string{}, Word: "my fi", Start: 12, Quote: '"'}},
	{`get-content 'a b' c^`, Cursor{Command: "get-content", Args: []string{"a b"}, Word: "c", Start: 18}},
	{`get-content "-na^`, Cursor{Command: "get-content", Args: []string{}, Word: "-na", Start: 12, Quote: '"'}},
	{"!ls -l^", Cursor{Command: "!", Args: []string{"ls"}, Word: "-l", Start: 4, Parameter: true}},
	{"get-job # -na^", Cursor{Comment: true}},
	{"# a\nget-job -na^ x", Cursor{Command: "get-job", Args: []string{}, Word: "-na", Start: 12, Parameter: true}},
	{"cat ä^", Cursor{Command: "cat", Args: []string{}, Word: "ä", Start: 4}},
	{"get-job `\n -na^", Cursor{Command: "get-job", Args: []string{}, Word: "-na", Start: 11, Parameter: true}},
}

func TestWords(t *testing.T) {
	for _, c := range cursors {
		got := Words(strings.Replace(c.line, "^", "", 1), strings.Index(c.line, "^"))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.line, diff)
		}
	}
}

func TestWordsOutsideTheLine(t *testing.T) {
	if got := Words("get-j", 99); got.Word != "get-j" {
		t.Errorf("behind the line: %+v", got)
	}
	if got := Words("get-j", -1); got.Word != "" || !got.First {
		t.Errorf("before the line: %+v", got)
	}
}
