package proc

import (
	"io"
	"os"
	"strconv"
	"time"
)

// While a process changes to another program (execve(2)) it has no environment yet, or
// one in which nothing is. It is looked at again so often, with execEvery between: a
// quarter of a second in all, for a program that is read from a slow disk. One in which
// nothing is at bareLooks looks is so for good.
const (
	execLooks = 250
	bareLooks = 5
	execEvery = time.Millisecond
)

// maxEnviron is how much of an environment is looked at, in bytes: the kernel allows no
// more, with the arguments, where the stack is limited to 8 MiB as usual.
const maxEnviron = 2 << 20

// environ returns the environment of a process, as it was started with: a sequence of
// NAME=value, each with a zero byte behind it (proc(5)).
func environ(pid int) ([]byte, error) {
	dir := "/proc/" + strconv.Itoa(pid)
	for looks, bare := 1, 0; ; looks++ {
		env, err := readAtOnce(dir + "/environ")
		if err != nil || len(env) > 0 {
			return env, err
		}
		if isBare(dir + "/stat") {
			bare++
		}
		if bare == bareLooks || looks == execLooks {
			return nil, nil
		}
		time.Sleep(execEvery)
	}
}

// readAtOnce reads a file with one call: between two calls the process may have changed,
// and the rest be gone.
func readAtOnce(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for buf := make([]byte, 16<<10); ; buf = make([]byte, 4*len(buf)) {
		n, err := f.ReadAt(buf, 0)
		if n < len(buf) || len(buf) > maxEnviron {
			return buf[:n], notEOF(err)
		}
	}
}

func notEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// isBare reports whether a process has an environment in which nothing is, or has ended.
// One that is not there yet has its end nowhere in memory.
func isBare(path string) bool {
	const start, end = 50 - 3, 51 - 3 // of the environment; the fields are counted from 1, and the first here is the third
	data, _ := os.ReadFile(path)
	_, f := splitStat(data)
	if len(f) <= end {
		return true
	}
	return isZombie(f[0]) || f[end] != "0" && f[start] == f[end]
}
