package proc

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// What starting a program and waiting for it costs beside what the kernel takes for
// it: to be within 1.3 of BenchmarkForkExec in a session, or without one. A session of
// its own can double the kernel's part (autogroups, sched(7)).

func trueCommand() *exec.Cmd {
	return &exec.Cmd{Path: "/bin/true", Args: []string{"true"}, Env: os.Environ()}
}

func BenchmarkForkExec(b *testing.B) {
	b.Run("session", func(b *testing.B) { forkExec(b, &syscall.SysProcAttr{Setsid: true}) })
	b.Run("group", func(b *testing.B) { forkExec(b, &syscall.SysProcAttr{Setpgid: true}) })
}

func forkExec(b *testing.B, attr *syscall.SysProcAttr) {
	for b.Loop() {
		p, err := os.StartProcess("/bin/true", []string{"true"}, &os.ProcAttr{Env: os.Environ(), Sys: attr})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProgram(b *testing.B) {
	g := NewGroup(NewTag())
	for b.Loop() {
		cmd := trueCommand()
		if err := g.Start(cmd); err != nil {
			b.Fatal(err)
		}
		if err := g.Wait(cmd); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProgramOnTerminal(b *testing.B) {
	for b.Loop() {
		g, f := NewGroup(NewTag()), NewForeground(os.Stdin, 1, false)
		cmd := trueCommand()
		if err := g.StartOnTerminal(cmd, f); err != nil {
			b.Fatal(err)
		}
		if err := g.Wait(cmd); err != nil {
			b.Fatal(err)
		}
	}
}
