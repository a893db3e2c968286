package spool

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"marsh/jobs"
	"marsh/remote/wire"
)

// spooled returns a stream with the lines 1 to 100 in one segment, whose path it returns
// as well, and 101 to 105 behind it in memory.
func spooled(t *testing.T) (*Spool, *jobs.Stream, string) {
	t.Helper()
	s := newSpool(t, nil)
	st := s.Stores(1, 1)[0]
	long := 0
	for i := range 100 {
		long += 96 + 16 + len(line(i+1))
	}
	stream := jobs.NewStream(jobs.StreamOptions{Limit: int64(long), Store: st})
	t.Cleanup(stream.Discard)
	writeLines(t, stream, 1, 105)
	stream.Close()
	found := st.(*store).segments
	if len(found) != 1 || found[0].first != 1 || found[0].next != 101 {
		t.Fatalf("the segments are %+v", found)
	}
	return s, stream, found[0].path
}

// frameAt returns where the n-th frame of a segment begins.
func frameAt(data []byte, n int) int {
	off := 0
	for range n - 1 {
		off += headSize + int(binary.BigEndian.Uint32(data[off:]))
	}
	return off
}

// Where records are damaged comes an error that says how many, and the others come all.
func TestDamage(t *testing.T) {
	for name, c := range map[string]struct {
		damage      func(path string, data []byte) error
		first, last int // of the records that are lost
		says        string
	}{
		"a byte of one record": {func(path string, data []byte) error {
			data[frameAt(data, 50)+20] ^= 1
			return os.WriteFile(path, data, 0o600)
		}, 50, 50, "record 50 of job 1.1 is lost: "},
		"the first record": {func(path string, data []byte) error {
			data[headSize] ^= 0x80
			return os.WriteFile(path, data, 0o600)
		}, 1, 1, "is damaged at byte 0: its checksum is wrong"},
		"the last record": {func(path string, data []byte) error {
			data[len(data)-1] ^= 1
			return os.WriteFile(path, data, 0o600)
		}, 100, 100, "record 100 of job 1.1 is lost"},
		"a length": {func(path string, data []byte) error {
			data[frameAt(data, 50)+1] ^= 1
			return os.WriteFile(path, data, 0o600)
		}, 50, 100, "51 records, 50 to 100, of job 1.1 are lost"},
		"a length that leads elsewhere": {func(path string, data []byte) error {
			data[frameAt(data, 50)+3] ^= 1
			return os.WriteFile(path, data, 0o600)
		}, 50, 100, "51 records, 50 to 100, of job 1.1 are lost"},
		"two records in turn": {func(path string, data []byte) error {
			data[frameAt(data, 50)+20] ^= 1
			data[frameAt(data, 51)+20] ^= 1
			return os.WriteFile(path, data, 0o600)
		}, 50, 100, "51 records"},
		"another record's content": {func(path string, data []byte) error {
			from, to := frameAt(data, 50), frameAt(data, 51)
			size := len(data)
			data = append(data[:to:to], data[from:]...)[:size]
			return os.WriteFile(path, data, 0o600)
		}, 51, 100, "50 records, 51 to 100,"},
		"the end is cut": {func(path string, data []byte) error {
			return os.Truncate(path, int64(frameAt(data, 80)+3))
		}, 80, 100, "21 records, 80 to 100, of job 1.1 are lost"},
		"all is cut":       {func(path string, data []byte) error { return os.Truncate(path, 0) }, 1, 100, "it ends too early"},
		"the file is gone": {func(path string, data []byte) error { return os.Remove(path) }, 1, 100, "no such file or directory"},
	} {
		t.Run(name, func(t *testing.T) {
			s, stream, path := spooled(t)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.damage(path, data); err != nil {
				t.Fatal(err)
			}
			checkDamage(t, lookAll(t, stream), c.first, c.last, c.says)
			checkDamage(t, takeAll(t, stream), c.first, c.last, c.says)
			if stream.Unread() != 0 || stream.More() || s.Used() != 0 {
				t.Errorf("%d records and %d bytes are left", stream.Unread(), s.Used())
			}
		})
	}
}

// lookAll returns all records and takes none.
func lookAll(t *testing.T, stream *jobs.Stream) (all []jobs.Record) {
	t.Helper()
	for seq := uint64(0); ; seq = all[len(all)-1].Seq {
		records, err := stream.Peek(seq, 30)
		if err != nil {
			t.Fatal(err)
		}
		if len(records) == 0 {
			return all
		}
		all = append(all, records...)
	}
}

// checkDamage checks that an error stands for the lines from first to last of 105.
func checkDamage(t *testing.T, records []jobs.Record, first, last int, says string) {
	t.Helper()
	if len(records) != 105-(last-first) {
		t.Fatalf("%d records, want %d", len(records), 105-(last-first))
	}
	expectLines(t, records[:first-1], 1, first-1)
	expectLines(t, records[first:], last+1, 105)
	r := records[first-1]
	e := jobs.ErrorFromValue(r.Value)
	if r.Stream != jobs.ErrorStream || r.Seq != uint64(last) || e.Kind != jobs.KindIO || !strings.Contains(e.Msg, says) {
		t.Errorf("in their place is %d %v %q", r.Seq, r.Stream, e.Msg)
	}
	if n := r.Value.(*jobs.Map).Int("LostRecords"); n != int64(last-first+1) {
		t.Errorf("it counts %d lost records", n)
	}
}

// unreadable is files that cannot be read for a while.
type unreadable struct {
	disk
	err   error
	times int
}

func (u *unreadable) ReadAt(path string, data []byte, off int64) (int, error) {
	if u.times > 0 {
		u.times--
		return 0, &os.PathError{Op: "read", Path: path, Err: u.err}
	}
	return u.disk.ReadAt(path, data, off)
}

// What cannot be read for the moment is an error, and everything is there afterwards; a
// disk that refuses again and again has lost what it had.
func TestReadErrors(t *testing.T) {
	s, stream, _ := spooled(t)
	u := &unreadable{err: syscall.EMFILE, times: 2}
	s.files = u
	if records, err := stream.Take(10); !errors.Is(err, jobs.KindIO) || !strings.Contains(err.Error(), "too many open files); nothing is lost, try again") {
		t.Errorf("took %d records, %v", len(records), err)
	}
	if _, err := stream.Peek(0, 10); !errors.Is(err, jobs.KindIO) {
		t.Errorf("looked: %v", err)
	}
	u.err, u.times = syscall.EIO, 2
	expectLines(t, takeAll(t, stream), 1, 105)
}

func TestDiskThatLost(t *testing.T) {
	s, stream, _ := spooled(t)
	s.files = &unreadable{err: syscall.EIO, times: 100}
	checkDamage(t, takeAll(t, stream), 1, 100, "input/output error")
}

// A batch that was cut anywhere is a clean prefix of frames.
func TestTornTail(t *testing.T) {
	var data []byte
	ends := map[int]int{0: 0}
	for i := range 8 {
		data = appendLine(t, data, i)
		ends[len(data)] = i + 1
	}
	frames, clean := 0, 0
	for n := range len(data) + 1 {
		if k, ok := ends[n]; ok {
			frames, clean = k, n
		}
		if size, count := cleanPrefix(data[:n]); size != clean || count != frames {
			t.Fatalf("of %d bytes %d are clean, %d frames; want %d, %d", n, size, count, clean, frames)
		}
	}
}

func appendLine(t testing.TB, b []byte, i int) []byte {
	t.Helper()
	b, err := appendFrame(b, func(b []byte) ([]byte, error) {
		return wire.AppendRecord(b, jobs.Record{Seq: uint64(i + 1), Stream: jobs.Output, Value: line(i + 1)})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A codec that refuses a record keeps it, and those behind it, in memory.
func TestRecordThatCannotBeStored(t *testing.T) {
	s := newSpool(t, nil)
	j := startWriter(t, tableOf(t, s), 100)
	drain(t, j)
	st := s.Stores(7, 1)[0]
	defer st.Close()
	n, err := st.Append(func(yield func(jobs.Record) bool) {
		_ = yield(jobs.Record{Seq: 1, Value: "a"}) && yield(jobs.Record{Seq: 2, Value: struct{}{}})
	})
	if n != 1 || !errors.Is(err, jobs.KindValue) {
		t.Errorf("stored %d, %v", n, err)
	}
	if records, err := st.Read(0, 10, 1000); len(records) != 1 || records[0].Value != "a" {
		t.Errorf("read %v, %v", records, err)
	}
}

// inMemory is one file that nobody wrote.
type inMemory []byte

func (m inMemory) WriteAt(string, int64, []byte) error { return syscall.EROFS }
func (m inMemory) Remove(string) error                 { return nil }
func (m inMemory) ReadAt(_ string, data []byte, off int64) (int, error) {
	if off >= int64(len(m)) {
		return 0, io.EOF
	}
	n := copy(data, m[off:])
	if n < len(data) {
		return n, io.EOF
	}
	return n, nil
}

// Whatever is in a segment, reading it ends, each record comes at most once and in order,
// and what is lost is counted: all Seq are accounted for.
func FuzzSegment(f *testing.F) {
	var data []byte
	for i := range 20 {
		data = appendLine(f, data, i)
	}
	f.Add(data, uint16(20), uint16(300))
	f.Add(data[:len(data)-3], uint16(20), uint16(1))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0}, uint16(1), uint16(1))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}, uint16(9), uint16(1))
	f.Fuzz(func(t *testing.T, data []byte, count, skip uint16) {
		size, frames := cleanPrefix(data)
		if size > len(data) || frames > size/headSize {
			t.Fatalf("%d bytes are %d frames in %d clean bytes", len(data), frames, size)
		}
		s := New(options("unused"))
		s.files = inMemory(data)
		st := s.Stores(1, 1)[0].(*store)
		st.segments = []segment{{path: "1", first: 1, next: 1 + uint64(count), size: int64(len(data))}}
		after, reads := min(uint64(skip), uint64(count)), 0
		for after < uint64(count) {
			records, err := st.Read(after, 5, 4096)
			if err != nil || len(records) == 0 || len(records) > 5 {
				t.Fatalf("%d records, %v", len(records), err)
			}
			after = accountFor(t, records, after)
			if reads++; reads > int(count)+1 {
				t.Fatal("it does not end")
			}
		}
	})
}

// accountFor checks that records follow the one with the given Seq without a gap, and
// returns the Seq of the last.
func accountFor(t *testing.T, records []jobs.Record, after uint64) uint64 {
	for _, r := range records {
		covers := uint64(1)
		if m, ok := r.Value.(*jobs.Map); ok && m.Int("LostRecords") > 0 {
			covers = uint64(m.Int("LostRecords"))
		}
		if r.Seq != after+covers {
			t.Fatalf("after %d comes %d, which stands for %d", after, r.Seq, covers)
		}
		after = r.Seq
	}
	return after
}
