package spool

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
)

// headSize is the size of a frame's head: length and checksum.
const headSize = 8

// What is wrong with the first frame of some data.
var (
	errTorn    = errors.New("it ends too early")
	errDamaged = errors.New("its checksum is wrong")
	errTooLong = errors.New("a record of 4 GiB or more cannot be stored")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(head, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(head[:4], castagnoli), castagnoli, payload)
}

// appendFrame appends a frame whose payload is what encode appends. On an error b is as
// it was.
func appendFrame(b []byte, encode func(b []byte) ([]byte, error)) ([]byte, error) {
	start := len(b)
	out, err := encode(append(b, make([]byte, headSize)...))
	if err != nil {
		return b, err
	}
	head, payload := out[start:start+headSize], out[start+headSize:]
	if uint64(len(payload)) > math.MaxUint32 {
		return b, errTooLong
	}
	binary.BigEndian.PutUint32(head, uint32(len(payload)))
	binary.BigEndian.PutUint32(head[4:], checksum(head, payload))
	return out, nil
}

// frameSize returns the size that the frame at the beginning of data says it has, head
// included; errTorn where data has no whole head.
func frameSize(data []byte) (int64, error) {
	if len(data) < headSize {
		return 0, errTorn
	}
	return headSize + int64(binary.BigEndian.Uint32(data)), nil
}

// splitFrame returns the payload of the frame that data begins with, which stays part of
// data, and what follows. The error is errTorn where data ends within the frame, and
// errDamaged where the checksum is another.
func splitFrame(data []byte) (payload, rest []byte, err error) {
	size, err := frameSize(data)
	if err != nil {
		return nil, data, err
	}
	if size > int64(len(data)) {
		return nil, data, errTorn
	}
	payload, rest = data[headSize:size:size], data[size:]
	if binary.BigEndian.Uint32(data[4:]) != checksum(data, payload) {
		return nil, data, errDamaged
	}
	return payload, rest, nil
}

// cleanPrefix returns how many bytes of data are whole and undamaged frames, from the
// beginning on, and how many frames they are.
func cleanPrefix(data []byte) (size, frames int) {
	rest := data
	for len(rest) > 0 {
		_, after, err := splitFrame(rest)
		if err != nil {
			break
		}
		rest = after
		frames++
	}
	return len(data) - len(rest), frames
}
