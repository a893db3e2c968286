package sshconn

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// The picture of a key: a bishop walks over a board, and how often it was on a square is
// shown by these. D. Loss and others, "The drunken bishop", 2009; the board and the border
// are those of ssh-keygen -lv.
const (
	artWide  = 17
	artHigh  = 9
	artSigns = " .o+=*BOX@%&#/^SE" // the last two are the start and the end
)

// randomart returns the picture of a key's fingerprint, several lines without a newline at
// the end. People compare it faster than letters.
func randomart(key ssh.PublicKey) string {
	var board [artHigh][artWide]int
	x, y := artWide/2, artHigh/2
	most := len(artSigns) - 3
	for _, b := range sha256.Sum256(key.Marshal()) {
		for range 4 {
			x = min(max(x+2*int(b&1)-1, 0), artWide-1)
			y = min(max(y+int(b&2)-1, 0), artHigh-1)
			board[y][x] = min(board[y][x]+1, most)
			b >>= 2
		}
	}
	board[artHigh/2][artWide/2] = most + 1
	board[y][x] = most + 2
	lines := []string{border(fmt.Sprintf("[%s %d]", keyKind(key), keyBits(key)))}
	for _, row := range board {
		var b strings.Builder
		for _, n := range row {
			b.WriteByte(artSigns[n])
		}
		lines = append(lines, "|"+b.String()+"|")
	}
	return strings.Join(append(lines, border("[SHA256]")), "\n")
}

// border returns a line with a title in its middle.
func border(title string) string {
	if len(title) > artWide {
		title = title[:strings.LastIndexByte(title, ' ')] + "]" // no room for the size
	}
	title = title[:min(len(title), artWide)]
	left := (artWide - len(title)) / 2
	return "+" + strings.Repeat("-", left) + title + strings.Repeat("-", artWide-left-len(title)) + "+"
}

// keyBits returns a key's size as ssh-keygen has it.
func keyBits(key ssh.PublicKey) int {
	if bits := rsaBits(key); bits > 0 {
		return bits
	}
	if c, ok := key.(ssh.CryptoPublicKey); ok {
		if k, ok := c.CryptoPublicKey().(*ecdsa.PublicKey); ok {
			return k.Curve.Params().BitSize
		}
	}
	return 256
}

// keyKind names the kind of a key as ssh-keygen does, such as ED25519 or ECDSA-SK.
func keyKind(key ssh.PublicKey) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(key.Type(), "sk-"), "@")
	sk := strings.HasPrefix(key.Type(), "sk-")
	cert := strings.Contains(kind, "-cert-")
	kind, _, _ = strings.Cut(strings.TrimPrefix(kind, "ssh-"), "-")
	if sk {
		kind += "-sk"
	}
	if cert {
		kind += "-cert"
	}
	return strings.ToUpper(kind)
}
