package jobstest

import (
	"strings"
	"testing"

	"marsh/jobs"
)

var errorTests = []test{
	{"ErrorKinds", testErrorKinds},
	{"ErrorAfterOutput", testErrorAfterOutput},
	{"ExitStatusOfShell", testExit},
}

func testErrorKinds(t *testing.T, h jobs.Host) {
	for _, c := range []struct {
		text string
		kind jobs.Kind
		msg  string // part of the message
	}{
		{`error("went wrong")`, jobs.KindScript, "went wrong"},
		{"local x = nil\nreturn x.field", jobs.KindScript, ""},
		{"x = = 1", jobs.KindSyntax, ""},
		{"if true then", jobs.KindIncomplete, ""},
		{"emit({", jobs.KindIncomplete, ""},
		{"invoke-nothingatall -now 1", jobs.KindSyntax, "invoke-nothingatall: no such command"},
		{"./nosuchprogram", jobs.KindNotFound, "nosuchprogram"},
		{"start-sleep -nosuchparameter 1", jobs.KindUsage, "nosuchparameter"},
	} {
		t.Run(c.text, func(t *testing.T) {
			_, err := run(t, h, jobs.Script{Text: c.text})
			if e := expectKind(t, err, c.kind); !strings.Contains(e.Error(), c.msg) {
				t.Errorf("the message is %q, want %q in it", e.Error(), c.msg)
			}
		})
	}
	expect(t, output(t, h, "return 1"), int64(1))
}

func testErrorAfterOutput(t *testing.T, h jobs.Host) {
	recs, err := run(t, h, jobs.Script{Text: "emit(1)\nemit(2)\nerror('enough')"})
	expectKind(t, err, jobs.KindScript)
	expect(t, values(recs, jobs.Output), int64(1), int64(2))
}

func testExit(t *testing.T, h jobs.Host) {
	recs, err := run(t, h, jobs.Script{Text: "emit('before')\nexit 3\nemit('after')"})
	if e := expectKind(t, err, jobs.KindExit); e.Status != 3 {
		t.Errorf("the status is %d, want 3", e.Status)
	}
	expect(t, values(recs, jobs.Output), "before")
}
