package proc

import (
	"os"
	"path/filepath"
	"strings"
)

// ownCgroup returns the directory of the control group of version 2 that this process is
// in, also where version 1 is used beside it; "" where there is none, or it cannot be seen.
func ownCgroup() string {
	groups, _ := os.ReadFile("/proc/self/cgroup")
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	return findCgroup(string(groups), string(mounts))
}

// findCgroup is ownCgroup for what these two files say (cgroups(7), proc_pid_mountinfo(5)).
func findCgroup(groups, mounts string) string {
	own, ok := unifiedPath(groups)
	if !ok {
		return ""
	}
	for line := range strings.Lines(mounts) {
		root, point, ok := cgroupMount(line)
		if !ok {
			continue
		}
		if rest, ok := strings.CutPrefix(own, strings.TrimSuffix(root, "/")); ok && (rest == "" || rest[0] == '/') {
			return filepath.Join(point, rest)
		}
	}
	return ""
}

// unifiedPath returns the path behind "0::". One that leads up is not in what this process
// sees of the hierarchy (cgroup_namespaces(7)), and one that is deleted is no place for
// more.
func unifiedPath(groups string) (path string, ok bool) {
	for line := range strings.Lines(groups) {
		if path, ok = strings.CutPrefix(strings.TrimSuffix(line, "\n"), "0::"); ok {
			return path, strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "/..") && !strings.HasSuffix(path, " (deleted)")
		}
	}
	return "", false
}

// octal is how mountinfo writes what would end a field.
var octal = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

// cgroupMount returns what of the hierarchy of version 2 is mounted, and where, if the line
// of mountinfo says that.
func cgroupMount(line string) (root, point string, ok bool) {
	before, after, _ := strings.Cut(line, " - ")
	f := strings.Fields(before)
	if kind := strings.Fields(after); len(f) < 5 || len(kind) == 0 || kind[0] != "cgroup2" {
		return "", "", false
	}
	return octal.Replace(f[3]), octal.Replace(f[4]), true
}
