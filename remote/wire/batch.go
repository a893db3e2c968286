package wire

import (
	"io"
	"math"
	"time"

	"marsh/jobs"
)

// A record's time is sent as a difference when it is less than this many seconds from
// 1970, so that neither the time nor a difference of two overflows 64 bits of nanoseconds.
const maxDeltaSeconds = 3_800_000_000

// Batch collects records into the payload of a Records frame. The zero Batch is empty
// and ready to use.
type Batch struct {
	buf  []byte
	prev int64 // the time of the record before, in nanoseconds since 1970
}

// Len returns the size of the payload so far, in bytes.
func (b *Batch) Len() int { return len(b.buf) }

// Add adds a record. In one batch the Seq of records must go up by one. When the
// record cannot be carried, or is larger than MaxMessage, the batch stays as it was and
// the error is of kind KindValue or KindLimit.
func (b *Batch) Add(r jobs.Record) error {
	start, prev := len(b.buf), b.prev
	if start == 0 {
		b.buf, b.prev = appendHead(b.buf, majorUint, r.Seq), 0
	}
	b.buf = appendHead(b.buf, majorUint, uint64(r.Stream))
	b.appendTime(r.Time)
	if err := b.appendValue(r.Value); err != nil {
		b.buf, b.prev = b.buf[:start], prev
		return err
	}
	if len(b.buf)-start > maxRecord {
		err := jobs.Errorf(jobs.KindLimit, "a record of %d bytes is larger than the %d that can be sent; write it in parts", len(b.buf)-start, maxRecord)
		b.buf, b.prev = b.buf[:start], prev
		return err
	}
	return nil
}

// What a record may take, so that a batch that has not reached a frame's size yet has
// room for one more.
const maxRecord = MaxMessage - MaxPayload

// Appends a value; a string, which nearly all records are, without a detour.
func (b *Batch) appendValue(v jobs.Value) (err error) {
	if s, ok := v.(string); ok {
		b.buf = appendString(b.buf, s)
		return nil
	}
	b.buf, err = AppendValue(b.buf, v)
	return err
}

func (b *Batch) appendTime(t time.Time) {
	if t.IsZero() {
		b.buf = append(b.buf, itemNull)
		return
	}
	sec := t.Unix()
	if sec < -maxDeltaSeconds || sec > maxDeltaSeconds {
		b.buf = appendTime(b.buf, t)
		return
	}
	now := sec*1e9 + int64(t.Nanosecond())
	b.buf = appendInt(b.buf, now-b.prev)
	b.prev = now
}

// Take returns the payload and empties the batch, which goes on in the memory of
// spare.
func (b *Batch) Take(spare []byte) []byte {
	payload := b.buf
	b.buf, b.prev = spare[:0], 0
	return payload
}

// BatchReader reads the records of a Records payload one by one.
type BatchReader struct {
	d    decoder
	seq  uint64
	prev int64
}

// NewBatchReader returns a reader of payload. The records share no memory with it.
func NewBatchReader(payload []byte) (*BatchReader, error) {
	r := &BatchReader{d: decoder{data: payload}}
	seq, err := r.d.expect(majorUint, "a batch that does not begin with a number")
	r.seq = seq
	return r, err
}

// Next returns the next record; io.EOF after the last; an error of kind KindProtocol
// when there is something else.
func (r *BatchReader) Next() (jobs.Record, error) {
	if r.d.rest() == 0 {
		return jobs.Record{}, io.EOF
	}
	stream, err := r.d.expect(majorUint, "a record without a stream")
	if err != nil {
		return jobs.Record{}, err
	}
	if stream == 0 || stream > math.MaxUint8 {
		return jobs.Record{}, r.d.malformed("a stream that is none")
	}
	t, err := r.time()
	if err != nil {
		return jobs.Record{}, err
	}
	r.d.nodes = 0
	v, err := r.d.value(0)
	if err != nil {
		return jobs.Record{}, err
	}
	rec := jobs.Record{Seq: r.seq, Time: t, Stream: jobs.StreamKind(stream), Value: v}
	r.seq++
	return rec, nil
}

func (r *BatchReader) time() (time.Time, error) {
	if r.d.rest() == 0 {
		return time.Time{}, r.d.malformed("a record without a time")
	}
	switch first := r.d.data[r.d.off]; {
	case first == itemNull:
		r.d.off++
		return time.Time{}, nil
	case first&0xe0 == majorTag:
		return r.absolute()
	}
	delta, err := r.d.int64()
	if err != nil {
		return time.Time{}, err
	}
	return r.later(delta)
}

func (r *BatchReader) absolute() (time.Time, error) {
	r.d.nodes = 0
	v, err := r.d.value(jobs.MaxDepth)
	if err != nil {
		return time.Time{}, err
	}
	t, ok := v.(time.Time)
	if !ok {
		return time.Time{}, r.d.malformed("a record's time that is none")
	}
	return t, nil
}

func (r *BatchReader) later(delta int64) (time.Time, error) {
	now := r.prev + delta
	if (now > r.prev) != (delta > 0) {
		return time.Time{}, r.d.malformed("a record's time that is out of range")
	}
	r.prev = now
	return time.Unix(0, now).UTC(), nil
}
