package jobstest

import (
	"testing"

	"marsh/jobs"
)

var programTests = []test{
	{"ProgramOutput", testProgram},
	{"ProgramThatFails", testProgramFails},
	{"ProgramWithErrorOutput", testProgramErrors},
	{"ProgramOutputThatIsNotText", testProgramBinary},
}

func testProgram(t *testing.T, h jobs.Host) {
	expect(t, output(t, h, "!printf 'one\\ntwo\\nthree'"), "one", "two", "three")
}

func testProgramFails(t *testing.T, h jobs.Host) {
	recs, err := run(t, h, jobs.Script{Text: "!echo hello; exit 3"})
	if e := expectKind(t, err, jobs.KindExitStatus); e.Status != 3 {
		t.Errorf("the status is %d, want 3", e.Status)
	}
	expect(t, values(recs, jobs.Output), "hello")
}

func testProgramErrors(t *testing.T, h jobs.Host) {
	recs, err := run(t, h, jobs.Script{Text: "!echo out; echo trouble >&2"})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, values(recs, jobs.Output), "out")
	errs := values(recs, jobs.ErrorStream)
	if len(errs) != 1 || jobs.Text(errs[0]) != "trouble" {
		t.Errorf("the error stream is %v, want one line", abbreviated(errs))
	}
}

func testProgramBinary(t *testing.T, h jobs.Host) {
	expect(t, output(t, h, "!printf 'caf\\351\\n'"), "caf\xe9")
}
