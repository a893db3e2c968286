package wire

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"

	"github.com/fxamacker/cbor/v2"

	"marsh/jobs"
)

const magic = "\x89marsh\r\n\x1a\n"

// A hello is no larger than this, in bytes.
const maxHello = 4 << 10

// Hello is what each end says first.
type Hello struct {
	Version uint32 // of the protocol
	Build   string // names the program; at most 256 bytes of it are sent
	Window  uint32 // the credit, in bytes, that each run begins with
}

type helloMessage struct {
	Version uint32 `cbor:"1,keyasint"`
	Build   text   `cbor:"2,keyasint"`
	Window  uint32 `cbor:"3,keyasint"`
}

// WriteHello writes h, in one Write.
func WriteHello(w io.Writer, h Hello) error {
	data, err := cbor.Marshal(helloMessage{h.Version, cut(h.Build, 256), h.Window})
	if err != nil {
		return err
	}
	b := binary.BigEndian.AppendUint16([]byte(magic), uint16(len(data)))
	_, err = w.Write(append(b, data...))
	return err
}

// ReadHello reads a hello, and skips up to limit bytes that come before it, which it
// returns also when it fails. The error is of kind KindProtocol, or what reading gave:
// io.EOF when nothing came at all, io.ErrUnexpectedEOF when it ended before the hello did.
func ReadHello(r *bufio.Reader, limit int) (h Hello, noise []byte, err error) {
	noise, err = skipNoise(r, limit)
	if err != nil {
		return Hello{}, noise, err
	}
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return Hello{}, noise, unexpected(err)
	}
	n := binary.BigEndian.Uint16(size[:])
	if n > maxHello {
		return Hello{}, noise, jobs.Errorf(jobs.KindProtocol, "a greeting of %d bytes is larger than the %d allowed", n, maxHello)
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(r, data); err != nil {
		return Hello{}, noise, unexpected(err)
	}
	var m helloMessage
	err = unmarshal(data, &m)
	return Hello{m.Version, string(m.Build), m.Window}, noise, err
}

// Reads up to and including the magic, and returns what came before it.
func skipNoise(r *bufio.Reader, limit int) ([]byte, error) {
	var seen []byte
	for !bytes.HasSuffix(seen, []byte(magic)) {
		if len(seen) >= limit+len(magic) {
			return seen, jobs.Errorf(jobs.KindProtocol, "no greeting in the first %d bytes", limit)
		}
		c, err := r.ReadByte()
		if err != nil && len(seen) > 0 {
			err = unexpected(err)
		}
		if err != nil {
			return seen, err
		}
		seen = append(seen, c)
	}
	return seen[:len(seen)-len(magic)], nil
}
