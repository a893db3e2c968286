package sshconn

import (
	"cmp"
	"errors"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"marsh/jobs"
)

// proxyGrace is how long a ProxyCommand has to end between TERM and KILL, and how long
// its error output is waited for when it has ended.
const proxyGrace = 2 * time.Second

// proxy is a ProxyCommand, and the connection that is its input and output. It runs in a
// session of its own, so that no key of the terminal is meant for it, and what it started
// ends with it.
type proxy struct {
	in, out *os.File // its input and output, our ends
	said    *capped  // its error output
	cmd     *exec.Cmd
	quit    chan struct{} // closed by Close
	ended   chan struct{} // closed when it and its error output have ended
	err     error         // set before ended is closed: how it ended
	once    sync.Once
}

var _ net.Conn = (*proxy)(nil)

// startProxy starts command with the user's shell, as OpenSSH does.
func startProxy(command string) (*proxy, error) {
	shell := cmp.Or(os.Getenv("SHELL"), "/bin/sh")
	p := &proxy{said: &capped{max: 4096}, quit: make(chan struct{}), ended: make(chan struct{})}
	p.cmd = exec.Command(shell, "-c", "exec "+command)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	p.cmd.Stderr = p.said
	p.cmd.WaitDelay = proxyGrace
	theirIn, in, err1 := os.Pipe()
	out, theirOut, err2 := os.Pipe()
	p.in, p.out = in, out
	p.cmd.Stdin, p.cmd.Stdout = theirIn, theirOut
	err := errors.Join(err1, err2)
	if err == nil {
		err = p.cmd.Start()
	}
	theirIn.Close() // a nil file's Close does nothing
	theirOut.Close()
	if err != nil {
		in.Close()
		out.Close()
		return nil, jobs.Errorf(jobs.KindIO, "the ProxyCommand cannot be started: %w", err)
	}
	go p.wait()
	return p, nil
}

// wait ends what is left of the command when it, or the connection, has ended.
func (p *proxy) wait() {
	defer close(p.ended)
	gone := make(chan error, 1)
	go func() { gone <- p.cmd.Wait() }()
	select {
	case p.err = <-gone:
	case <-p.quit:
		p.err = p.end(gone)
	}
	p.signal(syscall.SIGKILL) // whatever it left behind
}

// end ends the command: TERM, the grace, KILL.
func (p *proxy) end(gone <-chan error) error {
	p.signal(syscall.SIGTERM)
	late := time.NewTimer(proxyGrace)
	defer late.Stop()
	select {
	case err := <-gone:
		return err
	case <-late.C:
	}
	p.signal(syscall.SIGKILL)
	return <-gone
}

// signal signals the command and what it started. The group outlives the command as long
// as one of it does, so its number is nobody else's.
func (p *proxy) signal(s syscall.Signal) { syscall.Kill(-p.cmd.Process.Pid, s) }

func (p *proxy) Read(b []byte) (int, error)  { return p.out.Read(b) }
func (p *proxy) Write(b []byte) (int, error) { return p.in.Write(b) }

// Close ends the command, and does not wait for its end; settled does.
func (p *proxy) Close() error {
	p.once.Do(func() {
		p.in.Close()
		p.out.Close()
		close(p.quit)
	})
	return nil
}

func (p *proxy) LocalAddr() net.Addr                { return &net.UnixAddr{Name: "proxy"} }
func (p *proxy) RemoteAddr() net.Addr               { return &net.UnixAddr{Name: "proxy"} }
func (p *proxy) SetReadDeadline(t time.Time) error  { return p.out.SetReadDeadline(t) }
func (p *proxy) SetWriteDeadline(t time.Time) error { return p.in.SetWriteDeadline(t) }
func (p *proxy) SetDeadline(t time.Time) error {
	return errors.Join(p.SetReadDeadline(t), p.SetWriteDeadline(t))
}

// settled waits for the end of the ProxyCommand, if nc is one, which takes no longer than
// twice proxyGrace once it is closed.
func settled(nc net.Conn) {
	if p, ok := nc.(*proxy); ok {
		<-p.ended
	}
}

// explainProxy adds to err what the ProxyCommand said and how it ended, if nc is one.
func explainProxy(nc net.Conn, s *settings, err error) error {
	p, ok := nc.(*proxy)
	if !ok {
		return err
	}
	<-p.ended
	said := clip(p.said.String())
	if ended, ok := errors.AsType[*exec.ExitError](p.err); ok && ended.Exited() {
		said = cmp.Or(said, "it printed nothing and ended with "+ended.ProcessState.String())
	}
	switch e := *jobs.AsError(err); {
	case said == "":
	case e.Kind == jobs.KindTimeout:
		e.Msg += " (the ProxyCommand said: " + said + ")"
		return &e
	case e.Kind == jobs.KindBroken, e.Kind == jobs.KindProtocol:
		return jobs.Errorf(jobs.KindUnreachable, "the ProxyCommand for %s made no connection: %s; try it by hand: %s", s.label(), said, clip(s.proxy))
	}
	return err
}
