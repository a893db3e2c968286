package builtin

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"marsh/jobs"
)

func readLines(next func() (string, error)) ([]string, error) {
	var out []string
	for {
		line, err := next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, line)
	}
}

func wantLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// Reads text both ways and compares the lines with what strings.Split gives.
func checkLines(t *testing.T, text string) {
	t.Helper()
	want := wantLines(text)
	forward, err := readLines(newLineReader(strings.NewReader(text)).next)
	if err != nil || !slices.Equal(forward, want) {
		t.Errorf("%.60q: read %.60q, %v", text, forward, err)
	}
	back, err := readLines(newBackward(strings.NewReader(text), int64(len(text))).next)
	slices.Reverse(back)
	if err != nil || !slices.Equal(back, want) {
		t.Errorf("%.60q: read backwards %.60q, %v; want %.60q", text, back, err, want)
	}
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 3*tailBlock+1)
	for _, text := range []string{"", "\n", "\n\n", "a", "a\n", "\na", "a\n\nb\n", "a\r\n", long, long + "\n" + long + "\n\n", strings.Repeat("line\n", 40000),
		strings.Repeat("y", tailBlock-1) + "\n\n" + strings.Repeat("z", tailBlock-1), "\n" + strings.Repeat("z", tailBlock-1), strings.Repeat("z", tailBlock-1) + "\n"} {
		checkLines(t, text)
	}
}

func FuzzLines(f *testing.F) {
	f.Add("a\nb\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		checkLines(t, text)
		checkLines(t, strings.Repeat(text, 1+tailBlock/(len(text)+1)))
	})
}

func TestLinesAreBounded(t *testing.T) {
	text := strings.Repeat("x", maxLine+2)
	if _, err := newLineReader(strings.NewReader(text)).next(); !errors.Is(err, jobs.KindLimit) {
		t.Errorf("forward: %v, want a limit error", err)
	}
	if _, err := newBackward(strings.NewReader(text), int64(len(text))).next(); !errors.Is(err, jobs.KindLimit) {
		t.Errorf("backward: %v, want a limit error", err)
	}
	text = text[:maxLine]
	if line, err := newBackward(strings.NewReader(text), maxLine).next(); err != nil || line != text {
		t.Errorf("a line of exactly maxLine: %d bytes, %v", len(line), err)
	}
}

func TestLastLines(t *testing.T) {
	long := strings.Repeat("x", tailBlock)
	for _, text := range []string{"", "\n", "a\nb\nc\n", "a\nb\nc", "\n\n", long + "\n" + long, long[1:] + "\n" + long[1:] + "\n", long + long + "\n\n"} {
		all := strings.SplitAfter(text, "\n")
		if all[len(all)-1] == "" {
			all = all[:len(all)-1]
		}
		for n := 1; n <= 4; n++ {
			want := int64(len(text) - len(strings.Join(all[max(0, len(all)-n):], "")))
			if got, err := lastLines(strings.NewReader(text), int64(len(text)), n); err != nil || got != want {
				t.Errorf("%.20q: the last %d lines begin at %d, %v; want %d", text, n, got, err, want)
			}
		}
	}
}
