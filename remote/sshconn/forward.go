package sshconn

import (
	"context"
	"io"
	"net"
	"sync"

	"golang.org/x/crypto/ssh"
)

// agentChannel is the kind of channel on which a machine asks our agent
// (draft-ietf-sshm-ssh-agent).
const agentChannel = "auth-agent@openssh.com"

// maxLent bounds how many programs on a machine use our agent at a time.
const maxLent = 16

// lendAgent lets programs on the machine use the agent, until the line ends.
func (l *line) lendAgent(asked <-chan ssh.NewChannel) {
	slots := make(chan struct{}, maxLent)
	for nc := range asked {
		select {
		case slots <- struct{}{}:
			if l.begin(func() { lend(nc, l.s.forward); <-slots }) {
				continue
			}
		default:
		}
		nc.Reject(ssh.ResourceShortage, "too many ask at a time")
	}
}

// lend connects a channel to the agent.
func lend(nc ssh.NewChannel, socket string) {
	var d net.Dialer
	agent, err := d.DialContext(context.Background(), "unix", socket) // a socket here answers at once or not at all
	if err != nil {
		nc.Reject(ssh.ConnectionFailed, "the agent does not answer")
		return
	}
	defer agent.Close()
	ch, reqs, err := nc.Accept()
	if err != nil {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { ssh.DiscardRequests(reqs) })
	both.Go(func() {
		io.Copy(ch, agent)
		ch.Close()
	})
	io.Copy(agent, ch)
	agent.Close()
	both.Wait()
}
