package repl

import (
	"syscall"
	"unsafe"
)

// What rt_sigaction(2) takes for a signal: its handler (0 is the default), and flags,
// code and mask that mean nothing then. It is as large as the largest of any processor.
type sigaction [8]uint64

// The bytes of the kernel's set of signals.
const sigsetSize = 8

// Sets what stops a process that wants the terminal and is in the background to what
// it does by default. Whoever started the shell may have it ignored; the shell would
// then take the end of its input for real, and its programs would inherit it. The
// runtime has no call for that, and leaves these two signals alone.
func stopInBackground() {
	for _, sig := range []syscall.Signal{syscall.SIGTTIN, syscall.SIGTTOU} {
		var byDefault sigaction
		syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&byDefault)), 0, sigsetSize, 0, 0)
	}
}
