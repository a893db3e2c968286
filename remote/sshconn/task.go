package sshconn

import (
	"context"
	"fmt"
	"sync"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// task is what runs on a session: a program, or the agent in this process.
type task struct {
	once  sync.Once
	ready chan struct{} // closed when the client was told that it started
	kill  func()        // ends it; may be called twice
	sig   func(syscall.Signal) bool
	work  sync.WaitGroup
}

// replied says that the request that started t was answered.
func (t *task) replied() { t.once.Do(func() { close(t.ready) }) }

// end ends the task and waits for it.
func (t *task) end() {
	t.replied()
	t.kill()
	t.work.Wait()
}

func (t *task) signal(s syscall.Signal) bool { return t.sig != nil && t.sig(s) }

// startAgent runs the server's Agent on the channel.
func (s *serverSession) startAgent(ctx context.Context) *task {
	ctx, cancel := context.WithCancel(ctx)
	t := &task{ready: make(chan struct{}), kill: cancel}
	ch := s.ch
	t.work.Go(func() {
		defer cancel()
		<-t.ready
		status := 0
		if err := s.Agent(ctx, ch); err != nil {
			status = 1
			fmt.Fprintf(ch.Stderr(), "marsh: %s\n", clip(err.Error()))
		}
		sendStatus(ch, status)
		ch.Close()
	})
	return t
}

// sendStatus tells the client how a program ended. That it cannot be told is no
// error: it is gone.
func sendStatus(ch ssh.Channel, status int) {
	ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{uint32(status)}))
}

func sendSignal(ch ssh.Channel, sig syscall.Signal, core bool) {
	for name, n := range signals {
		if n == sig {
			ch.SendRequest("exit-signal", false, ssh.Marshal(struct {
				Name       string
				Core       bool
				Error, Tag string
			}{name, core, "", ""}))
			return
		}
	}
	sendStatus(ch, 128+int(sig))
}

// sendEnd tells the client how ws says that a program ended.
func sendEnd(ch ssh.Channel, ws syscall.WaitStatus) {
	if ws.Signaled() {
		sendSignal(ch, ws.Signal(), ws.CoreDump())
		return
	}
	sendStatus(ch, ws.ExitStatus())
}
