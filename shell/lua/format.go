package lua

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// strFormat is string.format, with C's conversions as Lua 5.1 has them.
func strFormat(l *lua.LState) int {
	f := formatter{l: l, arg: 1, text: checkString(l, 1)}
	for f.pos < len(f.text) {
		c := f.text[f.pos]
		f.pos++
		switch {
		case c != '%':
			f.out.WriteByte(c)
		case f.pos < len(f.text) && f.text[f.pos] == '%':
			f.pos++
			f.out.WriteByte('%')
		default:
			f.conversion()
			checkLength(l, f.out.Len())
		}
	}
	return pushString(l, f.out.String())
}

type formatter struct {
	l    *lua.LState
	text string
	pos  int
	arg  int
	out  strings.Builder
}

// spec reads flags, width and precision: at most two digits each.
func (f *formatter) spec() string {
	start := f.pos
	f.skip("-+ #0", 5)
	f.skip("0123456789", 2)
	if f.pos < len(f.text) && f.text[f.pos] == '.' {
		f.pos++
		f.skip("0123456789", 2)
	}
	if f.pos < len(f.text) && isDigit(f.text[f.pos]) {
		f.l.RaiseError("invalid format (width or precision too long)")
	}
	if f.pos >= len(f.text) {
		f.l.RaiseError("invalid conversion '%%%s' to 'format'", f.text[start:])
	}
	return "%" + f.text[start:f.pos]
}

func (f *formatter) skip(chars string, most int) {
	for n := 0; n < most && f.pos < len(f.text) && strings.IndexByte(chars, f.text[f.pos]) >= 0; n++ {
		f.pos++
	}
}

func (f *formatter) conversion() {
	spec := f.spec()
	c := f.text[f.pos]
	f.pos++
	f.arg++
	switch c {
	case 'c':
		f.out.WriteString(fmt.Sprintf(strings.ReplaceAll(spec, "0", "")+"s", string([]byte{byte(f.integer())})))
	case 'd', 'i':
		fmt.Fprintf(&f.out, spec+"d", f.integer())
	case 'u':
		fmt.Fprintf(&f.out, spec+"d", uint64(f.integer()))
	case 'o', 'x', 'X':
		fmt.Fprintf(&f.out, spec+string(c), uint64(f.integer()))
	case 'e', 'E', 'f', 'g', 'G':
		f.float(spec, c)
	case 'q':
		f.out.WriteString(quote(checkString(f.l, f.need())))
	case 's':
		f.str(spec)
	default:
		f.l.RaiseError("invalid option '%%%c' to 'format'", c)
	}
}

// need returns the number of an argument that has to be there.
func (f *formatter) need() int {
	if f.arg > f.l.GetTop() {
		f.l.ArgError(f.arg, "no value")
	}
	return f.arg
}

func (f *formatter) number() float64 {
	n, ok := number(f.l.Get(f.need()))
	if !ok {
		f.l.TypeError(f.arg, lua.LTNumber)
	}
	return n
}

func (f *formatter) integer() int64 {
	n := f.number()
	if math.IsNaN(n) {
		return math.MinInt64
	}
	if n >= 1<<63 && n < 1<<64 {
		return int64(uint64(n))
	}
	return int64(max(min(n, math.MaxInt64), math.MinInt64))
}

func (f *formatter) float(spec string, c byte) {
	n := f.number()
	if math.IsInf(n, 0) || math.IsNaN(n) {
		width, _, _ := strings.Cut(strings.Trim(strings.ReplaceAll(spec, "0", ""), "%"), ".")
		s := formatNumber(n)
		if strings.Contains(width, "+") && n > 0 {
			s = "+" + s
		}
		fmt.Fprintf(&f.out, "%"+strings.ReplaceAll(width, "+", "")+"s", s)
		return
	}
	if (c == 'g' || c == 'G') && !strings.Contains(spec, ".") {
		spec += ".6"
	}
	fmt.Fprintf(&f.out, spec+string(c), n)
}

// Widths and precisions of %s count bytes.
func (f *formatter) str(spec string) {
	s := text(f.l, f.l.Get(f.need()))
	width, prec, cut := strings.Cut(spec[1:], ".")
	if n, _ := strconv.Atoi(prec); cut && n < len(s) {
		s = s[:n]
	}
	left := strings.Contains(width, "-")
	n, _ := strconv.Atoi(strings.TrimLeft(width, "-+ #0"))
	pad := strings.Repeat(" ", max(n-len(s), 0))
	if left {
		f.out.WriteString(s + pad)
		return
	}
	f.out.WriteString(pad + s)
}

// quote writes a string so that Lua reads it back.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '\r':
			b.WriteString(`\r`)
		case 0:
			b.WriteString(`\000`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
