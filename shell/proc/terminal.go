package proc

import (
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// stringEnd is ST of ECMA-48, which ends a string, such as one of DCS.
const stringEnd = "\x1b\\"

// What gives the terminal the look that a shell's line needs, whatever a program
// left: no attributes, no line drawing, the cursor shown, no reports of the mouse or
// the focus, keys that send what they usually do (ECMA-48, and xterm's ctlseqs). None
// of it shows, or moves the cursor. The end of a string comes first: until then a
// terminal swallows all where binary data began one.
const usualLook = stringEnd + "\x1b[0m\x0f\x1b(B\x1b[4l\x1b[?25h\x1b[?7h\x1b[?1l\x1b>" +
	"\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?1015l"

// What a program that could not tidy up may have left besides: the other screen,
// the kitty keyboard protocol, xterm's modifyOtherKeys, output held back. 1047 leaves
// the other screen; 1049, which programs use, would also bring the cursor back to
// where it was when one entered it last, in tmux even if that was long ago.
const afterCrash = "\x1b[?2026l\x1b[=0u\x1b[>4;0m\x1b[?1047l"

// Give gives the programs the keyboard, in the modes that they were stopped in, and
// notes those of now, which Reclaim brings back.
func (f *Foreground) Give() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.front = true
	f.ours, _ = unix.IoctlGetTermios(int(f.tty.Fd()), getTermios)
	inForeground(func(fd int) {
		if f.theirs != nil {
			unix.IoctlSetTermios(fd, setTermios, f.theirs)
		}
		if groups := f.groups(); len(groups) > 0 {
			unix.IoctlSetPointerInt(fd, unix.TIOCSPGRP, groups[0])
		}
	}, int(f.tty.Fd()))
}

// GiveBack gives the programs the keyboard again where this process has it, although it
// was given away, and lets them go on: who stopped this process took the terminal, and
// who lets it go on gave it to this process alone. It reports whether that was so.
func (f *Foreground) GiveBack() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	pgrp, err := unix.IoctlGetInt(int(f.tty.Fd()), unix.TIOCGPGRP)
	groups := f.groups()
	if err != nil || !f.front || pgrp != unix.Getpgrp() || len(groups) == 0 {
		return false
	}
	unix.IoctlSetPointerInt(int(f.tty.Fd()), unix.TIOCSPGRP, groups[0])
	f.resume(groups)
	return true
}

// Suspend takes the terminal from programs that are stopped, as Reclaim does, begins
// a new line on it, and notes the programs' modes for the next Give.
func (f *Foreground) Suspend() {
	f.mu.Lock()
	if f.front {
		f.theirs, _ = unix.IoctlGetTermios(int(f.tty.Fd()), getTermios)
	}
	f.mu.Unlock()
	f.Reclaim(false)
	f.tty.WriteString("\n") // where nothing can be done about a terminal that is gone, the next to read it finds out
}

// Reclaim takes the terminal back: this process has the keyboard, and the terminal is
// one to type lines on. When the programs ended well, other modes that they set (such
// as stty does) stay, as long as they are of that kind; else those of before are
// back. It does nothing while the programs do not have the terminal.
func (f *Foreground) Reclaim(well bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.front {
		return
	}
	f.front = false
	inForeground(func(fd int) {
		unix.IoctlSetPointerInt(fd, unix.TIOCSPGRP, unix.Getpgrp())
		now, err := unix.IoctlGetTermios(fd, getTermios)
		if err != nil || f.ours == nil || well && forLines(now) {
			return
		}
		f.restore(fd)
	}, int(f.tty.Fd()))
	f.turnAway()
	f.tidy(well)
}

// turnAway has what the programs left running ask for the keyboard again: a read that
// began while they had it would go on, and get what is typed at the prompt. A signal
// interrupts it, and when it begins anew the process is stopped by SIGTTIN. The lock
// is held.
func (f *Foreground) turnAway() {
	if len(f.stops) == 0 && f.lead > 1 {
		syscall.Kill(-f.lead, syscall.SIGSTOP)
		syscall.Kill(-f.lead, syscall.SIGCONT)
	}
}

// restore sets the modes of before. Output that Ctrl-S held back goes on: nobody
// would know why the shell is silent.
func (f *Foreground) restore(fd int) {
	flowing := *f.ours
	flowing.Iflag &^= unix.IXON
	unix.IoctlSetTermios(fd, setTermios, &flowing)
	unix.IoctlSetTermios(fd, setTermios, f.ours)
}

// tidy undoes what escape sequences did.
func (f *Foreground) tidy(well bool) {
	switch {
	case !f.escapes:
	case well:
		f.tty.WriteString(usualLook)
	default:
		f.tty.WriteString(stringEnd + afterCrash + usualLook)
	}
}

// forLines reports whether a terminal is in modes in which one can type lines.
func forLines(m *unix.Termios) bool {
	const local = unix.ECHO | unix.ICANON | unix.ISIG
	return m.Lflag&local == local && m.Iflag&unix.ICRNL != 0 && m.Oflag&unix.OPOST != 0
}

// inForeground calls do, which may change the terminal although this process does not
// have it: for this, a process in the background is stopped by SIGTTOU. The signal is
// blocked in this thread alone, because what is ignored is inherited by programs.
func inForeground(do func(fd int), fd int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	restore := blockSignal(syscall.SIGTTOU)
	defer restore()
	do(fd)
}
