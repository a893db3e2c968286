package bootstrap

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"
)

func TestScripts(t *testing.T) {
	a := &Agent{}
	b, err := a.open(native())
	if err != nil {
		t.Fatal(err)
	}
	unames, err := native().unames()
	if err != nil {
		t.Fatal(err)
	}
	n := newNonce()
	for _, text := range []string{
		script(probeText, n, "@HASH", b.hash, "@UNAME", unames, "@ARGS", "agent"),
		script(uploadText, n, "@HASH", b.hash, "@SIZE", "123456789", "@KIB", "120563", "@UNPACK", "gzip -dc"),
	} {
		if strings.ContainsAny(text, "!\\\n") || strings.Count(text, "'") != 2 || len(text) > 1000 || strings.Contains(text, "@") {
			t.Errorf("%d bytes: %s", len(text), text)
		}
		if strings.Contains(text, n.String()) {
			t.Error("the command has the whole nonce in it")
		}
		if out, err := exec.Command("sh", "-n", "-c", text).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
}

func TestPlatforms(t *testing.T) {
	for text, want := range map[string]string{
		"Linux x86_64": "linux/amd64", "Linux aarch64\n": "linux/arm64", "Darwin arm64": "darwin/arm64",
		"FreeBSD amd64": "freebsd/amd64", "Linux armv7l": "linux/arm", "Plan9 weird": "plan9/weird", "": "/",
	} {
		if got := parseUname(text).String(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got, err := (Platform{"linux", "amd64"}).unames(); err != nil || got != `"Linux amd64"|"Linux x86_64"` {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := (Platform{"plan9", "weird"}).unames(); err == nil {
		t.Error("no error for a platform without an agent")
	}
}

func TestArgs(t *testing.T) {
	if got, err := plainArgs([]string{"agent", "--idle=5"}); err != nil || got != "agent --idle=5" {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"", "a b", "a'b", "$x", "a;b"} {
		if _, err := plainArgs([]string{bad}); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestNoBinaryForAPlatform(t *testing.T) {
	a := &Agent{Dir: t.TempDir()}
	_, err := a.open(Platform{"linux", "s390x"})
	if err == nil || !strings.Contains(err.Error(), "linux/s390x") || !strings.Contains(err.Error(), "marsh-linux-s390x") {
		t.Errorf("%v", err)
	}
}

func TestTail(t *testing.T) {
	var k tail
	for range 100 {
		k.Write([]byte(strings.Repeat("a", 99) + "\n"))
	}
	k.Write([]byte("the end"))
	if got := k.String(); len(got) != maxTail || !strings.HasSuffix(got, "\nthe end") {
		t.Errorf("%d bytes", len(got))
	}
	k.Write([]byte(strings.Repeat("b", 3*maxTail)))
	if k.String() != strings.Repeat("b", maxTail) {
		t.Error("a long write is not cut")
	}
	if got := oneLine("a\r\n\x1b[2Jb\n"); got != "a; ?[2Jb" {
		t.Errorf("%q", got)
	}
}

// Whatever a machine prints, listen ends, and only a line that begins with the
// nonce counts.
func FuzzListen(f *testing.F) {
	f.Add("noise\nNONCE hello Linux x86_64\nNONCE need gzip\n")
	f.Add("noise NONCE run\nNONCE run\nrest")
	f.Add("NONCE need")
	f.Add(strings.Repeat("x", 200_000))
	f.Fuzz(func(t *testing.T, text string) {
		n := nonce{"mfirst", "last"}
		text = strings.ReplaceAll(text, "NONCE", n.String())
		s := &Stream{stdout: bufio.NewReaderSize(strings.NewReader(text), 64<<10), noise: &tail{}}
		got, err := s.listen(n)
		if (got.running || got.packed) && !strings.Contains(text, n.String()) {
			t.Errorf("%q: %+v", text, got)
		}
		if err == nil && !strings.Contains("\n"+text, "\n"+n.String()) && len(text) < 64<<10 {
			t.Errorf("%q: no error", text)
		}
	})
}
