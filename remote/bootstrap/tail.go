package bootstrap

import (
	"strings"
	"sync"
	"unicode"
)

// maxTail is how much is kept of what a machine printed that was not for us, in
// bytes.
const maxTail = 4 << 10

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte // guarded by mu; at most maxTail
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p[max(0, len(p)-maxTail):]...)
	t.buf = append(t.buf[:0], t.buf[max(0, len(t.buf)-maxTail):]...)
	return len(p), nil
}

// String returns what is kept, as it was written.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}

// maxShown bounds the part of it that a message shows, in bytes.
const maxShown = 300

// oneLine makes text from another machine fit for a message: one line, bounded, no
// control characters.
func oneLine(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
	if len(text) > maxShown {
		text = "…" + strings.ToValidUTF8(text[len(text)-maxShown:], "")
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return '?'
		}
		return r
	}, text))
}
