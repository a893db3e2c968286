package wire

import (
	"time"

	"marsh/jobs"
)

func (d *decoder) list(n uint64, depth int) (jobs.Value, error) {
	if n > uint64(max(0, d.rest()-d.owed)) { // each takes a byte at least
		return nil, d.malformed("a list longer than the data")
	}
	d.owed += int(n)
	l := make(jobs.List, n)
	for i := range l {
		d.owed--
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		l[i] = v
	}
	return l, nil
}

func (d *decoder) tagged(tag uint64, depth int) (jobs.Value, error) {
	switch tag {
	case tagString:
		return d.binaryString()
	case tagTime:
		return d.time()
	case tagMap:
		return d.mapping(depth)
	}
	return nil, d.malformed("an unknown tag")
}

func (d *decoder) binaryString() (jobs.Value, error) {
	n, err := d.expect(majorBytes, "a string that is no byte string")
	if err != nil {
		return nil, err
	}
	b, err := d.take(n)
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

func (d *decoder) time() (jobs.Value, error) {
	n, err := d.expect(majorMap, "a time that is no map")
	if err != nil {
		return nil, err
	}
	var in [4]int64
	for i := range in {
		if in[i], err = d.int64(); err != nil {
			return nil, err
		}
	}
	if n != 2 || in[0] != 1 || in[2] != -9 || in[3] < 0 || in[3] > 999_999_999 {
		return nil, d.malformed("a time of another form")
	}
	return time.Unix(in[1], in[3]).UTC(), nil
}

func (d *decoder) mapping(depth int) (jobs.Value, error) {
	n, err := d.expect(majorArray, "a map that is no array")
	if err != nil {
		return nil, err
	}
	if n%2 == 0 {
		return nil, d.malformed("a map with a key too many")
	}
	typ, err := d.string()
	if err != nil {
		return nil, err
	}
	m := &jobs.Map{Type: typ}
	for range n / 2 {
		if err := d.entry(m, depth); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (d *decoder) entry(m *jobs.Map, depth int) error {
	k, err := d.string()
	if err != nil {
		return err
	}
	v, err := d.value(depth + 1)
	if err != nil {
		return err
	}
	before := m.Len()
	m.Set(k, v)
	if m.Len() == before {
		return d.malformed("a map that has a key twice")
	}
	return nil
}

func (d *decoder) string() (string, error) {
	v, err := d.value(jobs.MaxDepth)
	if err != nil {
		return "", err
	}
	s, ok := v.(string)
	if !ok {
		return "", d.malformed("not a string")
	}
	return s, nil
}
