package shell

import (
	"errors"
	"strings"
	"testing"

	"marsh/jobs"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "1": 1, "512MB": 512 << 20, "512 mb": 512 << 20, "1GiB": 1 << 30, "1.5g": 3 << 29, "2k": 2048, "100b": 100, "1e3": 1000, "1tb": 1 << 40, "1024TiB": maxSize,
	} {
		if got, err := ParseSize(text); got != want || err != nil {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "MB", "-1", "1.5.2", "inf", "nan", "0x10", "1_000", "1 2", "12q", "2000TB", "1e300"} {
		if got, err := ParseSize(text); !errors.Is(err, jobs.KindUsage) {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	for _, s := range []string{"512MB", "1.5 GiB", "1e9", "-3k"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := ParseSize(text); n < 0 || n > maxSize || err != nil && !errors.Is(err, jobs.KindUsage) {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	})
}

// Options that are sizes take them as they are written, and none that is too small.
func TestSizeOptions(t *testing.T) {
	for name, few := range map[string][]jobs.Value{MemoryLimit: {"1MB"}, JobQuota: {"0", "1023k"}, ShellQuota: {int64(0), "1M1"}} {
		s := &Settings{}
		for _, v := range []jobs.Value{"2GiB", int64(2 << 30), "2147483648"} {
			if err := s.Set(strings.ToLower(name), v); err != nil || s.Int(name) != 2<<30 {
				t.Errorf("%s %v: %d, %v", name, v, s.Int(name), err)
			}
		}
		for _, v := range append(few, int64(-1), true, "much", "2000TiB") {
			if err := s.Set(name, v); !errors.Is(err, jobs.KindUsage) {
				t.Errorf("%s %v: %v", name, v, err)
			}
		}
	}
	s := &Settings{}
	if err := s.Set(MemoryLimit, int64(0)); err != nil {
		t.Errorf("no limit of its own: %v", err)
	}
}
