package format

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"marsh/jobs"
)

// AppendJSON appends v to dst as JSON on one line, without a newline: maps as
// objects in their order, bytes in base64, times in RFC 3339, numbers that are not
// finite as null. What is not UTF-8 in a string becomes U+FFFD. A host other than
// "" is added to a map as PSComputerName, unless the map has that property; any
// other value is put into an object, as Value beside PSComputerName.
func AppendJSON(dst []byte, v jobs.Value, host string) []byte {
	if host == "" {
		return appendValue(dst, v)
	}
	m, ok := v.(*jobs.Map)
	if !ok || m == nil {
		return appendObject(dst, jobs.NewMap("", hostColumn, host, "Value", v))
	}
	if _, ok := findKey(m, hostColumn); !ok {
		m = m.Clone()
		m.Set(hostColumn, host)
	}
	return appendObject(dst, m)
}

func appendValue(dst []byte, v jobs.Value) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return appendFloat(dst, v)
	case string:
		return appendString(dst, v)
	case []byte:
		return appendString(dst, base64.StdEncoding.EncodeToString(v))
	case time.Time:
		return appendString(dst, v.Format(time.RFC3339Nano))
	case jobs.List:
		return appendList(dst, v)
	case *jobs.Map:
		return appendObject(dst, v)
	}
	return append(dst, "null"...)
}

func appendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}

func appendList(dst []byte, l jobs.List) []byte {
	dst = append(dst, '[')
	for i, e := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendValue(dst, e)
	}
	return append(dst, ']')
}

func appendObject(dst []byte, m *jobs.Map) []byte {
	dst = append(dst, '{')
	for i, k := range m.Keys() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, k), ':')
		v, _ := m.Get(k)
		dst = appendValue(dst, v)
	}
	return append(dst, '}')
}

// Appends s as a JSON string in which everything that could drive a terminal is
// escaped too, which JSON itself asks for only below U+0020.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"', r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '\t':
			dst = append(dst, '\\', 't')
		case r < ' ', r >= 0x7f && r < 0xa0, deceives(r):
			dst = fmt.Appendf(dst, `\u%04x`, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
