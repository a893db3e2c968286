package builtin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"marsh/jobs"
	"marsh/shell"
	"marsh/shell/format"
)

var jsonCommands = []*shell.Command{
	shell.Define[convertToJSON](shell.Doc{
		Name: "convertto-json", Synopsis: "write values as JSON, one a line", Input: "any values", Output: "text: JSON, one value a line", Related: []string{"convertfrom-json"},
		Help:     "Bytes become base64, times RFC 3339, and numbers that are not finite null.",
		Examples: []shell.Example{{Line: "write-output 1 two | convertto-json", Says: "a line for each value", Want: "1\n\"two\""}},
	}),
	shell.Define[convertFromJSON](shell.Doc{
		Name: "convertfrom-json", Synopsis: "read JSON from text", Input: "lines of text", Output: "the values", Related: []string{"convertto-json"}, Examples: []shell.Example{
			{Line: "'{\"name\": \"web1\", \"ports\": [80, 443]}' | convertfrom-json | foreach-object { it.ports[2] }", Says: "a part of a JSON text", Want: "443"},
		},
		Help: "The text may be one JSON value over many lines or many values one after the other, as they come. " +
			"An array gives its elements one by one.",
	}),
}

type convertToJSON struct {
	InputObject jobs.List `param:"pos=0,rest" help:"the values; else those piped in"`
	AsArray     bool      `help:"one array of all values"`
	Indent      bool      `help:"over several lines, indented"`
	Compress    bool      `help:"on one line, as always unless -Indent says otherwise"`
}

// Run writes a text for each value, or one for all.
func (j *convertToJSON) Run(c *shell.Call) error {
	var all jobs.List
	var kept held
	take := func(r jobs.Record) error {
		v := shell.WithHost(r)
		if !j.AsArray {
			return j.write(c, v)
		}
		all = append(all, v)
		return kept.add(v)
	}
	for _, v := range j.InputObject {
		if err := take(jobs.Out(v)); err != nil {
			return err
		}
	}
	if err := each(c, take); err != nil || !j.AsArray {
		return err
	}
	return j.write(c, all)
}

func (j *convertToJSON) write(c *shell.Call, v jobs.Value) error {
	text := format.AppendJSON(nil, v, "")
	if j.Indent && !j.Compress {
		var b bytes.Buffer
		if err := json.Indent(&b, text, "", "  "); err != nil {
			return err
		}
		text = b.Bytes()
	}
	return c.Write(jobs.Out(string(text)))
}

// maxJSON is how many bytes one JSON value may have.
const maxJSON = 64 << 20

type convertFromJSON struct {
	InputObject []string `param:"pos=0,rest" help:"the text; else the lines piped in"`
	NoEnumerate bool     `help:"write an array as one list"`
}

// Run writes each value as soon as its text has come.
func (j *convertFromJSON) Run(c *shell.Call) error {
	in := &jsonSource{next: func() (string, bool) {
		r, ok := c.Next()
		return jobs.Text(r.Value), ok
	}}
	if len(j.InputObject) > 0 {
		in.rest = strings.Join(j.InputObject, "\n") + "\n"
	}
	d := newJSONDecoder(in)
	for {
		v, err := d.decode()
		if errors.Is(err, io.EOF) {
			return c.Ctx.Err()
		}
		if err != nil {
			return err
		}
		if err := j.write(c, v); err != nil {
			return err
		}
	}
}

func (j *convertFromJSON) write(c *shell.Call, v jobs.Value) error {
	list, ok := v.(jobs.List)
	if !ok || j.NoEnumerate {
		return c.Out(v)
	}
	for _, e := range list {
		if err := c.Out(e); err != nil {
			return err
		}
	}
	return nil
}

// jsonSource is lines as one text, of which no more than maxJSON bytes are read for
// one value.
type jsonSource struct {
	next func() (string, bool)
	rest string
	used int // bytes read since the last value
}

// Read reads from the current line, or the next one.
func (s *jsonSource) Read(p []byte) (int, error) {
	if s.used > maxJSON {
		return 0, jobs.Errorf(jobs.KindLimit, "a JSON value of more than %d MiB cannot be read", maxJSON>>20)
	}
	if s.rest == "" {
		line, ok := s.next()
		if !ok {
			return 0, io.EOF
		}
		s.rest = line + "\n"
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	s.used += n
	return n, nil
}

// jsonDecoder reads JSON values with their keys in order, which encoding/json's own
// maps lose.
type jsonDecoder struct {
	src *jsonSource
	dec *json.Decoder
}

func newJSONDecoder(src *jsonSource) *jsonDecoder {
	d := &jsonDecoder{src, json.NewDecoder(src)}
	d.dec.UseNumber()
	return d
}

// Returns the next value, io.EOF at the end, or an error of kind KindValue or
// KindLimit.
func (d *jsonDecoder) decode() (jobs.Value, error) {
	d.src.used = 0
	t, err := d.dec.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	var v jobs.Value
	if err == nil {
		v, err = d.value(t, 0)
	}
	if err == nil || errors.Is(err, jobs.KindLimit) || errors.Is(err, jobs.KindValue) {
		return v, err
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return nil, jobs.Errorf(jobs.KindValue, "not JSON: %w", err)
}

func (d *jsonDecoder) value(t json.Token, depth int) (jobs.Value, error) {
	if depth > jobs.MaxDepth {
		return nil, jobs.Errorf(jobs.KindLimit, "JSON nested deeper than %d levels cannot be read", jobs.MaxDepth)
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return d.object(depth)
		}
		return d.array(depth)
	case json.Number:
		return jsonNumber(string(t))
	}
	return t, nil // nil, bool, string
}

func jsonNumber(text string) (jobs.Value, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, jobs.Errorf(jobs.KindValue, "the number %s is too large", text)
	}
	return f, nil
}

func (d *jsonDecoder) object(depth int) (jobs.Value, error) {
	m := jobs.NewMap("")
	for d.dec.More() {
		key, err := d.dec.Token()
		if err != nil {
			return nil, err
		}
		v, err := d.element(depth)
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		if !ok {
			return nil, jobs.Errorf(jobs.KindValue, "not JSON: a key that is no text")
		}
		m.Set(name, v)
	}
	_, err := d.dec.Token() // the closing brace
	return m, err
}

func (d *jsonDecoder) array(depth int) (jobs.Value, error) {
	l := jobs.List{}
	for d.dec.More() {
		v, err := d.element(depth)
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	_, err := d.dec.Token() // the closing bracket
	return l, err
}

func (d *jsonDecoder) element(depth int) (jobs.Value, error) {
	t, err := d.dec.Token()
	if err != nil {
		return nil, err
	}
	return d.value(t, depth+1)
}
