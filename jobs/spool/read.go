package spool

import (
	"sort"

	"marsh/jobs"
)

// Read returns records that follow the one with the given Seq, all from one segment.
func (st *store) Read(after uint64, n int, size int64) ([]jobs.Record, error) {
	if st.closed {
		return nil, jobs.ErrClosed
	}
	i := sort.Search(len(st.segments), func(i int) bool { return st.segments[i].next > after+1 })
	if i == len(st.segments) {
		return nil, jobs.Errorf(jobs.KindOther, "job %s has no record after %d on disk", st.id(), after)
	}
	buf, err := st.spool.work()
	if err != nil {
		return nil, err
	}
	r := st.reader(&st.segments[i], after, buf)
	r.size = min(max(size, 4<<10), maxBatch)
	defer func() { st.spool.rest(r.buf) }()
	records, err := r.read(n)
	if err == nil {
		st.place = cursor{path: r.seg.path, after: r.seq - 1, off: r.off}
	}
	return records, err
}

// reader reads the records of one segment.
type reader struct {
	store *store
	seg   *segment
	buf   []byte
	size  int64  // how many bytes to read at a time
	off   int64  // where the reader is in the segment
	seq   uint64 // of the record that begins there
	from  uint64 // the Seq of the first record that is wanted
}

// reader begins where the last Read ended, or else at the segment's beginning.
func (st *store) reader(seg *segment, after uint64, buf []byte) *reader {
	r := &reader{store: st, seg: seg, buf: buf, seq: seg.first, from: max(after+1, seg.first)}
	if c := st.place; c.path == seg.path && c.after == after {
		r.off, r.seq = c.off, after+1
	}
	return r
}

// read returns at most n records, and at least one: that of the damage, where there is
// some.
func (r *reader) read(n int) ([]jobs.Record, error) {
	if err := r.seek(); err != nil {
		return r.damaged(err)
	}
	data, err := r.window()
	if err != nil {
		return r.damaged(err)
	}
	var records []jobs.Record
	for len(records) < n && r.seq < r.seg.next {
		rec, rest, err := r.decode(data, r.seq)
		if err != nil && len(records) == 0 {
			return r.damaged(err)
		}
		if err != nil { // it is not all there, or the next Read says what it is
			break
		}
		records = append(records, rec)
		r.off += int64(len(data) - len(rest))
		r.seq++
		data = rest
	}
	return records, nil
}

// decode returns the record that data begins with, which has to have the given Seq, and
// what follows it.
func (r *reader) decode(data []byte, seq uint64) (jobs.Record, []byte, error) {
	payload, rest, err := splitFrame(data)
	if err != nil {
		return jobs.Record{}, nil, err
	}
	rec, err := r.store.spool.options.Decode(payload)
	if err != nil || rec.Seq != seq {
		return jobs.Record{}, nil, errDamaged
	}
	return rec, rest, nil
}

// seek goes to the first record that is wanted, from one frame's head to the next.
func (r *reader) seek() error {
	for r.seq < r.from {
		data, err := r.readAt(r.off, r.size)
		if err != nil {
			return err
		}
		if r.off, err = r.hop(data, r.off); err != nil {
			return err
		}
	}
	return nil
}

// hop goes over the frames that begin in data, which was read at off, as long as they are
// not wanted, and returns where it got to.
func (r *reader) hop(data []byte, off int64) (int64, error) {
	for end := off + int64(len(data)); r.seq < r.from; r.seq++ {
		if off+headSize > end {
			if len(data) < headSize {
				return off, errTorn
			}
			break
		}
		size, err := frameSize(data[int64(len(data))-(end-off):])
		if err != nil || size > r.seg.size-off {
			return off, errDamaged
		}
		off += size
	}
	return off, nil
}

// window returns what the segment has at the reader's place: a whole frame at least.
func (r *reader) window() ([]byte, error) {
	data, err := r.readAt(r.off, r.size)
	if err != nil {
		return nil, err
	}
	size, err := frameSize(data)
	if err != nil {
		return nil, err
	}
	if size > r.seg.size-r.off {
		return nil, errDamaged
	}
	if size > int64(len(data)) {
		return r.readAt(r.off, size)
	}
	return data, nil
}
