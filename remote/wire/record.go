package wire

import (
	"math"

	"marsh/jobs"
)

// AppendRecord appends r to b with all its fields, as a CBOR sequence: Seq, stream, time
// (null, or a time value), Host, HideHost, value. It is not part of the protocol: it is
// for records that this very program reads again. The error is of kind KindValue when the
// value is none or past the bounds of one; b is then returned as it was.
func AppendRecord(b []byte, r jobs.Record) ([]byte, error) {
	start := len(b)
	b = appendHead(b, majorUint, r.Seq)
	b = appendHead(b, majorUint, uint64(r.Stream))
	if r.Time.IsZero() {
		b = append(b, itemNull)
	} else {
		b = appendTime(b, r.Time)
	}
	b = appendBool(appendString(b, r.Host), r.HideHost)
	if s, ok := r.Value.(string); ok { // as nearly all are
		return appendString(b, s), nil
	}
	out, err := AppendValue(b, r.Value)
	if err != nil {
		return b[:start], err
	}
	return out, nil
}

// DecodeRecord is the inverse of AppendRecord. The error is of kind KindProtocol. The
// record shares no memory with data, and takes memory in proportion to it.
func DecodeRecord(data []byte) (jobs.Record, error) {
	d := decoder{data: data}
	r, err := d.record()
	if err == nil && d.rest() != 0 {
		err = d.malformed("something after the record")
	}
	if err != nil {
		return jobs.Record{}, err
	}
	return r, nil
}

func (d *decoder) record() (r jobs.Record, err error) {
	if r.Seq, err = d.expect(majorUint, "a record without a number"); err != nil {
		return r, err
	}
	stream, err := d.expect(majorUint, "a record without a stream")
	if err != nil {
		return r, err
	}
	if stream > math.MaxUint8 {
		return r, d.malformed("a stream that is none")
	}
	r.Stream = jobs.StreamKind(stream)
	if err = d.recordTime(&r); err != nil {
		return r, err
	}
	if r.Host, err = d.string(); err != nil {
		return r, err
	}
	hide, err := d.value(jobs.MaxDepth)
	if err != nil {
		return r, err
	}
	var ok bool
	if r.HideHost, ok = hide.(bool); !ok {
		return r, d.malformed("a record that neither hides nor shows its host")
	}
	d.nodes = 0
	r.Value, err = d.value(0)
	return r, err
}

// Reads a record's time; null is the zero time.
func (d *decoder) recordTime(r *jobs.Record) error {
	if d.rest() > 0 && d.data[d.off] == itemNull {
		d.off++
		return nil
	}
	br := BatchReader{d: *d}
	t, err := br.absolute()
	*d, r.Time = br.d, t
	return err
}
