package wire

import (
	"encoding/binary"
	"math"
	"time"
	"unicode/utf8"

	"marsh/jobs"
)

// AppendValue appends v to b. The error is of kind KindValue when v is not a value
// or past the bounds of one; b is then returned as it was.
func AppendValue(b []byte, v jobs.Value) ([]byte, error) {
	e := encoder{buf: b}
	if err := e.value(v, 0); err != nil {
		return b, err
	}
	return e.buf, nil
}

type encoder struct {
	buf   []byte
	nodes int // of the value so far, bounded by jobs.MaxNodes
}

func (e *encoder) value(v jobs.Value, depth int) error {
	if err := e.enter(depth); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		e.buf = append(e.buf, itemNull)
	case bool:
		e.buf = appendBool(e.buf, v)
	case int64:
		e.buf = appendInt(e.buf, v)
	case float64:
		e.buf = binary.BigEndian.AppendUint64(append(e.buf, itemFloat64), math.Float64bits(v))
	case string:
		e.buf = appendString(e.buf, v)
	case []byte:
		e.buf = append(appendHead(e.buf, majorBytes, uint64(len(v))), v...)
	case time.Time:
		e.buf = appendTime(e.buf, v)
	case jobs.List:
		return e.list(v, depth)
	case *jobs.Map:
		return e.mapping(v, depth)
	default:
		return jobs.Errorf(jobs.KindValue, "a %T is not a value that can be sent", v)
	}
	return nil
}

// Counts a value and holds the bounds.
func (e *encoder) enter(depth int) error {
	e.nodes++
	if e.nodes > jobs.MaxNodes {
		return jobs.Errorf(jobs.KindValue, "a value of more than %d parts is too large to send; send its parts one by one", jobs.MaxNodes)
	}
	if depth > jobs.MaxDepth {
		return jobs.Errorf(jobs.KindValue, "a value nested deeper than %d levels cannot be sent (does it contain itself?)", jobs.MaxDepth)
	}
	return nil
}

func (e *encoder) list(l jobs.List, depth int) error {
	e.buf = appendHead(e.buf, majorArray, uint64(len(l)))
	for _, v := range l {
		if err := e.value(v, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) mapping(m *jobs.Map, depth int) error {
	if m == nil {
		e.buf = append(e.buf, itemNull)
		return nil
	}
	e.buf = appendHead(e.buf, majorTag, tagMap)
	e.buf = appendHead(e.buf, majorArray, uint64(1+2*m.Len()))
	e.buf = appendString(e.buf, m.Type)
	for _, k := range m.Keys() {
		v, _ := m.Get(k)
		e.buf = appendString(e.buf, k)
		if err := e.value(v, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, itemTrue)
	}
	return append(b, itemFalse)
}

// Appends a string, which may hold any bytes; CBOR's text may not.
func appendString(b []byte, s string) []byte {
	if utf8.ValidString(s) {
		return append(appendHead(b, majorText, uint64(len(s))), s...)
	}
	b = appendHead(b, majorTag, tagString)
	return append(appendHead(b, majorBytes, uint64(len(s))), s...)
}

func appendTime(b []byte, t time.Time) []byte {
	b = appendHead(b, majorTag, tagTime)
	b = appendHead(b, majorMap, 2)
	b = appendInt(appendInt(b, 1), t.Unix())
	return appendInt(appendInt(b, -9), int64(t.Nanosecond()))
}
