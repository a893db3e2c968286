package proc

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
)

// Codes of a siginfo_t for SIGCHLD (sigaction(2)).
const (
	cldStopped   = 5
	cldContinued = 6
)

// childInfo is a siginfo_t as waitid(2) fills it: three numbers, what aligns the rest
// to a word, then the process, its user, and its status or the signal.
type childInfo struct {
	signo, errno, code int32
	_                  [unsafe.Sizeof(uintptr(0))/4 - 1]int32
	pid                int32
	uid                uint32
	status             int32
	_                  [128]byte
}

// follow tells f whenever the process is stopped or goes on, until it has ended, and
// leaves it to be waited for.
func (f *Foreground) follow(pid int) {
	defer f.ended(pid)
	for {
		var info childInfo
		err := unix.Waitid(unix.P_PID, pid, (*unix.Siginfo)(unsafe.Pointer(&info)), unix.WEXITED|unix.WSTOPPED|unix.WCONTINUED|unix.WNOWAIT, nil)
		switch {
		case err == unix.EINTR:
		case err == nil && info.code == cldStopped:
			unix.Waitid(unix.P_PID, pid, nil, unix.WSTOPPED|unix.WNOHANG, nil)
			f.note(pid, syscall.Signal(info.status))
		case err == nil && info.code == cldContinued:
			unix.Waitid(unix.P_PID, pid, nil, unix.WCONTINUED|unix.WNOHANG, nil)
			f.note(pid, 0)
		default:
			return
		}
	}
}

// blockSignal keeps the signal from this thread until restore is called on it. The
// thread must be locked.
func blockSignal(sig syscall.Signal) (restore func()) {
	var block, before unix.Sigset_t
	const bits = 8 * unsafe.Sizeof(block.Val[0])
	n := uintptr(sig) - 1
	block.Val[n/bits] |= 1 << (n % bits)
	unix.PthreadSigmask(unix.SIG_BLOCK, &block, &before)
	return func() { unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil) }
}
