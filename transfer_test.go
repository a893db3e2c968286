package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"marsh/remote/sshtest"
)

// The flood: lines of 100 bytes, 200 MB in all.
const (
	floodLines  = 2_000_000
	memoryLimit = 200_000 // KB
)

// 200 MB of a program's text arrive whole; a command beside them answers before they
// have all come; and the shell does not keep them in memory.
func TestFlood(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	dir := home(t)
	p := beginOf(t, fast(t), dir, "", "-F", server.Config(), "-c", fmt.Sprintf(`
$s = new-session Server01
$beside = invoke-command -session $s -asjob { !while [ ! -e %[1]s/begun ]; do sleep 0.01; done; echo answer
}
invoke-command -session $s { !touch %[1]s/begun; seq -f %%099.0f %[2]d
} > %[1]s/flood
emit($beside.State)
$beside.PSEndTime | convertto-json
receive-job $beside
!grep VmHWM /proc/$PPID/status
`, dir, floodLines))
	got := p.wait().want(t, 0)
	all := strings.Split(strings.TrimSpace(got.stdout), "\n")
	if len(all) != 4 || all[0] != "Completed" || all[2] != "Server01: answer" && all[2] != "answer" {
		t.Fatalf("got\n%s%s", got.stdout, got.stderr)
	}
	info, err := os.Stat(filepath.Join(dir, "flood"))
	if err != nil {
		t.Fatal(err)
	}
	answered, err := time.Parse(time.RFC3339Nano, strings.Trim(all[1], `"`))
	if err != nil || !answered.Before(info.ModTime()) {
		t.Errorf("answered at %v, and the flood ended at %v; %v", all[1], info.ModTime(), err)
	}
	if kb, err := strconv.Atoi(strings.Fields(all[3])[1]); err != nil || kb > memoryLimit {
		t.Errorf("%s, want less than %d kB; %v", all[3], memoryLimit, err)
	} else {
		t.Log(all[3])
	}
	if got, want := sum(t, filepath.Join(dir, "flood")), floodSum(); got != want {
		t.Errorf("the sum is %x, want %x; %d bytes", got, want, info.Size())
	}
	nothingRuns(t, server)
}

func floodSum() (sum [sha256.Size]byte) {
	h := sha256.New()
	for i := range floodLines {
		fmt.Fprintf(h, "%099d\n", i+1)
	}
	h.Sum(sum[:0])
	return sum
}

func sum(t *testing.T, path string) (sum [sha256.Size]byte) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	h.Sum(sum[:0])
	return sum
}
