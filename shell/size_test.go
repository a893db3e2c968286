package shell

import (
	"errors"
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

func TestSizeText(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 bytes", 1023: "1023 bytes", 1536: "1.5 KiB", 6 << 30: "6.0 GiB", 1 << 51: "2048.0 TiB"} {
		if got := sizeText(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

func TestMemoryOption(t *testing.T) {
	s := &Settings{}
	for _, v := range []jobs.Value{"2GiB", int64(2 << 30), "2147483648"} {
		if err := s.Set("memorylimit", v); err != nil || s.Int(MemoryLimit) != 2<<30 {
			t.Errorf("%v: %d, %v", v, s.Int(MemoryLimit), err)
		}
	}
	for _, v := range []jobs.Value{"1MB", int64(-1), true, "much"} {
		if err := s.Set(MemoryLimit, v); !errors.Is(err, jobs.KindUsage) {
			t.Errorf("%v: %v", v, err)
		}
	}
}
