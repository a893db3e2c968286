package sshconn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// identity is a key to offer: a file, or a key that the agent holds.
type identity struct {
	name   string        // what messages call it: the path, "agent key …"
	file   string        // the private key's path; "" for the agent's
	public ssh.PublicKey // nil where only the passphrase would tell
	signer ssh.Signer    // nil while the file is locked by its passphrase
	text   []byte        // the locked file's content
	err    error         // why it cannot be offered; nil if it can
	cert   *ssh.Certificate
}

// maxKeyFile bounds a key file, in bytes.
const maxKeyFile = 1 << 20

// readIdentity reads the private key at path, or what its .pub tells of it. A
// file that is a public key only chooses one of the agent's.
func readIdentity(path string) identity {
	id := identity{name: path, file: path}
	text, err := readSmall(path)
	if err != nil {
		id.err = err
		id.public = readPublic(path + ".pub") // the agent may have the private half
		return id
	}
	if id.public = publicKeyIn(text); id.public != nil {
		id.err = errText("it is a public key, and the agent does not have its private half")
		return id
	}
	if id.err = tooOpen(path); id.err != nil {
		return id
	}
	id.parse(text)
	return id
}

func (id *identity) parse(text []byte) {
	signer, err := ssh.ParsePrivateKey(text)
	locked, isLocked := errors.AsType[*ssh.PassphraseMissingError](err)
	switch {
	case err == nil:
		id.signer, id.public = signer, signer.PublicKey()
	case isLocked:
		id.text, id.public = text, locked.PublicKey
		if id.public == nil { // the older formats hide it
			id.public = readPublic(id.name + ".pub")
		}
	case bytes.HasPrefix(text, []byte("-----BEGIN OPENSSH PRIVATE KEY")):
		id.public = readPublic(id.name + ".pub") // the agent may be able to use it
		id.err = fmt.Errorf("marsh cannot use this kind of key by itself (%s); ssh-add it", clip(err.Error()))
	default:
		id.err = fmt.Errorf("it is not a private key that marsh can read: %s", clip(err.Error()))
	}
}

// tooOpen refuses a key that others on this machine can read, as OpenSSH does.
func tooOpen(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("others can read it (mode %04o); chmod 600 it", mode)
	}
	return nil
}

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxKeyFile))
}

func readPublic(path string) ssh.PublicKey {
	text, err := readSmall(path)
	if err != nil {
		return nil
	}
	return publicKeyIn(text)
}

// readCertificate reads an OpenSSH user certificate; nil where there is none.
func readCertificate(path string) *ssh.Certificate {
	cert, _ := readPublic(path).(*ssh.Certificate)
	return cert
}

// maxPassphrases is how often a passphrase is asked for.
const maxPassphrases = 3

// unlock returns the identity's signer, asking for its passphrase if need be.
func (id *identity) unlock(a *attempt) (ssh.Signer, error) {
	if id.signer == nil {
		if err := id.askPassphrase(a); err != nil {
			return nil, err
		}
	}
	signer := id.signer
	if id.held() {
		signer = &patientSigner{Signer: signer, id: id, clock: a.asker.clock, stop: a.stopAgent}
	}
	signer, err := a.s.only(signer)
	if err != nil || id.cert == nil {
		return signer, err
	}
	return ssh.NewCertSigner(id.cert, signer)
}

// held reports whether the agent has the key.
func (id *identity) held() bool { return id.file == "" }

// askPassphrase asks once for all machines that want this key at the same time.
func (id *identity) askPassphrase(a *attempt) error {
	text, seen := "passphrase for the key "+id.file+":", 0
	for range maxPassphrases {
		answer, n, err := a.share("passphrase for "+id.file, seen, text)
		if err != nil {
			return jobs.Errorf(jobs.KindAuth, "no passphrase for the key %s: %w", id.file, err)
		}
		if answer == "" {
			return errText("no passphrase was given")
		}
		if id.signer, err = ssh.ParsePrivateKeyWithPassphrase(id.text, []byte(answer)); err == nil {
			return nil
		}
		seen, text = n, "that is not it; passphrase for the key "+id.file+":"
	}
	return errText("the passphrase was wrong")
}
