package proc

import "testing"

func FuzzAnonymous(f *testing.F) {
	f.Add([]byte("Name:\tmarsh\nRssAnon:\t    900 kB\n"))
	f.Add([]byte("RssAnon:\nRssAnon: 99999999999999999999 kB"))
	f.Fuzz(func(_ *testing.T, status []byte) { anonymous(status) })
}

func TestAnonymous(t *testing.T) {
	for text, want := range map[string]uint64{"Name:\tmarsh\nRssAnon:\t    900 kB\nRssFile: 3 kB\n": 900 << 10, "": 0, "RssAnon:": 0, "RssAnon: x kB": 0} {
		if got := anonymous([]byte(text)); got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
}
