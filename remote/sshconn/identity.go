package sshconn

import (
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
	id := identity{name: path}
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
func (id *identity) unlock(a asker) (ssh.Signer, error) {
	if id.signer == nil {
		if err := id.askPassphrase(a); err != nil {
			return nil, err
		}
	}
	if id.cert != nil {
		return ssh.NewCertSigner(id.cert, id.signer)
	}
	return id.signer, nil
}

func (id *identity) askPassphrase(a asker) error {
	text := "passphrase for the key " + id.name
	for range maxPassphrases {
		answer, err := a.ask(text, true)
		if err != nil {
			return jobs.Errorf(jobs.KindAuth, "no passphrase for the key %s: %w", id.name, err)
		}
		if answer == "" {
			return errText("no passphrase was given")
		}
		if id.signer, err = ssh.ParsePrivateKeyWithPassphrase(id.text, []byte(answer)); err == nil {
			return nil
		}
		text = "that is not it; passphrase for the key " + id.name
	}
	return errText("the passphrase was wrong")
}
