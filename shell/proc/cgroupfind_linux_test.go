package proc

import (
	"path/filepath"
	"strings"
	"testing"
)

const (
	pure   = "25 1 0:22 / / rw - ext4 /dev/vda rw\n30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
	hybrid = "31 25 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
)

func TestFindCgroup(t *testing.T) {
	for _, test := range []struct{ groups, mounts, want string }{
		{"0::/user.slice/user-1000.slice\n", pure, "/sys/fs/cgroup/user.slice/user-1000.slice"},
		{"0::/\n", pure, "/sys/fs/cgroup"},
		{"9:name=systemd:/a\n8:memory:/b\n0::/c\n", hybrid, "/sys/fs/cgroup/unified/c"},
		{"9:name=systemd:/a\n8:memory:/b\n", hybrid, ""}, // version 1 alone
		{"0::/\n", "", ""},
		{"0::/../other\n", pure, ""},    // outside of the namespace
		{"0::/a (deleted)\n", pure, ""}, // removed under it
		{"0::/..\n", pure, ""},
		{"0::\n", pure, ""},
		{"0::/a/b\n", "30 25 0:26 /a /mnt/c\\040g rw - cgroup2 none rw\n", "/mnt/c g/b"}, // a part of it is mounted
		{"0::/a\n", "30 25 0:26 /a /mnt rw - cgroup2 none rw\n", "/mnt"},
		{"0::/ab\n", "30 25 0:26 /a /mnt rw - cgroup2 none rw\n", ""},
		{"0::/x\n", "30 25 0:26 / /mnt\n30 - cgroup2\n\n - cgroup2 x\n", ""},
	} {
		if got := findCgroup(test.groups, test.mounts); got != test.want {
			t.Errorf("%q: %q, want %q", test.groups, got, test.want)
		}
	}
}

func FuzzFindCgroup(f *testing.F) {
	f.Add("0::/user.slice\n", pure, "a b\\c")
	f.Add("9:memory:/\n0::/\n", hybrid, "x\ty")
	f.Fuzz(func(t *testing.T, groups, mounts, point string) {
		if got := findCgroup(groups, mounts); got != "" && got != filepath.Clean(got) {
			t.Errorf("%q", got)
		}
		if strings.ContainsAny(point, "\x00\r\v\f\u0085\u00a0") || strings.TrimSpace(point) == "" {
			return
		}
		written := strings.NewReplacer(" ", `\040`, "\t", `\011`, "\n", `\012`, `\`, `\134`).Replace(point)
		if _, got, ok := cgroupMount("1 2 0:3 / /" + written + " rw - cgroup2 none rw"); ok && strings.IndexFunc(point, notPlain) < 0 && got != "/"+point {
			t.Errorf("%q became %q", point, got)
		}
	})
}

// notPlain is what Unicode calls a space and the kernel writes as it is.
func notPlain(r rune) bool { return r > 127 }
