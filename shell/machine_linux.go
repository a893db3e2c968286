package shell

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// machineMemory returns the memory of the machine in bytes, or what the control groups
// of this process may use, where that is less (proc(5), cgroups(7)); 0 where nothing
// tells.
func machineMemory() uint64 {
	total := memTotal("/proc/meminfo")
	groups, _ := os.ReadFile("/proc/self/cgroup")
	for _, file := range limitFiles(string(groups), "/sys/fs/cgroup") {
		if n, ok := readLimit(file); ok && (total == 0 || n < total) {
			total = n
		}
	}
	return total
}

// memTotal reads the line MemTotal, which is in KiB; 0 where there is none.
func memTotal(path string) uint64 {
	data, _ := os.ReadFile(path)
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) >= 2 && f[0] == "MemTotal:" {
			n, _ := strconv.ParseUint(f[1], 10, 64)
			return n << 10
		}
	}
	return 0
}

// limitFiles returns where the limits of the control groups are, of both versions, and
// of the groups around them.
func limitFiles(groups, root string) []string {
	var files []string
	for line := range strings.Lines(groups) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) != 3 || f[1] != "" && f[1] != "memory" {
			continue
		}
		base, name := root, "memory.max"
		if f[1] == "memory" {
			base, name = filepath.Join(root, "memory"), "memory.limit_in_bytes"
		}
		for dir := filepath.Clean("/" + f[2]); ; dir = filepath.Dir(dir) {
			files = append(files, filepath.Join(base, dir, name))
			if dir == "/" {
				break
			}
		}
	}
	return files
}

// readLimit reads a file that holds a number or "max".
func readLimit(path string) (uint64, bool) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(data)), 10, 64)
	return n, err == nil && n > 0
}
