package proc

import (
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETSW
)

// keepRunning returns when the process has ended, and leaves it to be waited for.
// Whenever the process is stopped (Ctrl-Z) it is made to go on: there is nothing
// yet that could bring a stopped program back.
func keepRunning(pid int) {
	for {
		var info unix.Siginfo
		err := unix.Waitid(unix.P_PID, pid, &info, unix.WEXITED|unix.WSTOPPED|unix.WNOWAIT, nil)
		if err == unix.EINTR {
			continue
		}
		const cldStopped = 5
		if err != nil || info.Code != cldStopped {
			return
		}
		unix.Waitid(unix.P_PID, pid, nil, unix.WSTOPPED|unix.WNOHANG, nil)
		if pgid, err := syscall.Getpgid(pid); err == nil {
			syscall.Kill(-pgid, syscall.SIGCONT)
		}
	}
}
