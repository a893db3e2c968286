package main

import (
	"testing"

	"marsh/remote/sshtest"
)

// A block that writes to each stream.
const loud = `{ write-output o1; write-error e; write-warning w; write-verbose v; write-debug d; write-information i; write-progress p; sh -c 'echo s >&2'; write-output o2 }`

// Ways to run such a block elsewhere, and to receive what it writes.
var loudWays = map[string]string{
	"session":         "invoke-command -session $s " + loud,
	"connection":      "invoke-command Server01 " + loud,
	"job":             "invoke-command -session $s -asjob " + loud + " | receive-job -wait",
	"job, later":      "invoke-command -session $s -asjob " + loud + " | wait-job | receive-job",
	"job there":       "invoke-command -session $s { start-job " + loud + " | wait-job | receive-job }",
	"job there, live": "invoke-command -session $s { start-job " + loud + " | receive-job -wait }",
	"isolated":        "start-job -isolated " + loud + " | receive-job -wait",
	"isolated there":  "invoke-command -session $s { start-job -isolated " + loud + " | receive-job -wait }",
	"parallel there":  "invoke-command -session $s { write-output 1 | foreach-object -parallel " + loud + " }",
}

// Each stream from afar is the stream that was written to, in the order of the writing.
func TestStreamsFromAfar(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	for name, way := range loudWays {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const asText = ` | foreach-object { type(it) == "table" and it.Message or it }`
			got := marsh(t, "", "-F", server.Config(), "-c", "$s = new-session Server01"+
				"\n"+way+" *>&1"+asText+
				"\n"+way+" 2> e 3> w 4> v 5> d 6> i\nget-content e, w, v, d, i"+
				"\n"+way+" 2>&1 3>&1 > $null 4> $null 5> $null 6> $null"+asText+
				"\n$x = "+way+" 2> $null 3> $null 4>&1 5>&1 6> $null\n=#x")
			const all, apart, some, captured = "o1\ne\nw\nv\nd\ni\ns\no2\n", "o1\no2\ne\ns\nw\nv\nd\ni\n", "e\nw\ns\n", "4\n"
			if want := all + apart + some + captured; got.stdout != want || got.stderr != "" {
				t.Errorf("%s shows %q and %q, want %q", way, got.stdout, got.stderr, want)
			}
		})
	}
}
