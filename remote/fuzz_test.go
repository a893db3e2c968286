package remote_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"
	"time"

	"marsh/jobs"
	"marsh/remote"
	"marsh/remote/wire"
)

func hello() []byte {
	var b bytes.Buffer
	wire.WriteHello(&b, wire.Hello{Version: wire.Version, Window: wire.MinWindow})
	return b.Bytes()
}

// A link on which the other end says what the fuzzer wants, and then hangs up.
func scripted(said []byte) (io.ReadWriteCloser, func()) {
	near, far := net.Pipe()
	done := make(chan struct{}, 2)
	go func() {
		far.Write(said)
		far.Close()
		done <- struct{}{}
	}()
	go func() {
		io.Copy(io.Discard, far)
		done <- struct{}{}
	}()
	return near, func() { near.Close(); <-done; <-done }
}

// A session survives any agent: nothing panics, and every Run returns.
func FuzzSession(f *testing.F) {
	var b wire.Batch
	b.Add(jobs.Record{Seq: 1, Stream: jobs.Output, Value: "x"})
	answer := wire.AppendFrame(nil, wire.Records, 1, b.Take(nil))
	f.Add(wire.AppendFrame(answer, wire.End, 1, wire.EncodeError(nil)))
	f.Add(wire.AppendFrame(wire.AppendFrame(nil, wire.Part, 1, []byte{1}), wire.Records, 1, []byte{1, 0xf6, 1}))
	f.Add(wire.AppendFrame(wire.AppendFrame(nil, wire.Ping, 0, wire.EncodeUint(1)), wire.Bye, 0, wire.EncodeError(nil)))
	f.Fuzz(func(t *testing.T, said []byte) {
		near, wait := scripted(append(hello(), said...))
		defer wait()
		s, err := remote.NewSession(context.Background(), near, remote.Options{Name: "x", Grace: time.Millisecond})
		if err != nil {
			return // hung up before our hello was out
		}
		defer s.Close()
		done := goRun(context.Background(), s, jobs.Script{Text: "x"}, discard{})
		if err := <-done; err != nil && jobs.AsError(err) != err {
			t.Errorf("Run returned a %T", err)
		}
	})
}

// Serve survives any client: nothing panics, and it returns when the client is gone.
func FuzzServe(f *testing.F) {
	data, err := wire.EncodeScript(jobs.Script{Text: "count 3"})
	if err != nil {
		f.Fatal(err)
	}
	run := wire.AppendFrame(nil, wire.Run, 1, data)
	f.Add(run)
	f.Add(wire.AppendFrame(wire.AppendFrame(nil, wire.Part, 1, data[:3]), wire.Run, 1, data[3:]))
	f.Add(wire.AppendFrame(append(run, run...), wire.Cancel, 1, wire.EncodeBool(true)))
	f.Add(wire.AppendFrame(wire.AppendFrame(run, wire.Credit, 1, wire.EncodeUint(9)), wire.Bye, 0, wire.EncodeError(nil)))
	f.Fuzz(func(t *testing.T, said []byte) {
		near, wait := scripted(append(hello(), said...))
		defer wait()
		err := remote.Serve(context.Background(), near, farHost, remote.Options{Grace: time.Millisecond})
		if err != nil && jobs.AsError(err) != err {
			t.Errorf("Serve returned a %T", err)
		}
	})
}
