package wire

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"marsh/jobs"
)

// DecodeValue reads the one value in data. The error is of kind KindProtocol. The
// value shares no memory with data, and takes memory in proportion to it.
func DecodeValue(data []byte) (jobs.Value, error) {
	d := decoder{data: data}
	v, err := d.value(0)
	if err == nil && d.rest() != 0 {
		return nil, d.malformed("something after the value")
	}
	return v, err
}

// A decoder reads items from data. It trusts no length before it has seen as many bytes.
type decoder struct {
	data  []byte
	off   int // of the next byte to read
	nodes int // of the value so far, bounded by jobs.MaxNodes
	owed  int // items that lists have announced and that have not come
}

func (d *decoder) rest() int { return len(d.data) - d.off }

func (d *decoder) malformed(what string) error {
	return jobs.Errorf(jobs.KindProtocol, "malformed data: %s (at byte %d of %d)", what, d.off, len(d.data))
}

// Reads a head: its first byte's high three bits, its low five, and its number.
func (d *decoder) head() (major, info byte, n uint64, err error) {
	if d.off >= len(d.data) {
		return 0, 0, 0, d.malformed("it ends too early")
	}
	b := d.data[d.off]
	major, info = b&0xe0, b&0x1f
	if info < 24 {
		d.off++
		return major, info, uint64(info), nil
	}
	if info > 27 {
		return 0, 0, 0, d.malformed("a head of unknown or indefinite length")
	}
	size := 1 << (info - 24)
	if d.rest() < 1+size {
		return 0, 0, 0, d.malformed("it ends too early")
	}
	n = bigEndian(d.data[d.off+1 : d.off+1+size])
	d.off += 1 + size
	return major, info, n, nil
}

func bigEndian(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.BigEndian.Uint16(b))
	case 4:
		return uint64(binary.BigEndian.Uint32(b))
	}
	return binary.BigEndian.Uint64(b)
}

func (d *decoder) value(depth int) (jobs.Value, error) {
	d.nodes++
	if d.nodes > jobs.MaxNodes || depth > jobs.MaxDepth {
		return nil, d.malformed("a value past the bounds of one")
	}
	major, info, n, err := d.head()
	if err != nil {
		return nil, err
	}
	switch major {
	case majorUint, majorNeg:
		return boxed(d.integer(major, n))
	case majorBytes:
		return d.bytes(n)
	case majorText:
		return d.text(n)
	case majorArray:
		return d.list(n, depth)
	case majorTag:
		return d.tagged(n, depth)
	case majorSimple:
		return d.simple(info, n)
	}
	return nil, d.malformed("an item that is no value")
}

func boxed(n int64, err error) (jobs.Value, error) { return n, err }

func (d *decoder) integer(major byte, n uint64) (int64, error) {
	if n > math.MaxInt64 {
		return 0, d.malformed("an integer of more than 64 bits")
	}
	if major == majorNeg {
		return ^int64(n), nil
	}
	return int64(n), nil
}

func (d *decoder) simple(info byte, n uint64) (jobs.Value, error) {
	switch majorSimple | info {
	case itemFalse:
		return false, nil
	case itemTrue:
		return true, nil
	case itemNull:
		return nil, nil
	case itemFloat64:
		return math.Float64frombits(n), nil
	}
	return nil, d.malformed("an unknown simple value")
}

// Returns the next n bytes, which stay part of data.
func (d *decoder) take(n uint64) ([]byte, error) {
	if n > uint64(d.rest()) {
		return nil, d.malformed("it ends too early")
	}
	b := d.data[d.off : d.off+int(n)]
	d.off += int(n)
	return b, nil
}

func (d *decoder) bytes(n uint64) (jobs.Value, error) {
	b, err := d.take(n)
	if err != nil {
		return nil, err
	}
	return append(make([]byte, 0, len(b)), b...), nil
}

func (d *decoder) text(n uint64) (jobs.Value, error) {
	b, err := d.take(n)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(b) {
		return nil, d.malformed("a text that is not UTF-8")
	}
	return string(b), nil
}

// Reads a head of the given major type, and returns its number.
func (d *decoder) expect(major byte, what string) (uint64, error) {
	m, _, n, err := d.head()
	if err == nil && m != major {
		err = d.malformed(what)
	}
	return n, err
}

func (d *decoder) int64() (int64, error) {
	major, _, n, err := d.head()
	if err != nil {
		return 0, err
	}
	if major != majorUint && major != majorNeg {
		return 0, d.malformed("not an integer")
	}
	return d.integer(major, n)
}
