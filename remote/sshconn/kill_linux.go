package sshconn

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// maxRounds bounds how often the process table is read while a session is being
// killed: what forks faster than that is killed by its group.
const maxRounds = 10

// killSession kills every process of the session sid, whatever process groups a
// shell with job control has put them in.
func killSession(sid int) {
	syscall.Kill(-sid, syscall.SIGKILL)
	for range maxRounds {
		pids := sessionPIDs(sid)
		if len(pids) == 0 {
			return
		}
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// sessionPIDs lists the living processes of a session.
func sessionPIDs(sid int) []int {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	var out []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && inSession(name, sid) {
			out = append(out, pid)
		}
	}
	return out
}

// inSession reads /proc/PID/stat (proc(5)): after the name in parentheses come
// the state, the parent, the group and the session.
func inSession(pid string, sid int) bool {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return false
	}
	f := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(f) < 4 || f[0][0] == 'Z' || f[0][0] == 'X' {
		return false
	}
	session, err := strconv.Atoi(string(f[3]))
	return err == nil && session == sid
}
