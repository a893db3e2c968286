package proc

import (
	"bytes"
	"os"
	"strconv"
)

// Memory returns the anonymous memory that the processes of the group have in use, in
// bytes (RssAnon, proc(5)).
func (g *Group) Memory() uint64 {
	var sum uint64
	for _, p := range g.now() {
		data, _ := os.ReadFile("/proc/" + strconv.Itoa(p.pid) + "/status")
		sum += anonymous(data)
	}
	return sum
}

// anonymous reads the line RssAnon of a status file, which is in KiB; 0 where there is none.
func anonymous(status []byte) uint64 {
	for line := range bytes.Lines(status) {
		rest, ok := bytes.CutPrefix(line, []byte("RssAnon:"))
		if f := bytes.Fields(rest); ok && len(f) > 0 {
			n, _ := strconv.ParseUint(string(f[0]), 10, 54)
			return n << 10
		}
	}
	return 0
}
