package builtin

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"marsh/jobs"
	"marsh/shell/format"
)

func decoderOf(text string) *jsonDecoder {
	left := true
	return newJSONDecoder(&jsonSource{next: func() (string, bool) {
		defer func() { left = false }()
		return text, left
	}})
}

func FuzzConvertFromJSON(f *testing.F) {
	f.Add(`{"b":1,"a":[1.5,null,true,"x"],"b":{}}`)
	f.Add(`[1e999] 2`)
	f.Add(`24E4`)
	f.Add(`{"a" 1}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := decoderOf(text).decode()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			if !errors.Is(err, jobs.KindValue) && !errors.Is(err, jobs.KindLimit) {
				t.Errorf("%q: error %v has no kind", text, err)
			}
			return
		}
		written := format.AppendJSON(nil, v, "")
		if !json.Valid(written) {
			t.Fatalf("%q became %q", text, written)
		}
		again, err := decoderOf(string(written)).decode()
		if twice := format.AppendJSON(nil, again, ""); err != nil || string(twice) != string(written) {
			t.Errorf("%q: %q came back as %q, %v", text, written, twice, err)
		}
	})
}

func TestJSONIsBounded(t *testing.T) {
	deep := strings.Repeat("[", jobs.MaxDepth+2) + strings.Repeat("]", jobs.MaxDepth+2)
	if _, err := decoderOf(deep).decode(); !errors.Is(err, jobs.KindLimit) {
		t.Errorf("deep JSON: %v, want a limit error", err)
	}
	d := newJSONDecoder(&jsonSource{next: func() (string, bool) { return strings.Repeat("[1,", 1<<10), true }})
	if _, err := d.decode(); !errors.Is(err, jobs.KindLimit) {
		t.Errorf("endless JSON: %v, want a limit error", err)
	}
	long := newJSONDecoder(&jsonSource{next: func() (string, bool) { return `"` + strings.Repeat("x", 1<<20) + `",`, true }})
	if _, err := long.decode(); err != nil {
		t.Errorf("a string of a MiB: %v", err)
	}
	d = newJSONDecoder(&jsonSource{rest: `["`, next: func() (string, bool) { return strings.Repeat(`x`, 1<<20), true }})
	if _, err := d.decode(); err == nil {
		t.Error("an endless string was read")
	}
}
