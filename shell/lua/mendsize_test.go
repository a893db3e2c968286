package lua

import (
	"fmt"
	"strings"
	"testing"

	"marsh/jobs"
)

// numbersUpTo writes n different numbers, with commas between.
func numbersUpTo(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d.5,", i+1)
	}
	return b.String()
}

func TestCallWhereALongTableIsDivided(t *testing.T) {
	ones := strings.Repeat("1,", itemsPerTable-1)
	wantOut(t, "local t = {"+ones+"unpack{2, 3}, 4, nil, 5, unpack{6, 7}} return #t, t[25000], t[25001], t[25002] == nil, t[25003], t[25005]",
		int64(25005), int64(2), int64(4), true, int64(5), int64(7))
}

// Past 25,550 items the compiler loses the number of a batch.
func TestLongTablesHaveTheirItems(t *testing.T) {
	for _, n := range []int{24995, 25000, 25550, 25551, 32000} {
		text := fmt.Sprintf("local n, t = %d, {%s 'a', x = {%s}, 'b', unpack{'c', 'd'}} assert(#t == n + 4 and t[n + 4] == 'd' and #t.x == 26000)"+
			" for i = 1, n do assert(t[i] == i %% 500) end", n, numbersAgain(n), strings.Repeat("1,", 26000))
		if err := (&world{}).state(t).Run(t.Context(), jobs.Script{Text: text}); err != nil {
			t.Errorf("%d items: %v", n, err)
		}
	}
}

// numbersAgain returns n items of 500 different numbers: the compiler looks through all
// constants for each.
func numbersAgain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d,", (i+1)%500)
	}
	return b.String()
}

func TestSourcesThatAreTooLarge(t *testing.T) {
	long := strings.Repeat("n = n + 1 ", 140000)
	for _, c := range []struct{ text, want string }{
		{"return {" + numbersUpTo(maxConstants+1) + "}", "more than 32768 different constants in one function"},
		{"local n = 0 for i = 1, 3 do " + long + "end return n", "the function is too long for its loops and conditions"},
		{"local n = 0 while n < 3 do " + long + "end", "too long"},
		{"return " + strings.Repeat("a .. ", maxOperands) + "a", "more than 199 values are joined in one expression"},
		{"return " + strings.Repeat("a..", 1e6) + "a", "more than 5000 operators in one expression"},
		{"return " + strings.Repeat("{x=", 1e5), "nested more than 5000 levels deep"},
		{strings.Repeat(" ", maxText) + "return", "the text is longer than 16 MiB"},
	} {
		_, err := compile(c.text, "test", 1, "")
		if e := jobs.AsError(err); e == nil || !strings.Contains(e.Msg, c.want) || strings.Contains(e.Msg, "test:0") {
			t.Errorf("%.40s…: got %v, want … %s …", c.text, err, c.want)
		}
	}
}
