package proc

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
)

// watched is what a watchdog watches over: tags, and the programs that were started
// with each.
type watched map[string][]int

// message is one line that a watchdog is told:
//
//	+"TAG"       watch over all processes with the tag
//	+"TAG" PID   and over the session and process group PID
//	-"TAG"       no longer
//
// The tag is quoted as in Go, because an outer one may hold any byte.
type message struct {
	watch bool
	tag   string
	pid   int // 0 for none
}

// maxMessage bounds a line in bytes. A tag comes from the environment, where the kernel
// allows 128 KiB (MAX_ARG_STRLEN), and a byte may take four when quoted.
const maxMessage = 1 << 20

func (m message) append(b []byte) []byte {
	sign := byte('-')
	if m.watch {
		sign = '+'
	}
	b = strconv.AppendQuote(append(b, sign), m.tag)
	if m.pid != 0 {
		b = strconv.AppendInt(append(b, ' '), int64(m.pid), 10)
	}
	return append(b, '\n')
}

// parseMessage parses a line with its end.
func parseMessage(line []byte) (m message, ok bool) {
	line, ended := bytes.CutSuffix(line, []byte{'\n'})
	if !ended || len(line) == 0 || line[0] != '+' && line[0] != '-' {
		return message{}, false
	}
	m.watch = line[0] == '+'
	quoted, err := strconv.QuotedPrefix(string(line[1:]))
	if err != nil || quoted[0] != '"' {
		return message{}, false
	}
	rest := line[1+len(quoted):]
	if m.tag, err = strconv.Unquote(quoted); err != nil || m.tag == "" {
		return message{}, false
	}
	return m, m.parsePID(string(rest))
}

// parsePID parses what is behind the tag.
func (m *message) parsePID(rest string) bool {
	if rest == "" {
		return true
	}
	pid, err := strconv.ParseInt(rest[1:], 10, 32)
	m.pid = int(pid)
	return err == nil && m.watch && rest[0] == ' ' && pid > 1
}

// announce returns the messages that tell all that is watched over.
func (w watched) announce() (b []byte) {
	for tag, pids := range w {
		b = message{watch: true, tag: tag}.append(b)
		for _, pid := range pids {
			b = message{watch: true, tag: tag, pid: pid}.append(b)
		}
	}
	return b
}

// note does what a message says.
func (w watched) note(m message) {
	switch {
	case !m.watch:
		delete(w, m.tag)
	case m.pid != 0:
		w[m.tag] = append(w[m.tag], m.pid)
	default:
		w[m.tag] = append(w[m.tag], []int(nil)...)
	}
}

// readWatched reads messages until they end, and returns what is to be ended then. A
// last line without its end is not all of a message, and is dropped.
func readWatched(in io.Reader) watched {
	w := make(watched)
	lines := bufio.NewReaderSize(in, maxMessage)
	for {
		line, err := lines.ReadSlice('\n')
		if m, ok := parseMessage(line); ok {
			w.note(m)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return w
		}
	}
}

// end ends the processes, as [Group.Stop] does.
func (w watched) end(ctx context.Context) error {
	if len(w) == 0 {
		return nil
	}
	g := &Group{}
	for tag, pids := range w {
		g.tags = append(g.tags, tag)
		for _, pid := range pids {
			g.leaders = append(g.leaders, leader{pid})
		}
	}
	return g.Stop(ctx, OrphanGrace)
}

// smallHeap has a process that allocates next to nothing keep little, in percent.
const smallHeap = 10

// RunWatchdog is all that the process of a [Watchdog] does: it reads from in, its
// standard input, what is watched over, until that ends, ends what is left of it, and
// returns an error that names the processes it could not end. It fails when in is no
// pipe, as somebody has started it by hand.
func RunWatchdog(ctx context.Context, in *os.File) error {
	if info, err := in.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return errors.New("a watchdog is started by the shell that it watches over")
	}
	closeInherited()
	debug.SetGCPercent(smallHeap)
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGTSTP, syscall.SIGUSR1, syscall.SIGUSR2)
	return readWatched(in).end(ctx)
}
