package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"marsh/jobs"
)

func TestFrames(t *testing.T) {
	var data []byte
	data = AppendFrame(data, Run, 7, []byte("script"))
	data = AppendFrame(data, Type(200), 0, nil)
	data = AppendFrame(data, Records, 1<<32-1, make([]byte, MaxPayload))
	r := NewFrameReader(iotest.HalfReader(bytes.NewReader(data)))
	for _, want := range []Frame{{Run, 7, []byte("script")}, {200, 0, nil}, {Records, 1<<32 - 1, make([]byte, MaxPayload)}} {
		got, err := r.Next()
		if err != nil || got.Type != want.Type || got.Run != want.Run || !bytes.Equal(got.Payload, want.Payload) {
			t.Fatalf("got type %d, run %d, %d bytes, %v", got.Type, got.Run, len(got.Payload), err)
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

func TestFrameCut(t *testing.T) {
	data := AppendFrame(nil, Run, 7, []byte("script"))
	for n := 1; n < len(data); n++ {
		if _, err := NewFrameReader(bytes.NewReader(data[:n])).Next(); err != io.ErrUnexpectedEOF {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

func TestFrameTooLarge(t *testing.T) {
	head := []byte{byte(Run), 0, 0, 0, 1, 0, 1, 0, 1}
	if _, err := NewFrameReader(bytes.NewReader(head)).Next(); !errors.Is(err, jobs.KindProtocol) {
		t.Errorf("a frame that is too large: %v", err)
	}
}

func readHello(data string, limit int) (Hello, string, error) {
	h, noise, err := ReadHello(bufio.NewReaderSize(iotest.OneByteReader(strings.NewReader(data)), 16), limit)
	return h, string(noise), err
}

func TestHello(t *testing.T) {
	want := Hello{Version: 3, Build: "v0.1-\xff", Window: 1 << 19}
	var b bytes.Buffer
	if err := WriteHello(&b, want); err != nil {
		t.Fatal(err)
	}
	for _, noise := range []string{"", "Welcome!\r\n", "\x89", "\x89marsh", "\x89marsh\n\x89marsh\r\n", strings.Repeat("x", MaxNoise)} {
		h, got, err := readHello(noise+b.String(), MaxNoise)
		if err != nil || h != want || got != noise {
			t.Errorf("after %.20q: %+v, %.20q, %v", noise, h, got, err)
		}
	}
}

func TestNoHello(t *testing.T) {
	var b bytes.Buffer
	WriteHello(&b, Hello{Version: 1})
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"nothing":    {"", io.EOF},
		"noise":      {"This account is currently not available.\n", io.ErrUnexpectedEOF},
		"endless":    {strings.Repeat("x", MaxNoise+100), jobs.KindProtocol},
		"cut":        {b.String()[:b.Len()-1], io.ErrUnexpectedEOF},
		"large":      {magic + "\xff\xff" + strings.Repeat("x", 1<<16), jobs.KindProtocol},
		"malformed":  {magic + "\x00\x01\xff", jobs.KindProtocol},
		"translated": {strings.ReplaceAll(b.String(), "\r\n", "\n"), io.ErrUnexpectedEOF},
	} {
		if _, _, err := readHello(c.data, MaxNoise); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzHello(f *testing.F) {
	var b bytes.Buffer
	WriteHello(&b, Hello{Version: 1, Build: "b", Window: 1 << 19})
	f.Add(b.Bytes())
	f.Add([]byte("noise" + b.String()))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, noise, err := readHello(string(data), 100)
		if len(noise) > 100+len(magic) || !bytes.HasPrefix(data, []byte(noise)) {
			t.Fatalf("the noise of %q is %q", data, noise)
		}
		if err == nil && !bytes.HasPrefix(data[len(noise):], []byte(magic)) {
			t.Fatalf("a hello was found in %q", data)
		}
	})
}

func FuzzFrames(f *testing.F) {
	f.Add(AppendFrame(AppendFrame(nil, Run, 7, []byte("script")), Bye, 0, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := NewFrameReader(bytes.NewReader(data))
		var again []byte
		for {
			fr, err := r.Next()
			if err != nil {
				break
			}
			again = AppendFrame(again, fr.Type, fr.Run, fr.Payload)
		}
		if !bytes.HasPrefix(data, again) {
			t.Fatalf("%x was read as %x", data, again)
		}
	})
}
