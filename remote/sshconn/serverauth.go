package sshconn

import (
	"bytes"
	"os"

	"golang.org/x/crypto/ssh"
)

// config returns the configuration for one connection.
func (v *serving) config() *ssh.ServerConfig {
	cfg := &ssh.ServerConfig{
		PublicKeyCallback: v.checkKey,
		ServerVersion:     ServerVersion,
		MaxAuthTries:      maxAuthAttempts,
		AuthLogCallback:   v.logAuth,
	}
	cfg.AddHostKey(v.HostKey.signer)
	return cfg
}

// checkKey lets the user in who runs this server, with a key of the
// authorized_keys file.
func (v *serving) checkKey(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
	if meta.User() != v.account.user {
		return nil, errText("no such user: this server serves " + v.account.user)
	}
	text, err := v.readAuthorized()
	if err != nil {
		return nil, err
	}
	if !v.authorized(text, key) {
		return nil, errText("the key is not in " + v.AuthorizedKeys)
	}
	return &ssh.Permissions{Extensions: map[string]string{"key": describeKey(key)}}, nil
}

// readAuthorized reads the authorized_keys file, if others cannot write to it.
func (v *serving) readAuthorized() ([]byte, error) {
	info, err := os.Stat(v.AuthorizedKeys)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o022 != 0 {
		v.log.event("Authentication refused: bad ownership or modes for file %s", v.AuthorizedKeys)
		return nil, errText("others can write to " + v.AuthorizedKeys)
	}
	return readSmall(v.AuthorizedKeys)
}

// authorized reports whether key has a line of its own in text. A line with
// options does not count: they limit what a key may do, and are not supported.
func (v *serving) authorized(text []byte, key ssh.PublicKey) bool {
	for line := range bytes.Lines(text) {
		known, _, options, _, err := ssh.ParseAuthorizedKey(line)
		if err != nil || !sameKey(known, key) {
			continue
		}
		if len(options) == 0 {
			return true
		}
		v.log.event("a key in %s has options, which are not supported: not used", v.AuthorizedKeys)
	}
	return false
}

// logAuth writes that an attempt failed. The one without a key, with which every
// client begins, is no event; which one succeeded is known after the handshake.
func (v *serving) logAuth(meta ssh.ConnMetadata, method string, err error) {
	if err != nil && method != "none" {
		v.log.event("Failed %s for %s from %s ssh2: %s", clip(method), clip(meta.User()), addrPort(meta.RemoteAddr()), clip(err.Error()))
	}
}

func (v *serving) logAccepted(conn *ssh.ServerConn) {
	v.log.event("Accepted publickey for %s from %s ssh2: %s", clip(conn.User()), addrPort(conn.RemoteAddr()), conn.Permissions.Extensions["key"])
}
