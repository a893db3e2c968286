package wire

import (
	"encoding/binary"
	"errors"
	"io"

	"marsh/jobs"
)

// Version is the version of the protocol. Two ends of different versions do not talk.
const Version = 1

// Bounds of what travels.
const (
	// MaxPayload is the size of a frame's payload, in bytes.
	MaxPayload = 64 << 10
	// MaxMessage is the size of a script, or of a batch of records, in bytes,
	// all its Parts together. A single record may take all of it.
	MaxMessage = 16 << 20
	// MaxNoise is how many bytes may come before the agent's hello.
	MaxNoise = 64 << 10
	// MinWindow is the smallest credit window, in bytes: with it there is always
	// room for one frame more than what a reader has not yet acknowledged.
	MinWindow = 4 * MaxPayload
	// MaxWindow is the largest credit window, in bytes.
	MaxWindow = 64 << 20
	// HeaderSize is the size of a frame's header, in bytes.
	HeaderSize = 9
)

// Type says what a frame is. The numbers never change.
type Type uint8

// The types of frames.
const (
	Run Type = iota + 1
	Records
	End
	Cancel
	Credit
	Ping
	Pong
	Bye
	Part
	Detach
)

// Frame is one frame. Payload belongs to whoever read the frame.
type Frame struct {
	Type    Type
	Run     uint32 // the run it concerns; 0 for the link
	Payload []byte // at most MaxPayload bytes
}

// AppendFrame appends the frame to b. It panics when the payload is larger than
// MaxPayload, which is the caller's to prevent.
func AppendFrame(b []byte, t Type, run uint32, payload []byte) []byte {
	if len(payload) > MaxPayload {
		panic("wire: payload too large")
	}
	b = append(b, byte(t))
	b = binary.BigEndian.AppendUint32(b, run)
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)))
	return append(b, payload...)
}

// FrameReader reads frames. It allocates no more than one frame's payload at a time.
type FrameReader struct {
	r    io.Reader
	head [HeaderSize]byte
}

// NewFrameReader returns a reader of the frames in r. It does many small reads.
func NewFrameReader(r io.Reader) *FrameReader { return &FrameReader{r: r} }

// Next reads a frame. The error is io.EOF between two frames, io.ErrUnexpectedEOF
// within one, or of kind KindProtocol when the frame is too large to be one.
func (f *FrameReader) Next() (Frame, error) {
	if _, err := io.ReadFull(f.r, f.head[:]); err != nil {
		return Frame{}, err
	}
	n := binary.BigEndian.Uint32(f.head[5:])
	if n > MaxPayload {
		return Frame{}, jobs.Errorf(jobs.KindProtocol, "a frame of %d bytes is larger than the %d allowed", n, MaxPayload)
	}
	payload := make([]byte, n)
	if _, err := io.ReadFull(f.r, payload); err != nil {
		return Frame{}, unexpected(err)
	}
	return Frame{Type: Type(f.head[0]), Run: binary.BigEndian.Uint32(f.head[1:]), Payload: payload}, nil
}

// Makes an end of the input an end in the middle of something.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
