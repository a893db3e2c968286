package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"

	"marsh/jobs"
	"marsh/remote"
	"marsh/remote/sshconn"
	"marsh/shell"
	"marsh/shell/proc"
)

// agent serves a shell on standard input and output until they end.
func (p *program) agent(ctx context.Context, args []string) int {
	flags := flag.NewFlagSet("agent", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	here := flags.Bool("here", false, "")
	memory := flags.Int64("memory", 0, "")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return p.wrongUsage("agent takes no argument")
	}
	// A link that is gone is an error of a write, not a signal; what the agent
	// started is ended first when somebody wants it gone.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, sig := interruptible(ctx)
	defer sig.release()
	reaper, err := proc.BecomeSubreaper()
	if err != nil {
		return p.fail(err)
	}
	defer reaper()
	if !*here {
		os.Chdir(homeDir()) // as a login does; a home that cannot be entered is no reason to fail
	}
	if *memory > 0 {
		debug.SetMemoryLimit(*memory)
	}
	link, err := remote.Stdio(p.stdin, p.stdout)
	if err != nil {
		return p.fail(err)
	}
	if err := p.serveAndEnd(ctx, link, shell.Options{MemoryLimit: *memory}, endOrphans); err != nil {
		return p.fail(err)
	}
	return 0
}

// endOrphans ends what got away from all that a program can be known by, where there are no
// control groups: this process is the agent's alone.
func endOrphans() error {
	ctx, cancel := context.WithTimeout(context.Background(), proc.DefaultGrace)
	defer cancel()
	return proc.EndOrphans(ctx, proc.DefaultGrace)
}

// serveAgent serves a shell of its own on a link until the link or ctx ends; nothing
// that was started in it is left then.
func (p *program) serveAgent(ctx context.Context, link io.ReadWriteCloser, o shell.Options) error {
	return p.serveAndEnd(ctx, link, o, func() error { return nil })
}

// serveAndEnd is serveAgent with something else to end, behind the shell.
func (p *program) serveAndEnd(ctx context.Context, link io.ReadWriteCloser, o shell.Options, last func() error) error {
	o.Agent = true
	sh := p.newShell(o)
	// The other end is told when all is gone, and not before.
	leave := sync.OnceValue(func() error {
		return errors.Join(closeShell(sh), last())
	})
	err := remote.Serve(ctx, link, sh.Host(), remote.Options{Build: version, Leave: func() { leave() }})
	return errors.Join(err, leave())
}

// serve runs the embedded SSH server.
func (p *program) serve(ctx context.Context, args []string) int {
	home := homeDir()
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	listen := flags.String("listen", "127.0.0.1:2222", "")
	keys := flags.String("authorized-keys", filepath.Join(home, ".ssh", "authorized_keys"), "")
	hostKey := flags.String("host-key", filepath.Join(shell.EventDir(os.Getenv, home), "host_key"), "")
	logFile := flags.String("log", "", "")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return p.wrongUsage(fmt.Sprintf("serve: %v", errors.Join(err, unexpected(flags.Args()))))
	}
	if *listen == "" { // which would be every address, unasked
		return p.wrongUsage("serve: --listen wants an address, such as 127.0.0.1:2222")
	}
	ctx, sig := interruptible(ctx)
	defer sig.release()
	reaper, err := proc.BecomeSubreaper()
	if err != nil {
		return p.fail(err)
	}
	defer reaper()
	out, err := openLog(*logFile, p.stderr)
	if err != nil {
		return p.fail(err)
	}
	defer out.Close()
	key, err := sshconn.LoadOrCreateKey(*hostKey)
	if err != nil {
		return p.fail(err)
	}
	ln, err := net.Listen("tcp", *listen)
	if err != nil {
		return p.fail(err)
	}
	fmt.Fprintf(p.stdout, "marsh serves on %s\nhost key %s\nkeys that may log in: %s\n", ln.Addr(), key.Fingerprint(), *keys)
	server := &sshconn.Server{HostKey: key, AuthorizedKeys: *keys, Log: out, Agent: func(ctx context.Context, link io.ReadWriteCloser) error {
		return p.serveAgent(ctx, link, shell.Options{Dir: home})
	}}
	if err := server.Serve(ctx, ln); err != nil {
		return p.fail(err)
	}
	return 0
}

// unexpected is an error for arguments that are not wanted.
func unexpected(args []string) error {
	if len(args) == 0 {
		return nil
	}
	return jobs.Errorf(jobs.KindUsage, "unexpected %s", strings.Join(args, " "))
}

// openLog opens the server's log: a file that is appended to, or what is given.
func openLog(path string, fallback *os.File) (io.WriteCloser, error) {
	if path == "" {
		return nopCloser{fallback}, nil
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
