package shell

import "testing"

func TestSuggest(t *testing.T) {
	s := NewCommandSet([]*Command{
		{Doc: Doc{Name: "start-job", Aliases: []string{"sajb"}}}, {Doc: Doc{Name: "get-job"}},
		{Doc: Doc{Name: "format-table", Aliases: []string{"ft"}}}, {Doc: Doc{Name: "exit"}}, {Doc: Doc{Name: "new-session"}},
	})
	for word, want := range map[string]string{
		"get-jbo": "get-job", "strat-job": "start-job", "Start-Jobs": "start-job", "statrjob": "start-job", "new-pssesion": "new-pssession",
		"exti": "exit", "it": "", "gti": "", "let": "", "export": "", "frobnicate": "", "": "", "sjb": "sajb",
	} {
		if got := s.Suggest(word); got != want {
			t.Errorf("%q: suggests %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "", 2}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"get-jbo", "get-job", 1}, {"abc", "abc", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
