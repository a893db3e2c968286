package sshconn

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// eventLog writes a line for each event, as a syslog daemon would: "Jan _2
// 15:04:05 host marsh[pid]: message" (RFC 3164, section 4.1, without the priority).
type eventLog struct {
	prefix string // after the time

	mu  sync.Mutex
	out io.Writer // used under mu; nil drops the lines
}

func newEventLog(out io.Writer, name string) *eventLog {
	if name == "" {
		host, _ := os.Hostname()
		name = cmp.Or(host, "localhost")
	}
	return &eventLog{out: out, prefix: fmt.Sprintf(" %s marsh[%d]: ", name, os.Getpid())}
}

// event writes one line. That a log cannot be written must not end the serving.
func (l *eventLog) event(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out != nil {
		io.WriteString(l.out, time.Now().Format(time.Stamp)+l.prefix+fmt.Sprintf(format, args...)+"\n")
	}
}

// addrPort writes an address as sshd's log does.
func addrPort(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host + " port " + port
}
