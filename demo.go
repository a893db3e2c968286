package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"marsh/examples"
	"marsh/remote/sshconn"
	"marsh/repl"
	"marsh/shell"
	"marsh/shell/format"
	"marsh/shell/proc"
)

// demoWait bounds the whole demo.
const demoWait = 2 * time.Minute

// demoHosts are the machines of the walk-throughs.
var demoHosts = []string{"Server01", "Server02"}

// demo plays the walk-throughs, or the one that is named, on embedded servers on
// loopback, and fails when a screen is not as it should be. It leaves nothing behind.
func (p *program) demo(ctx context.Context, args []string) int {
	walks, err := chooseWalks(args)
	if err != nil {
		return p.wrongUsage(err.Error())
	}
	ctx, sig := interruptible(ctx)
	defer sig.release()
	ctx, cancel := context.WithTimeout(ctx, demoWait)
	defer cancel()
	reaper, err := proc.BecomeSubreaper()
	if err != nil {
		return p.fail(err)
	}
	defer reaper()
	dir, err := os.MkdirTemp("", "marsh-demo-")
	if err != nil {
		return p.fail(err)
	}
	defer os.RemoveAll(dir)
	servers, err := p.startDemoServers(ctx, dir)
	if err != nil {
		return p.fail(err)
	}
	for _, w := range walks {
		err = errors.Join(err, p.play(ctx, dir, w))
	}
	if err = errors.Join(err, servers.stop()); err != nil {
		return p.fail(err)
	}
	fmt.Fprintf(p.stdout, "\nAll was as it should be: %s.\n", strings.Join(names(walks), ", "))
	return 0
}

func names(walks []examples.Walk) []string {
	out := make([]string, len(walks))
	for i, w := range walks {
		out[i] = w.Name
	}
	return out
}

// chooseWalks returns the walk-throughs to play.
func chooseWalks(args []string) ([]examples.Walk, error) {
	all := examples.All()
	if len(args) == 0 {
		return all, nil
	}
	var chosen []examples.Walk
	for _, a := range args {
		i := -1
		for j, w := range all {
			if w.Name == a {
				i = j
			}
		}
		if i < 0 {
			return nil, fmt.Errorf("demo: there is no walk-through %s; there are %s", a, strings.Join(names(all), ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// play plays one walk-through and compares what was seen.
func (p *program) play(ctx context.Context, dir string, w examples.Walk) error {
	log, err := freeLogPath()
	if err != nil {
		return err
	}
	defer os.Remove(log)
	w.Text = strings.ReplaceAll(w.Text, walkLog, log)
	fmt.Fprintf(p.stdout, "\n=== %s ===\n", w.Name)
	home := homeDir()
	q := *p
	q.config = filepath.Join(dir, "config")
	sh := q.newShell(shell.Options{Connect: q.connector(nil), Dir: home, Events: shell.NewEventLog(dir)})
	var screen bytes.Buffer
	out := io.MultiWriter(p.stdout, &screen)
	r := repl.New(repl.Options{
		Local: sh.Engine(), Editor: repl.NewEcho(out, w.Lines()...),
		Out: func() repl.Output { return format.NewPrinter(out, out, format.Options{Width: 160}) },
	})
	sh.Front = r
	status := r.Run(ctx)
	if err := closeShell(sh); err != nil {
		return err
	}
	if err := w.Check(screen.String()); err != nil {
		return err
	}
	if status != 0 {
		return fmt.Errorf("%s: a line ended with an error", w.Name)
	}
	return nil
}

// walkLog is the file that the walk-throughs write.
const walkLog = "/var/tmp/pslog.txt"

// freeLogPath returns that name, or one like it where somebody has such a file.
func freeLogPath() (string, error) {
	if _, err := os.Lstat(walkLog); errors.Is(err, os.ErrNotExist) {
		return walkLog, nil
	}
	f, err := os.CreateTemp(filepath.Dir(walkLog), "pslog-*.txt")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// demoServers are the running servers.
type demoServers struct {
	cancel context.CancelFunc
	wg     sync.WaitGroup
	mu     sync.Mutex
	err    error // guarded by mu
}

// stop ends the servers and waits for them.
func (d *demoServers) stop() error {
	d.cancel()
	d.wg.Wait()
	return d.err
}

// startDemoServers starts a server for each host, and writes the ssh_config, keys
// and known_hosts to reach them into dir.
func (p *program) startDemoServers(ctx context.Context, dir string) (*demoServers, error) {
	user, err := sshconn.LoadOrCreateKey(filepath.Join(dir, "id"))
	if err != nil {
		return nil, err
	}
	keys := filepath.Join(dir, "authorized_keys")
	if err := os.WriteFile(keys, []byte(user.AuthorizedKey()+"\n"), 0o600); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	d := &demoServers{cancel: cancel}
	var config, known strings.Builder
	for _, host := range demoHosts {
		addr, line, err := p.startDemoServer(ctx, d, filepath.Join(dir, host), keys, host)
		if err != nil {
			return nil, errors.Join(err, d.stop())
		}
		fmt.Fprintf(&config, "Host %s\n  HostName %s\n  Port %d\n  IdentityFile %s\n  IdentitiesOnly yes\n  UserKnownHostsFile %s\n  GlobalKnownHostsFile none\n",
			host, addr.IP, addr.Port, filepath.Join(dir, "id"), filepath.Join(dir, "known_hosts"))
		known.WriteString(line + "\n")
	}
	err = errors.Join(os.WriteFile(filepath.Join(dir, "config"), []byte(config.String()), 0o600),
		os.WriteFile(filepath.Join(dir, "known_hosts"), []byte(known.String()), 0o600))
	if err != nil {
		return nil, errors.Join(err, d.stop())
	}
	return d, nil
}

// startDemoServer starts one server, whose log is the machine's system log, and
// returns its address and its line of known_hosts.
func (p *program) startDemoServer(ctx context.Context, d *demoServers, dir, keys, host string) (*net.TCPAddr, string, error) {
	logs := filepath.Join(dir, "log")
	if err := os.MkdirAll(logs, 0o700); err != nil {
		return nil, "", err
	}
	key, err := sshconn.LoadOrCreateKey(filepath.Join(dir, "host_key"))
	if err != nil {
		return nil, "", err
	}
	log, err := openLog(filepath.Join(logs, "syslog"), nil)
	if err != nil {
		return nil, "", err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", errors.Join(err, log.Close())
	}
	home := homeDir()
	server := &sshconn.Server{HostKey: key, AuthorizedKeys: keys, Log: log, Name: host, Agent: func(ctx context.Context, link io.ReadWriteCloser) error {
		return p.serveAgent(ctx, link, shell.Options{Dir: home, LogRoot: logs, Events: shell.NewEventLog(dir)})
	}}
	d.wg.Go(func() {
		err := errors.Join(server.Serve(ctx, ln), log.Close())
		d.mu.Lock()
		defer d.mu.Unlock()
		d.err = errors.Join(d.err, err)
	})
	addr := ln.Addr().(*net.TCPAddr)
	return addr, key.KnownHost(addr.String()), nil
}
