package spool

import (
	"errors"
	"io/fs"
	"iter"

	"marsh/jobs"
)

// Append keeps records, a batch at a time: a batch is stored whole or not at all.
func (st *store) Append(records iter.Seq[jobs.Record]) (int, error) {
	if st.closed {
		return 0, jobs.ErrClosed
	}
	buf, err := st.spool.work()
	if err != nil {
		return 0, err
	}
	b := &batch{store: st, buf: buf}
	defer func() { st.spool.rest(b.buf) }()
	if err := st.makeDir(); err != nil {
		return 0, err
	}
	for r := range records {
		if err := b.add(r); err != nil {
			return b.stored, err
		}
	}
	err = b.flush()
	return b.stored, err
}

// segmentSize is how large a segment may become.
func (st *store) segmentSize() int64 {
	job, _ := st.spool.Quotas()
	return max(4<<10, min(maxSegment, job/16))
}

// batch is records on their way to a segment.
type batch struct {
	store       *store
	buf         []byte
	limit       int64  // how large buf may become; set when it begins
	first, next uint64 // the Seq of the records in buf
	stored      int    // records that were written
}

// add adds a record; first it writes what is there, where both are too much together or
// the record does not follow. Where a quota is full already, nothing is encoded.
func (b *batch) add(r jobs.Record) error {
	if b.first != b.next && r.Seq != b.next {
		if err := b.flush(); err != nil {
			return err
		}
	}
	if b.first == b.next {
		if err := b.begin(r.Seq); err != nil {
			return err
		}
	}
	before := len(b.buf)
	buf, err := appendFrame(b.buf, func(to []byte) ([]byte, error) { return b.store.spool.options.Encode(to, r) })
	if err != nil {
		return errors.Join(b.flush(), err)
	}
	b.buf = buf
	if before > 0 && int64(len(buf)) > b.limit {
		return b.split(before, r.Seq)
	}
	b.next = r.Seq + 1
	return nil
}

// begin begins an empty batch, which fits what the quotas have left.
func (b *batch) begin(seq uint64) error {
	room := b.store.account.room()
	if room <= 0 {
		return b.store.account.reserve(1)
	}
	b.first, b.next = seq, seq
	b.limit = min(maxBatch, b.store.segmentSize(), room)
	return nil
}

// split writes all but the last record, which begins at byte n and begins a new batch.
func (b *batch) split(n int, seq uint64) error {
	all := b.buf
	b.buf = all[:n]
	if err := b.flush(); err != nil {
		return err
	}
	if err := b.begin(seq); err != nil {
		return err
	}
	b.buf = append(all[:0], all[n:]...)
	b.next = seq + 1
	return nil
}

// flush writes the batch, and begins an empty one.
func (b *batch) flush() error {
	n := int(b.next - b.first)
	if n == 0 {
		return nil
	}
	if err := b.store.write(b.buf, b.first, b.next); err != nil {
		return err
	}
	b.stored += n
	b.buf, b.first, b.next = b.buf[:0], 0, 0
	return nil
}

// write writes a batch to the last segment, or to a new one where that is full.
func (st *store) write(data []byte, first, next uint64) error {
	size := int64(len(data))
	if err := st.account.reserve(size); err != nil {
		return err
	}
	seg := st.segmentFor(size, first)
	if err := st.spool.files.WriteAt(seg.path, seg.size, data); err != nil {
		st.account.refund(size)
		if errors.Is(err, fs.ErrNotExist) {
			st.dir = "" // somebody removed it
		}
		return cannotStore(st.spool.options.Dir, err)
	}
	if seg.size == 0 {
		st.segments = append(st.segments, seg)
	}
	last := &st.segments[len(st.segments)-1]
	last.size += size
	last.next = next
	return nil
}

// segmentFor returns the segment that a batch goes to: the last one, or a new one.
func (st *store) segmentFor(size int64, first uint64) segment {
	if n := len(st.segments); n > 0 {
		last := st.segments[n-1]
		if last.next == first && last.size+size <= st.segmentSize() {
			return last
		}
	}
	return segment{path: st.nextPath(), first: first, next: first}
}
