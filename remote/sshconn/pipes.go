package sshconn

import (
	"errors"
	"os"
	"os/exec"
)

// pipes are our ends of a program's three streams.
type pipes struct {
	stdin, stdout, stderr *os.File
	theirs                []*os.File
}

// openPipes makes the pipes and gives cmd its ends. They are ours, not os/exec's,
// whose Wait would wait for everything that holds one.
func openPipes(cmd *exec.Cmd) (*pipes, error) {
	p := &pipes{}
	inR, inW, err1 := os.Pipe()
	outR, outW, err2 := os.Pipe()
	errR, errW, err3 := os.Pipe()
	p.stdin, p.stdout, p.stderr = inW, outR, errR
	p.theirs = []*os.File{inR, outW, errW}
	if err := errors.Join(err1, err2, err3); err != nil {
		p.close()
		return nil, err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = inR, outW, errW
	return p, nil
}

// handOver closes the program's ends on our side, once it has them.
func (p *pipes) handOver() {
	for _, f := range p.theirs {
		f.Close() // a nil file's Close does nothing
	}
}

// close closes everything; closing twice is harmless.
func (p *pipes) close() {
	p.handOver()
	p.stdin.Close()
	p.stdout.Close()
	p.stderr.Close()
}
