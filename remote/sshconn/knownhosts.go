package sshconn

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"marsh/jobs"
)

// maxKnownHosts bounds a known_hosts file, in bytes.
const maxKnownHosts = 64 << 20

// knownHosts is what the known_hosts files say.
type knownHosts struct {
	db    *knownhosts.HostKeyDB
	names map[string]string // a copy without the malformed lines -> the file it is a copy of
}

// loadKnownHosts reads files. Missing ones are fine; malformed lines are skipped,
// as OpenSSH skips them.
func loadKnownHosts(files []string) (*knownHosts, error) {
	k := &knownHosts{names: map[string]string{}}
	defer k.removeCopies()
	var readable []string
	for _, name := range files {
		use, err := k.prepare(name)
		if err != nil {
			return nil, err
		}
		if use != "" {
			readable = append(readable, use)
		}
	}
	db, err := knownhosts.NewDB(readable...)
	if err != nil {
		return nil, jobs.Errorf(jobs.KindHostKey, "known_hosts cannot be read: %s", clip(err.Error()))
	}
	k.db = db
	return k, nil
}

// prepare returns the file to read for name: itself, a copy without malformed
// lines, or "" where there is none.
func (k *knownHosts) prepare(name string) (string, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !info.Mode().IsRegular():
		return "", nil
	case err == nil && info.Size() > maxKnownHosts:
		return "", jobs.Errorf(jobs.KindHostKey, "%s is larger than %d MiB; is it a known_hosts file?", name, maxKnownHosts>>20)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return "", jobs.Errorf(jobs.KindHostKey, "known_hosts cannot be read: %w", err)
	}
	clean, changed := blankMalformed(text)
	if !changed {
		return name, nil
	}
	return k.copyOf(name, clean)
}

func (k *knownHosts) copyOf(name string, text []byte) (string, error) {
	f, err := os.CreateTemp("", "marsh-known-hosts-*")
	if err != nil {
		return "", jobs.Errorf(jobs.KindIO, "a copy of %s cannot be made: %w", name, err)
	}
	k.names[f.Name()] = name
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", jobs.Errorf(jobs.KindIO, "a copy of %s cannot be made: %w", name, err)
	}
	return f.Name(), nil
}

func (k *knownHosts) removeCopies() {
	for name := range k.names {
		os.Remove(name)
	}
}

// file returns the name of the file that the operator knows.
func (k *knownHosts) file(name string) string {
	if orig, ok := k.names[name]; ok {
		return orig
	}
	return name
}

// blankMalformed empties the lines that the parser would stumble over, so that
// line numbers stay what they are.
func blankMalformed(text []byte) (clean []byte, changed bool) {
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		if knownHostsLine(trimLine(line)) {
			out.Write(line)
			continue
		}
		changed = true
		out.WriteByte('\n')
	}
	return out.Bytes(), changed
}

// trimLine takes away the end of the line and the white space that the parser
// takes away, and no other.
func trimLine(line []byte) []byte {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	return bytes.Trim(line, " \t")
}

// maxKnownHostsLine is the longest line that the library's scanner takes.
const maxKnownHostsLine = 60 << 10

// knownHostsLine reports whether line, without white space around it, is empty, a
// comment, or an entry that both parsers take.
func knownHostsLine(line []byte) bool {
	if len(line) == 0 || line[0] == '#' {
		return true
	}
	if len(line) > maxKnownHostsLine {
		return false
	}
	fields := strings.FieldsFunc(string(line), func(r rune) bool { return r == ' ' || r == '\t' })
	if len(fields) > 0 && (fields[0] == "@cert-authority" || fields[0] == "@revoked") {
		fields = fields[1:]
	}
	if len(fields) < 3 || !knownHostsPattern(fields[0]) {
		return false
	}
	blob, err := base64.StdEncoding.DecodeString(fields[2])
	if err != nil {
		return false
	}
	key, err := ssh.ParsePublicKey(blob)
	return err == nil && key.Type() == fields[1]
}

// knownHostsPattern reports whether the host field can be read: |1|salt|hash, or
// names with commas between them.
func knownHostsPattern(s string) bool {
	if strings.HasPrefix(s, "@") {
		return false
	}
	if strings.HasPrefix(s, "|") {
		return hashedHost(s)
	}
	for name := range strings.SplitSeq(s, ",") {
		bare := strings.TrimPrefix(name, "!")
		if name == "!" || strings.HasPrefix(bare, "[") && !bracketed(bare) {
			return false
		}
	}
	return true
}

// bracketed reports whether s is [host]:port. The port may be a pattern.
func bracketed(s string) bool {
	_, _, err := net.SplitHostPort(s)
	return err == nil
}

// hashedHost reports whether s is |1|salt|hash, both in base64.
func hashedHost(s string) bool {
	parts := strings.Split(s, "|")
	if len(parts) != 4 || parts[1] != "1" {
		return false
	}
	_, saltErr := base64.StdEncoding.DecodeString(parts[2])
	_, hashErr := base64.StdEncoding.DecodeString(parts[3])
	return saltErr == nil && hashErr == nil
}

// appendKnownHost adds a line for addr to the file, which it makes if need be.
func appendKnownHost(file, addr string, key ssh.PublicKey, hash bool) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	host := knownhosts.Normalize(addr)
	line := knownhosts.Line([]string{addr}, key)
	if hash {
		line = strings.Replace(line, host, xknownhosts.HashHostname(host), 1)
	}
	// One write, so that two shells that add at once do not mix their lines.
	_, err = f.WriteString(missingNewline(f) + line + "\n")
	return err
}

// missingNewline returns the newline that the end of f lacks.
func missingNewline(f *os.File) string {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return ""
	}
	var last [1]byte
	if _, err := f.ReadAt(last[:], info.Size()-1); err != nil || last[0] == '\n' {
		return ""
	}
	return "\n"
}
