package sshconn

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHosts(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	config := write("config", "Host web01 web02 *.example.com !bad\n  HostName 10.0.0.1\nhost = \"db\"\nInclude "+dir+"/inc*\nMatch host x\nHost *\nHost web01 -o\n# Host remark\nHost evil\x1b[2J\n")
	write("inc1", "Host inner\nInclude "+dir+"/inc1\n") // and itself
	l := hostList{home: dir, seen: map[string]bool{}}
	l.config(config, 0)
	for _, line := range []string{
		"alpha,10.0.0.2 ssh-ed25519 AAAA\n", "[beta]:2222 ssh-rsa AAAA", "|1|x|y ssh-rsa AAAA", "@revoked gone ssh-rsa A", "*.pattern ssh-rsa A", "# remark", "", "web01 ssh-rsa A", "[::1]:22 ssh-rsa A",
	} {
		l.known(line)
	}
	want := []Host{
		{"web01", "ssh_config"}, {"web02", "ssh_config"}, {"db", "ssh_config"}, {"inner", "ssh_config"},
		{"alpha", "known_hosts"}, {"10.0.0.2", "known_hosts"}, {"beta:2222", "known_hosts"},
	}
	if d := cmp.Diff(want, l.hosts); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := Hosts("none"); cmp.Equal(got, want) {
		t.Error("the test reads the user's own files")
	}
}

func FuzzHosts(f *testing.F) {
	f.Add("Host a b\nInclude x\n", "a,b ssh-rsa A")
	f.Add("host=\"a\"", "[a]:1 k")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, config, known string) {
		path := filepath.Join(dir, "config")
		if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		l := hostList{home: dir, seen: map[string]bool{}}
		l.config(path, 0)
		l.known(known)
		for _, h := range l.hosts {
			if h.Name == "" || h.Name[0] == '-' {
				t.Fatalf("%q is no name", h.Name)
			}
		}
	})
}
