package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The demo as a user plays it. It leaves nothing behind.
func TestDemo(t *testing.T) {
	h := home(t)
	got := marshIn(t, h, "", "demo").want(t, 0)
	contains(t, got.stdout, "=== way1 ===", "=== way2 ===", "=== way3 ===", "All was as it should be: way1, way2, way3.")
	if got.stderr != "" {
		t.Errorf("on the error stream: %s", got.stderr)
	}
	nothingLeft(t, h)
	for _, path := range regexp.MustCompile(`/var/tmp/pslog\S*\.txt`).FindAllString(got.stdout, -1) {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
}

// nothingLeft checks that no file is left in the home directory, which is TMPDIR too,
// and no process that has it in its environment.
func nothingLeft(t *testing.T, home string) {
	t.Helper()
	if left := inEnvironment("HOME=" + home); left != "" {
		t.Errorf("still running: %s", left)
	}
	files, err := filepath.Glob(filepath.Join(home, "*"))
	if err != nil || len(files) > 0 {
		t.Errorf("left in TMPDIR: %q, %v", files, err)
	}
	if files, _ := filepath.Glob(filepath.Join(home, ".*")); len(files) > 0 {
		t.Errorf("left in the home directory: %q", files)
	}
}

func TestDemoOfOne(t *testing.T) {
	h := home(t)
	got := marshIn(t, h, "", "demo", "way2").want(t, 0)
	contains(t, got.stdout, "=== way2 ===", "All was as it should be: way2.")
	nothingLeft(t, h)
}
