package builtin

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"marsh/shell"
	"marsh/shell/page"
)

// columns returns how wide the terminal is: as it says itself or, where the shell has
// none, as $COLUMNS does.
func columns(c *shell.Call) int {
	if tty := c.Engine.Shell.Terminal; tty != nil {
		if n := terminalColumns(tty); n > 0 {
			return n
		}
	}
	if text, ok := c.Engine.Getenv("COLUMNS"); ok {
		if n, err := strconv.Atoi(text); err == nil && n > 0 {
			return n
		}
	}
	return page.DefaultColumns
}

// terminalColumns asks a terminal, by way of SyscallConn: Fd would make it blocking,
// which whoever reads from it does not expect.
func terminalColumns(tty *os.File) (n int) {
	raw, err := tty.SyscallConn()
	if err != nil {
		return 0
	}
	raw.Control(func(fd uintptr) {
		if size, err := unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ); err == nil {
			n = int(size.Col)
		}
	})
	return n
}
