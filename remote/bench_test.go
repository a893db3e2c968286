package remote_test

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"marsh/jobs"
)

// Two connected ends of a socket, as sshd gives them to a program.
func socketPair(t testing.TB) (near, far net.Conn) {
	t.Helper()
	ln, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if near, err = net.Dial("unix", ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if far, err = ln.Accept(); err != nil {
		t.Fatal(err)
	}
	return near, far
}

func BenchmarkRoundTrip(b *testing.B) {
	for name, pipe := range links() {
		b.Run(name, func(b *testing.B) {
			near, far := pipe(b)
			s := connectOver(b, near, far, farHost, options())
			script := jobs.Script{Text: "echo", Args: jobs.List{"one"}}
			for b.Loop() {
				if err := s.Run(b.Context(), script, discard{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLines(b *testing.B) {
	line := jobs.Out(strings.Repeat("x", 80))
	lines := hostFunc(func(ctx context.Context, s jobs.Script, out jobs.Sink) error {
		for range s.Args[0].(int64) {
			if err := out.Write(ctx, line); err != nil {
				return err
			}
		}
		return nil
	})
	for name, pipe := range links() {
		b.Run(name, func(b *testing.B) {
			near, far := pipe(b)
			s := connectOver(b, near, far, lines, options())
			b.SetBytes(80)
			b.ReportAllocs()
			b.ResetTimer()
			if err := s.Run(b.Context(), jobs.Script{Args: jobs.List{int64(b.N)}}, discard{}); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func links() map[string]func(testing.TB) (near, far io.ReadWriteCloser) {
	return map[string]func(testing.TB) (near, far io.ReadWriteCloser){
		"pipe":       func(testing.TB) (near, far io.ReadWriteCloser) { return net.Pipe() },
		"socketpair": func(t testing.TB) (near, far io.ReadWriteCloser) { return socketPair(t) },
	}
}

type discard struct{}

func (discard) Write(context.Context, jobs.Record) error { return nil }

// A round trip while another run floods the link.
func BenchmarkRoundTripDuringFlood(b *testing.B) {
	for name, pipe := range links() {
		b.Run(name, func(b *testing.B) {
			near, far := pipe(b)
			s := connectOver(b, near, far, farHost, options())
			ctx, cancel := context.WithCancel(b.Context())
			out := newNotice()
			flood := goRun(ctx, s, jobs.Script{Text: "flood"}, jobs.SinkFunc(func(context.Context, jobs.Record) error {
				out.once.Do(func() { close(out.first) })
				return nil
			}))
			<-out.first
			script := jobs.Script{Text: "echo", Args: jobs.List{"one"}, Beside: true}
			for b.Loop() {
				if err := s.Run(b.Context(), script, discard{}); err != nil {
					b.Fatal(err)
				}
			}
			cancel()
			<-flood
		})
	}
}
