package shell

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLimitFiles(t *testing.T) {
	got := limitFiles("0::/user.slice/app\n5:memory:/jobs\n4:cpu:/x\nnonsense\n", "/cg")
	want := []string{"/cg/user.slice/app/memory.max", "/cg/user.slice/memory.max", "/cg/memory.max", "/cg/memory/jobs/memory.limit_in_bytes", "/cg/memory/memory.limit_in_bytes"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// Whatever is there is looked at below the root only.
func FuzzLimitFiles(f *testing.F) {
	f.Add("0::/user.slice/app\n5:memory:/jobs/../..\n")
	f.Fuzz(func(t *testing.T, groups string) {
		for _, file := range limitFiles(groups, "/cg") {
			if !strings.HasPrefix(file, "/cg/") {
				t.Errorf("%q", file)
			}
		}
	})
}

func TestReadLimit(t *testing.T) {
	name := filepath.Join(t.TempDir(), "memory.max")
	for text, want := range map[string]uint64{"max\n": 0, "536870912\n": 512 << 20, "": 0, "x": 0} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok := readLimit(name); got != want || ok != (want > 0) {
			t.Errorf("%q: %d, %v", text, got, ok)
		}
	}
	if machineMemory() == 0 {
		t.Error("the machine has no memory")
	}
}
