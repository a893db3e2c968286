package lua

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxExact is the first integer past which a number cannot tell its neighbours apart.
const maxExact = 1 << 53

// Spaces, as the C locale has them.
const spaces = " \t\n\v\f\r"

// parseNumber reads a number as Lua 5.1 does: decimal with a fraction and an
// exponent, or hexadecimal without, and space around it. There are no octal
// numbers, underscores, infinities or NaNs.
func parseNumber(s string) (float64, bool) {
	s = strings.Trim(s, spaces)
	digits, negative := strings.CutPrefix(s, "-")
	if !negative {
		digits = strings.TrimPrefix(s, "+")
	}
	n, ok := parseDigits(digits)
	if negative {
		n = -n
	}
	return n, ok
}

func parseDigits(s string) (float64, bool) {
	if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		return parseBase(s[2:], 16)
	}
	if s == "" || strings.Trim(s, "0123456789.eE+-") != "" || s[0] == '+' || s[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil || math.IsInf(n, 0)
}

// Reads digits of base 2 to 36.
func parseBase(s string, base int) (float64, bool) {
	n := 0.0
	for _, c := range strings.ToLower(s) {
		d := int(c - '0')
		if c >= 'a' {
			d = int(c-'a') + 10
		}
		if d < 0 || d >= base || c > 'z' || c > '9' && c < 'a' {
			return 0, false
		}
		n = n*float64(base) + float64(d)
	}
	return n, s != ""
}

// formatNumber writes a number as tostring does: integers below 2^53 in full,
// others as C's "%.14g".
func formatNumber(n float64) string {
	switch {
	case math.IsNaN(n):
		return "nan"
	case math.IsInf(n, 1):
		return "inf"
	case math.IsInf(n, -1):
		return "-inf"
	case n == 0 && math.Signbit(n):
		return "-0"
	case n == math.Trunc(n) && math.Abs(n) < maxExact:
		return strconv.FormatInt(int64(n), 10)
	}
	return fmt.Sprintf("%.14g", n)
}

// number returns a string or number as a number.
func number(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return parseNumber(string(v))
	}
	return 0, false
}
