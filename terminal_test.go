package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"marsh/remote/sshtest"
)

const local = "local:~> "

// A program that sh has started and waits for. dash loses a SIGINT that comes while the
// child which it has made with vfork(2) is not yet the program, so that Ctrl-C directly
// behind what sh itself writes may do nothing: here the program below it writes.
const ctrlCBelowSh = "!sh -c 'echo up2; exec sleep 600'; echo on"

func TestCtrlC(t *testing.T) {
	s := sit(t)
	s.types("half a line\x03")
	s.at(local)
	for _, line := range []string{"emit('up1'); start-sleep 600", ctrlCBelowSh, "emit('up3'); while true do end", "!trap '' INT; echo up4; read x"} {
		s.types(line + "\r")
		s.line(line[strings.Index(line, "up"):][:3])
		s.types("\x03")
		if strings.Contains(line, "read x") { // it ignores Ctrl-C: it still has the terminal
			s.types("\n")
		}
		s.at(local)
	}
	s.enter("1+1", local)
	s.line("2")
	s.types("\x04")
	s.exits(0)
}

func TestCtrlDWithRunningJob(t *testing.T) {
	s := sit(t)
	s.enter("start-job {start-sleep 600}", local)
	s.types("\x04")
	s.shows("1 job is running and will be stopped; leave? [y/N]")
	s.types("n\r")
	s.at(local)
	row(t, s.enter("get-job", local), "1", "Job1", "BackgroundJob", "Running", "True", "localhost", "start-sleep 600")
	s.types("exit\r")
	s.shows("leave? [y/N]")
	s.at("1 job is running and will be stopped; leave? [y/N] ")
	s.types("y\r")
	s.exits(0)
}

func TestExitForce(t *testing.T) {
	s := sit(t)
	s.enter("start-job {!sleep 600}", local)
	s.types("exit -force\r")
	s.exits(0)
}

func TestCompletion(t *testing.T) {
	s := sit(t)
	s.types("get-ev\t")
	s.shows("local:~> get-eventlog")
	s.types("marsh -new\t")
	s.shows("get-eventlog marsh -Newest")
	s.types("\x03")
	s.at(local)
	s.types("exit\r")
	s.exits(0)
}

// A job that ends is announced above the line being typed, which stays whole.
func TestAnnouncement(t *testing.T) {
	s := sit(t)
	fifo := filepath.Join(s.home, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	s.enter("start-job -name waits {!cat "+fifo+"}", local)
	s.types("write-output half")
	s.shows("local:~> write-output half")
	f, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for cat
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	s.shows("[1] waits Completed on localhost")
	s.until("the line below it", func() bool {
		return strings.Contains(s.text(), "[1] waits Completed on localhost\nlocal:~> write-output half")
	})
	s.types("-whole\r")
	s.at(local)
	s.line("half-whole")
	s.types("exit\r")
	s.exits(0)
}

func TestHistoryFile(t *testing.T) {
	h := home(t)
	s := sitIn(t, h)
	s.enter("'first'", local)
	s.types("exit\r")
	s.exits(0)
	path := filepath.Join(h, ".local", "state", "marsh", "history")
	info, err := os.Stat(path)
	if err != nil || info.Mode() != fs.FileMode(0o600) {
		t.Fatalf("the history is %v, %v", info, err)
	}
	contains(t, read(t, path), "'first'")
	s = sitIn(t, h)
	s.types("\x1b[A\x1b[A\r") // over exit, to the line before
	s.at(local)
	s.line("first")
	s.types("exit\r")
	s.exits(0)
}

// A program that takes the whole terminal: it reads single keys, and the shell's
// terminal is as it was.
func TestFullScreenProgram(t *testing.T) {
	s := sit(t)
	s.types(`!stty -icanon -echo; echo ready; echo "got $(dd bs=1 count=1 2>/dev/null)"` + "\r") // and leaves it so
	s.line("ready")
	s.types("k")
	s.at(local)
	s.line("got k")
	s.types("!stty -a | grep -o -e ' icanon' -e ' echo '\r")
	s.at(local)
	s.line(" icanon")
	s.types("\x04")
	s.exits(0)
	if !s.cooked() {
		t.Error("the terminal was left in other modes")
	}
}

// cooked reports whether the terminal is as a login finds it.
func (s *screen) cooked() bool {
	s.t.Helper()
	m, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	const want = unix.ICANON | unix.ECHO | unix.ISIG | unix.IEXTEN
	return m.Lflag&want == want
}

// What a remote machine prints cannot drive the terminal.
func TestControlSequencesFromAfar(t *testing.T) {
	server := sshd(t, sshtest.Options{})
	s := sit(t, "-F", server.Config())
	got := s.enter(`invoke-command -computername Server01 { !printf '\033]0;title\007\033[31mred\n'`+"\r}", local)
	contains(t, got, "red")
	s.mu.Lock()
	raw := s.raw.String()
	s.mu.Unlock()
	for _, bad := range []string{"\x1b]0;", "\x1b[31mred", "\a"} {
		if strings.Contains(raw, bad) {
			t.Errorf("%q came through", bad)
		}
	}
	s.types("exit\r")
	s.exits(0)
}
