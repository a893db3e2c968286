package proc

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// closeInherited closes the files that this process was started with, but for the
// standard ones: whoever waits for the end of a pipe must not wait for this process.
// What Go opens itself is closed in programs, which tells it apart.
func closeInherited() {
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil || fd <= 2 {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			unix.Close(fd)
		}
	}
}
