package main

import (
	"context"
	"os"
	"runtime"

	"marsh/shell"
	"marsh/shell/proc"
)

// watchdogArgs are the arguments of the process that ends the programs of a shell that
// was killed. The shell starts it; it is of no use to anybody else.
var watchdogArgs = []string{"--watchdog"}

// watchdog is that process.
func (p *program) watchdog(ctx context.Context) int {
	if err := proc.RunWatchdog(ctx, p.stdin); err != nil {
		return p.fail(err)
	}
	return 0
}

// newWatchdog makes the watchdog of a shell, which is started with its first program.
func (p *program) newWatchdog(o shell.Options) *proc.Watchdog {
	if p.self == "" {
		return nil
	}
	return proc.NewWatchdog(p.self, append([]string{"marsh"}, watchdogArgs...), func(err error) {
		text := "programs of this shell would outlive it if it were killed: its watchdog cannot be started: " + err.Error()
		_ = o.Events.Append(shell.Event{Type: shell.EventWarning, ID: shell.WatchdogFailed, Source: "shell", Message: text})
		if o.Notify != nil {
			o.Notify(text)
		}
	})
}

// self returns the file of this binary. On Linux it is the one that runs, also where
// another one has its name by now.
func self() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	path, _ := os.Executable() // "" has no watchdog
	return path
}
