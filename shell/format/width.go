package format

import (
	"strings"
	"sync"

	"github.com/rivo/uniseg"
)

const ellipsis = "…"

// ambiguous guards the library's one setting: how many columns the characters of
// ambiguous width take (UAX #11), which East Asian fonts draw wide.
var ambiguous sync.RWMutex

// SetAmbiguous says how many columns characters of ambiguous width take from now on, 1
// or 2, in the whole process.
func SetAmbiguous(columns int) {
	ambiguous.RLock()
	same := uniseg.EastAsianAmbiguousWidth == columns
	ambiguous.RUnlock()
	if same {
		return
	}
	ambiguous.Lock()
	defer ambiguous.Unlock()
	uniseg.EastAsianAmbiguousWidth = columns
}

// Width returns the number of terminal columns that s takes, which must be text
// that [Visible] made: wide characters take two, combining ones none.
func Width(s string) int {
	if ascii(s) {
		return len(s)
	}
	ambiguous.RLock()
	defer ambiguous.RUnlock()
	return uniseg.StringWidth(s)
}

// Cluster returns the length in bytes of the character that s begins with and of all
// that is drawn into it, such as combining marks (an extended grapheme cluster of
// UAX #29); 0 for "".
func Cluster(s string) int {
	if len(s) < 2 || s[0] < 0x80 && s[1] < 0x80 && s[0] != '\r' {
		return min(len(s), 1)
	}
	ambiguous.RLock()
	defer ambiguous.RUnlock()
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return len(cluster)
}

// Cut returns s, or as much of its beginning as fits into width columns with an
// ellipsis behind it. No character is cut apart. A width of less than 1 gives "".
func Cut(s string, width int) string {
	if width < 1 {
		return ""
	}
	if len(s) <= width && ascii(s) || Width(s) <= width {
		return s
	}
	room := width - Width(ellipsis)
	if room < 0 {
		return ""
	}
	ambiguous.RLock()
	defer ambiguous.RUnlock()
	used, end, rest, state := 0, 0, s, -1
	for rest != "" {
		var cluster string
		var w int
		cluster, rest, w, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used+w > room {
			break
		}
		used, end = used+w, end+len(cluster)
	}
	return s[:end] + ellipsis
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Returns s with spaces before or behind it, to be width columns wide.
func pad(s string, width int, right bool) string {
	n := width - Width(s)
	if n <= 0 {
		return s
	}
	if right {
		return strings.Repeat(" ", n) + s
	}
	return s + strings.Repeat(" ", n)
}
