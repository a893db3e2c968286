package sshconn

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"

	"marsh/jobs"
)

// Key is a private key: a server's host key, or one that a client shows.
type Key struct {
	signer ssh.Signer
}

// LoadOrCreateKey reads the private key in the file path, or makes an ed25519 key
// there: mode 0600, in OpenSSH's format, whole or not at all when several
// processes do it at once. The directory is made too, mode 0700.
func LoadOrCreateKey(path string) (*Key, error) {
	key, err := loadKey(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := createKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, jobs.Errorf(jobs.KindIO, "the key %s cannot be made: %w", path, err)
	}
	return loadKey(path) // ours, or the one of whoever was faster
}

func loadKey(path string) (*Key, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, jobs.Errorf(jobs.KindIO, "the key cannot be read: %w", err)
	}
	signer, err := ssh.ParsePrivateKey(text)
	if err != nil {
		return nil, jobs.Errorf(jobs.KindUsage, "%s is not a private key without a passphrase: %s", path, clip(err.Error()))
	}
	return &Key{signer: signer}, nil
}

func createKey(path string) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(private, "marsh")
	if err != nil {
		return err
	}
	return createWhole(path, pem.EncodeToMemory(block))
}

// createWhole makes a file that has its whole content from the moment it has its
// name; it fails with fs.ErrExist where there is one.
func createWhole(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}

// Fingerprint returns the key's fingerprint as ssh-keygen shows it: "SHA256:…".
func (k *Key) Fingerprint() string { return ssh.FingerprintSHA256(k.signer.PublicKey()) }

// AuthorizedKey returns the line for an authorized_keys file, with its newline.
func (k *Key) AuthorizedKey() string {
	return string(ssh.MarshalAuthorizedKey(k.signer.PublicKey()))
}

// KnownHost returns the line for a known_hosts file, with its newline. An addr
// is host:port; several stand for the same machine.
func (k *Key) KnownHost(addrs ...string) string {
	return knownhosts.Line(addrs, k.signer.PublicKey()) + "\n"
}

// publicKeyIn returns the public key in the text of a .pub or -cert.pub file; nil
// where there is none.
func publicKeyIn(text []byte) ssh.PublicKey {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("-----")) {
		return nil
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(text)
	if err != nil {
		return nil
	}
	return key
}

func sameKey(a, b ssh.PublicKey) bool {
	return a != nil && b != nil && bytes.Equal(a.Marshal(), b.Marshal())
}

// isDefaultIdentity reports whether path is one that ssh tries without being told.
func isDefaultIdentity(path string) bool {
	return strings.HasPrefix(filepath.Base(path), "id_") && filepath.Base(filepath.Dir(path)) == ".ssh"
}
