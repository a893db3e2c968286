package sshconn

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
)

// defaultPath is the PATH of programs where the server has none itself.
const defaultPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

// startProgram starts the user's shell: as a login shell, or with -c and command.
func (s *serverSession) startProgram(login bool, command string) (*task, error) {
	cmd := exec.Command(s.account.shell, "-c", command)
	if login {
		cmd.Args = []string{"-" + filepath.Base(s.account.shell)}
	}
	cmd.Dir = s.Dir
	if cmd.Dir == "" {
		cmd.Dir = s.account.home
	}
	cmd.Env = s.environ()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if s.term != nil {
		return s.startOnTerminal(cmd)
	}
	return s.startOnPipes(cmd)
}

// environ is the whole environment of what is started: nothing of the server's
// own but the PATH.
func (s *serverSession) environ() []string {
	path, ok := os.LookupEnv("PATH")
	if !ok {
		path = defaultPath
	}
	from, to := s.conn.RemoteAddr(), s.conn.LocalAddr()
	fromHost, fromPort, _ := net.SplitHostPort(from.String())
	toHost, toPort, _ := net.SplitHostPort(to.String())
	env := []string{
		"HOME=" + s.account.home, "USER=" + s.account.user, "LOGNAME=" + s.account.user,
		"SHELL=" + s.account.shell, "PATH=" + path,
		"SSH_CLIENT=" + fromHost + " " + fromPort + " " + toPort,
		"SSH_CONNECTION=" + fromHost + " " + fromPort + " " + toHost + " " + toPort,
	}
	if s.term != nil {
		env = append(env, "TERM="+s.term.name, "SSH_TTY="+s.term.slave.Name())
	}
	return append(append(env, s.env...), s.Env...)
}

// startOnTerminal runs cmd on the session's terminal. As with OpenSSH, the channel
// closes when cmd ends, and the jobs of its terminal end with it.
func (s *serverSession) startOnTerminal(cmd *exec.Cmd) (*task, error) {
	term, ch := s.term, s.ch
	cmd.Stdin, cmd.Stdout, cmd.Stderr = term.slave, term.slave, term.slave
	cmd.SysProcAttr.Setctty = true
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	term.handOver()
	p := newProgram(cmd)
	t := p.task(term.drain)
	t.work.Go(func() { io.Copy(term.master, ch) })
	var output sync.WaitGroup
	output.Go(func() { <-t.ready; term.copyOut(ch) })
	t.work.Go(func() {
		ws := p.wait()
		<-t.ready
		p.killRest()
		term.drain()
		output.Wait()
		sendEnd(ch, ws)
		ch.Close()
	})
	return t, nil
}

// startOnPipes runs cmd on pipes. As with OpenSSH, the channel stays open while
// anything that cmd started holds its output.
func (s *serverSession) startOnPipes(cmd *exec.Cmd) (*task, error) {
	ends, err := openPipes(cmd)
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		ends.close()
		return nil, err
	}
	ends.handOver()
	p, ch := newProgram(cmd), s.ch
	t := p.task(ends.close) // what has left the session may hold the other ends
	t.work.Go(func() { io.Copy(ends.stdin, ch); ends.stdin.Close() })
	var output sync.WaitGroup
	output.Go(func() { <-t.ready; io.Copy(ch, ends.stdout) })
	output.Go(func() { <-t.ready; io.Copy(ch.Stderr(), ends.stderr) })
	t.work.Go(func() {
		ws := p.wait()
		<-t.ready
		ends.stdin.Close()
		output.Wait()
		p.killRest()
		sendEnd(ch, ws)
		ch.Close()
	})
	return t, nil
}

// program is a started program, the leader of a session of its own.
type program struct {
	cmd  *exec.Cmd
	gone atomic.Bool // it and its session are gone: its number may be another's
}

func newProgram(cmd *exec.Cmd) *program { return &program{cmd: cmd} }

// task returns the task of p. Ending it also calls release, which lets go of what
// could hold up the end.
func (p *program) task(release func()) *task {
	return &task{
		ready: make(chan struct{}),
		kill:  func() { p.kill(); release() },
		sig:   p.signal,
	}
}

func (p *program) wait() syscall.WaitStatus {
	p.cmd.Wait() // the state says it all
	ws, _ := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ws
}

// kill kills the whole session.
func (p *program) kill() {
	if !p.gone.Load() {
		killSession(p.cmd.Process.Pid)
	}
}

// killRest kills what the program left behind in its session.
func (p *program) killRest() {
	p.kill()
	p.gone.Store(true)
}

func (p *program) signal(sig syscall.Signal) bool {
	return !p.gone.Load() && syscall.Kill(-p.cmd.Process.Pid, sig) == nil
}
