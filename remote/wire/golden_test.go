package wire

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"marsh/jobs"
)

var update = flag.Bool("update", false, "write testdata/format.txt anew, after a change of Version")

// The format as bytes. A difference means that this program no longer talks to those
// that are out there: then Version must change with it.
func TestGolden(t *testing.T) {
	const file = "testdata/format.txt"
	got := golden(t)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		got, want := firstDifference(got, want)
		t.Errorf("the format has changed; is it another Version?\ngot:  %s\nwant: %s", got, want)
	}
}

func firstDifference(a, b []byte) (lineA, lineB []byte) {
	as, bs := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(as), len(bs)) {
		if !bytes.Equal(as[i], bs[i]) {
			return as[i], bs[i]
		}
	}
	return fmt.Appendf(nil, "%d lines", len(as)), fmt.Appendf(nil, "%d lines", len(bs))
}

func golden(t *testing.T) []byte {
	var out bytes.Buffer
	show := func(name string, data []byte) { fmt.Fprintf(&out, "# %s\n%s\n", name, hex.Dump(data)) }
	var hello bytes.Buffer
	if err := WriteHello(&hello, Hello{Version: 1, Build: "marsh 0.1", Window: 512 << 10}); err != nil {
		t.Fatal(err)
	}
	show("hello", hello.Bytes())
	for i, typ := range []Type{Run, Records, End, Cancel, Credit, Ping, Pong, Bye, Part, Detach} {
		show(fmt.Sprint("frame ", i+1), AppendFrame(nil, typ, 258, []byte{itemNull}))
	}
	for i, v := range samples() {
		if s, ok := v.(string); ok && len(s) > 1000 {
			continue
		}
		data, err := AppendValue(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		show(fmt.Sprintf("value %d: %T", i, v), data)
	}
	script, err := EncodeScript(sampleScripts()[2])
	if err != nil {
		t.Fatal(err)
	}
	show("script", script)
	show("error", EncodeError(&jobs.Error{Kind: jobs.KindExitStatus, Op: "run", Host: "h", Msg: "m", Status: 3, Detail: "d", Line: 9}))
	show("no error", EncodeError(nil))
	show("credit", EncodeUint(131072))
	show("cancel", EncodeBool(true))
	show("cancel with a grace", EncodeGrace(1500*time.Millisecond))
	now := time.Date(2026, 11, 22, 16, 0, 0, 5, time.UTC)
	show("batch", encode(t, []jobs.Record{
		{Seq: 1, Stream: jobs.Output, Value: "line", Time: now},
		{Seq: 2, Stream: jobs.ErrorStream, Value: int64(5), Time: now.Add(time.Microsecond)},
		{Seq: 3, Stream: jobs.Progress, Value: nil},
		{Seq: 4, Stream: jobs.Output, Value: true, Time: time.Date(1, 2, 3, 4, 5, 6, 7, time.UTC)},
	}))
	return out.Bytes()
}
