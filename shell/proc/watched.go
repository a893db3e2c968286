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
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// watched is what a watchdog watches over: tags, and what was started with each.
type watched struct {
	root string           // the directory of the shell's control groups, "" for none
	tags map[string]*kept // by tag
}

// kept is what was started with a tag.
type kept struct {
	pids  []int // the programs
	cells []int // the numbers of the control groups that they are in
}

func newWatched() watched { return watched{tags: make(map[string]*kept)} }

// message is one line that a watchdog is told:
//
//	+"TAG"       watch over all processes with the tag
//	+"TAG" PID   and over the session and process group PID
//	+"TAG" @N    and over the control group N
//	-"TAG"       no longer
//	="DIR"       the control groups are in this directory
//
// The tag is quoted as in Go, because an outer one may hold any byte.
type message struct {
	sign byte   // +, - or =
	tag  string // or the directory
	pid  int    // 0 for none
	cell int    // 0 for none
}

// maxMessage bounds a line in bytes. A tag comes from the environment, where the kernel
// allows 128 KiB (MAX_ARG_STRLEN), and a byte may take four when quoted.
const maxMessage = 1 << 20

func (m message) append(b []byte) []byte {
	b = strconv.AppendQuote(append(b, m.sign), m.tag)
	switch {
	case m.pid != 0:
		b = strconv.AppendInt(append(b, ' '), int64(m.pid), 10)
	case m.cell != 0:
		b = strconv.AppendInt(append(b, " @"...), int64(m.cell), 10)
	}
	return append(b, '\n')
}

// parseMessage parses a line with its end.
func parseMessage(line []byte) (m message, ok bool) {
	line, ended := bytes.CutSuffix(line, []byte{'\n'})
	if !ended || len(line) == 0 || !strings.ContainsRune("+-=", rune(line[0])) {
		return message{}, false
	}
	m.sign = line[0]
	quoted, err := strconv.QuotedPrefix(string(line[1:]))
	if err != nil || quoted[0] != '"' {
		return message{}, false
	}
	rest := line[1+len(quoted):]
	if m.tag, err = strconv.Unquote(quoted); err != nil || m.tag == "" {
		return message{}, false
	}
	return m, m.parseNumber(string(rest))
}

// parseNumber parses what is behind the tag.
func (m *message) parseNumber(rest string) bool {
	if rest == "" {
		return true
	}
	to, least := &m.pid, 2 // 0, 1 and below are other things to kill(2)
	digits, isCell := strings.CutPrefix(rest, " @")
	if isCell {
		to, least = &m.cell, 1
	} else if digits, isCell = strings.CutPrefix(rest, " "); !isCell {
		return false
	}
	n, err := strconv.ParseInt(digits, 10, 32)
	*to = int(n)
	return err == nil && m.sign == '+' && *to >= least
}

// announce returns the messages that tell all that is watched over.
func (w watched) announce() (b []byte) {
	if w.root != "" {
		b = message{sign: '=', tag: w.root}.append(b)
	}
	for tag, k := range w.tags {
		b = message{sign: '+', tag: tag}.append(b)
		for _, pid := range k.pids {
			b = message{sign: '+', tag: tag, pid: pid}.append(b)
		}
		for _, n := range k.cells {
			b = message{sign: '+', tag: tag, cell: n}.append(b)
		}
	}
	return b
}

// note does what a message says.
func (w *watched) note(m message) {
	switch m.sign {
	case '=':
		w.root = m.tag
		return
	case '-':
		delete(w.tags, m.tag)
		return
	}
	k := w.tags[m.tag]
	if k == nil {
		k = &kept{}
		w.tags[m.tag] = k
	}
	if m.pid != 0 {
		k.pids = append(k.pids, m.pid)
	}
	if m.cell != 0 && !slices.Contains(k.cells, m.cell) {
		k.cells = append(w.prune(k.cells), m.cell)
	}
}

// pruneAt is at how many control groups of one tag those that are gone are forgotten.
const pruneAt = 64

// prune returns the control groups that there still are, where they have become many.
func (w *watched) prune(cells []int) []int {
	if len(cells)%pruneAt != pruneAt-1 {
		return cells
	}
	return slices.DeleteFunc(cells, func(n int) bool {
		_, err := os.Stat(cellDir(w.root, n))
		return errors.Is(err, os.ErrNotExist)
	})
}

// readWatched reads messages until they end, and returns what is to be ended then. A
// last line without its end is not all of a message, and is dropped. From the moment that
// it knows of the directory of control groups on, nobody else removes that, until release.
func readWatched(in io.Reader) (w watched, release func()) {
	w, release = newWatched(), func() {}
	lines := bufio.NewReaderSize(in, maxMessage)
	for {
		line, err := lines.ReadSlice('\n')
		if m, ok := parseMessage(line); ok {
			w.note(m)
			if m.sign == '=' {
				release()
				release = hold(m.tag)
			}
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return w, release
		}
	}
}

// end ends the processes, as [Group.Stop] does.
func (w watched) end(ctx context.Context) error {
	if len(w.tags) == 0 {
		return nil
	}
	g := &Group{}
	for tag, k := range w.tags {
		g.tags = append(g.tags, tag)
		for _, pid := range k.pids {
			g.leaders = append(g.leaders, leader{pid})
		}
		for _, n := range k.cells {
			g.cells = append(g.cells, cellDir(w.root, n))
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
	w, release := readWatched(in)
	defer release()
	err := w.end(ctx)
	if w.root != "" {
		dissolve(w.root)
	}
	return err
}
