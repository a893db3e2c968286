package sshtest

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Process is a program that runs on the server.
type Process struct {
	PID     int
	Command string // its arguments, with spaces between them
}

// Processes lists what runs on the server just now: whatever sessions started,
// also what left its session or lost its parent. The server itself is not listed, nor is
// what is just ending.
// Without /proc the list is empty.
func (s *Server) Processes() []Process {
	var out []Process
	for _, p := range s.tagged() {
		if !strings.Contains(p.Command, "sshd") {
			out = append(out, p)
		}
	}
	return out
}

// tagged lists the processes whose environment has the server's tag.
func (s *Server) tagged() []Process {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	var out []Process
	for _, dir := range dirs {
		if !hasEntry(environ(dir), s.tag) {
			continue // it ended, or is another user's
		}
		args, err := os.ReadFile(dir + "/cmdline")
		if err != nil || len(args) == 0 {
			continue // it ended meanwhile
		}
		pid, _ := strconv.Atoi(filepath.Base(dir))
		out = append(out, Process{PID: pid, Command: strings.TrimSpace(string(bytes.ReplaceAll(args, []byte{0}, []byte{' '})))})
	}
	return out
}

// maxEnviron is how much of an environment is read, in bytes, and in one call: between
// two calls the process may have changed, and the rest be gone.
const maxEnviron = 256 << 10

// environ reads /proc/PID/environ (proc(5)). In the middle of execve(2) there is nothing
// in it, and it is looked at again. Threads of the kernel, whose parent is 2, have none.
func environ(dir string) []byte {
	buf := make([]byte, maxEnviron)
	for range maxRounds {
		f, err := os.Open(dir + "/environ")
		if err != nil {
			return nil
		}
		n, _ := f.Read(buf)
		f.Close()
		if parent, ok := parentOf(dir); n > 0 || !ok || parent == 0 || parent == 2 {
			return buf[:n]
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

func hasEntry(env []byte, entry string) bool {
	for v := range bytes.SplitSeq(env, []byte{0}) {
		if string(v) == entry {
			return true
		}
	}
	return false
}

// maxRounds bounds the rounds of killing; what forks meanwhile is seen in the next.
const maxRounds = 100

// Kill kills everything that runs on the server, and the server: what a machine's
// power failure does, seen from the other end.
func (s *Server) Kill() {
	syscall.Kill(s.pid, syscall.SIGSTOP) // so that it starts nothing meanwhile
	for range maxRounds {
		found := s.tagged()
		for _, pid := range descendants(s.pid) {
			found = append(found, Process{PID: pid})
		}
		alive := false
		for _, p := range found {
			alive = p.PID != s.pid && syscall.Kill(p.PID, syscall.SIGKILL) == nil || alive
		}
		if !alive {
			break
		}
	}
	syscall.Kill(s.pid, syscall.SIGKILL)
}

// Freeze stops the server and all that it started, so that it keeps its connections and
// says nothing: what a stuck machine looks like. It returns when all of them stand still.
// Thaw lets them go on.
func (s *Server) Freeze() {
	// Who forks while the others are listed is found the second time: it stood still then.
	for still := 0; still < 2; still++ {
		for _, pid := range append(descendants(s.pid), s.pid) {
			if state(pid) != 'T' && syscall.Kill(pid, syscall.SIGSTOP) == nil {
				still = -1
			}
		}
		runtime.Gosched()
	}
}

// Thaw ends Freeze.
func (s *Server) Thaw() {
	for _, pid := range append(descendants(s.pid), s.pid) {
		syscall.Kill(pid, syscall.SIGCONT)
	}
}

// descendants lists the living processes below pid. sshd's own processes write
// over their environment, so the tag does not find them.
func descendants(pid int) []int {
	parents := map[int]int{}
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		child, _ := strconv.Atoi(filepath.Base(dir))
		if parent, ok := parentOf(dir); ok {
			parents[child] = parent
		}
	}
	var out []int
	for child := range parents {
		for p, depth := parents[child], 0; p > 1 && depth < len(parents); p, depth = parents[p], depth+1 {
			if p == pid {
				out = append(out, child)
				break
			}
		}
	}
	return out
}

// state reads the state from /proc/PID/stat (proc(5)), 'T' for what was stopped; 0 for
// what is gone.
func state(pid int) byte {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	f := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	return f[0][0]
}

// parentOf reads the parent from /proc/PID/stat (proc(5)); false for what is dead.
func parentOf(dir string) (int, bool) {
	text, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return 0, false
	}
	f := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(f) < 2 || f[0][0] == 'Z' || f[0][0] == 'X' {
		return 0, false
	}
	parent, err := strconv.Atoi(string(f[1]))
	return parent, err == nil
}
