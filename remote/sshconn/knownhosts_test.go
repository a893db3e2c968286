package sshconn

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/skeema/knownhosts"
)

const someKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

func TestKnownHostsLines(t *testing.T) {
	good := []string{"", "# x", "a " + someKey, "a,b,!c " + someKey, "[a]:22 " + someKey + " comment", "@revoked * " + someKey, "@cert-authority\t*.x\t" + someKey, "|1|AAAA|AAAA " + someKey}
	for _, line := range good {
		if !knownHostsLine([]byte(line)) {
			t.Errorf("%q is taken for malformed", line)
		}
	}
	bad := []string{"x", "@x a " + someKey, "|1|AAAA " + someKey, "|2|AAAA|AAAA " + someKey, "[a " + someKey, "a ssh-rsa AAAA", "a " + someKey + "!!", "@revoked", "@revoked @revoked a " + someKey}
	for _, line := range bad {
		if knownHostsLine([]byte(line)) {
			t.Errorf("%q is taken for well-formed", line)
		}
	}
}

// Whatever is in the file, what blankMalformed leaves can be read, and has as many
// lines.
func FuzzKnownHosts(f *testing.F) {
	f.Add([]byte("a " + someKey + "\nx\n"))
	f.Add([]byte("|1|AAAA|AAAA " + someKey + "\n[a]:1,b " + someKey))
	f.Add([]byte("@revoked * " + someKey + "\r\n@cert-authority ,! " + someKey))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		clean, changed := blankMalformed(text)
		if !changed && !bytes.Equal(clean, text) {
			t.Fatal("changed without saying so")
		}
		if strings.Count(string(clean), "\n") < strings.Count(string(text), "\n") {
			t.Fatalf("lines are missing: %q", clean)
		}
		file := filepath.Join(dir, "known_hosts")
		if err := os.WriteFile(file, clean, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := knownhosts.NewDB(file); err != nil {
			t.Fatalf("%v: %q", err, clean)
		}
	})
}
