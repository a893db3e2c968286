package spool

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"marsh/jobs"
)

// readTries is how many times a read is tried that the disk refuses, before what is
// there is called lost.
const readTries = 3

// readAt reads at most n bytes of the segment at off: fewer where the segment, or a file
// that somebody cut, ends.
func (r *reader) readAt(off, n int64) ([]byte, error) {
	n = min(n, r.seg.size-off)
	if int64(cap(r.buf)) < n {
		r.buf = make([]byte, n)
	}
	var err error
	for range readTries {
		var got int
		got, err = r.store.spool.files.ReadAt(r.seg.path, r.buf[:n], off)
		if err == nil || errors.Is(err, io.EOF) {
			return r.buf[:got], nil
		}
		if !errors.Is(err, syscall.EIO) {
			break
		}
	}
	return nil, err
}

// damaged says what is lost where err was found: one record, if the one after it is well;
// else all the segment has from there on. Other errors are for the moment only.
func (r *reader) damaged(err error) ([]jobs.Record, error) {
	if !isLoss(err) {
		return nil, jobs.Errorf(jobs.KindIO, "what job %s wrote cannot be read from %s now (%w); nothing is lost, try again", r.store.id(), r.seg.path, cause(err))
	}
	at, first := r.off, max(r.seq, r.from)
	if size, ok := r.onlyOne(err); ok {
		r.off += size
		r.seq++
	} else {
		r.off, r.seq = r.seg.size, r.seg.next
	}
	return []jobs.Record{r.lost(first, at, err)}, nil
}

// isLoss reports whether an error says that what is on disk is no more what was written.
func isLoss(err error) bool {
	for _, e := range []error{errTorn, errDamaged, fs.ErrNotExist, syscall.EIO} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// onlyOne reports whether the frame at the reader's place is damaged and the next one is
// well; then it returns the size of the damaged one.
func (r *reader) onlyOne(err error) (int64, bool) {
	if errors.Is(err, errTorn) || r.seq != max(r.seq, r.from) || r.seq+1 >= r.seg.next {
		return 0, false
	}
	data, err := r.readAt(r.off, headSize)
	if err != nil {
		return 0, false
	}
	size, err := frameSize(data)
	if err != nil || size >= r.seg.size-r.off {
		return 0, false
	}
	next := *r
	next.buf, next.off = nil, r.off+size
	data, err = next.window()
	if err != nil {
		return 0, false
	}
	_, _, err = next.decode(data, r.seq+1)
	return size, err == nil
}

// lost is the record that stands for those from first to the reader's place, which were
// at the byte off.
func (r *reader) lost(first uint64, off int64, why error) jobs.Record {
	n := r.seq - first
	which, verb := fmt.Sprintf("record %d", first), "is lost"
	if n > 1 {
		which, verb = fmt.Sprintf("%d records, %d to %d,", n, first, r.seq-1), "are lost"
	}
	m := jobs.ErrorValue(jobs.Errorf(jobs.KindIO, "%s of job %s %s: %s is damaged at byte %d: %w", which, r.store.id(), verb, r.seg.path, off, cause(why)))
	m.Set("LostRecords", int64(n))
	return jobs.Record{Seq: r.seq - 1, Stream: jobs.ErrorStream, Value: m}
}
