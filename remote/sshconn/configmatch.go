package sshconn

import (
	"cmp"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"marsh/jobs"
)

// match reports whether a Match line is for this host (ssh_config(5), Match). All of its
// criteria are looked at, so that a mistake is one for every host.
func (r *reader) match(args []string, never bool) (bool, error) {
	result := !never
	for i := 0; i < len(args); i++ {
		word, negated := strings.CutPrefix(args[i], "!")
		name, value, hasValue := strings.Cut(word, "=")
		name = strings.ToLower(name)
		var fits bool
		switch name {
		case "all":
			if len(args) > 2 || i == 0 && len(args) > 1 || hasValue {
				return false, jobs.Errorf(jobs.KindUsage, "Match all stands alone, or after final or canonical")
			}
			fits = true
		case "final", "canonical":
			r.again = r.again || name == "final"
			fits = r.final
		default:
			if !hasValue {
				if i++; i >= len(args) {
					return false, jobs.Errorf(jobs.KindUsage, "Match %s lacks its value", clip(name))
				}
				value = args[i]
			}
			var err error
			if fits, err = r.criterion(name, value, result); err != nil {
				return false, err
			}
		}
		result = result && fits != negated
	}
	return result, nil
}

// criterion reports whether one that has a value fits. What would have to be run is run
// only where it still matters.
func (r *reader) criterion(name, value string, matters bool) (bool, error) {
	list := strings.Split(value, ",")
	switch name {
	case "host":
		return matchAny(lower(list), strings.ToLower(r.target())), nil
	case "originalhost":
		return matchAny(lower(list), strings.ToLower(r.asked)), nil
	case "user":
		return matchAny(list, r.options.first("user", r.who.Username)), nil
	case "localuser":
		return matchAny(list, r.who.Username), nil
	case "exec":
		if !matters {
			return false, nil
		}
		return r.exec(value)
	}
	return false, jobs.Errorf(jobs.KindUnsupported, "marsh does not know Match %s; with OpenSSH's client installed (openssh-client) it is asked", clip(name))
}

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = strings.ToLower(v)
	}
	return out
}

// exec reports whether a command ends with status 0. The user's shell runs it.
func (r *reader) exec(command string) (bool, error) {
	port, err := strconv.Atoi(r.options.first("port", "22"))
	if err != nil {
		return false, jobs.Errorf(jobs.KindUsage, "Port %s is not a number", clip(r.options.first("port", "")))
	}
	x := expander{
		home: r.who.HomeDir, local: r.who.Username, uid: r.who.Uid, alias: r.asked, host: r.target(), port: port,
		user: r.options.first("user", r.who.Username), hostKey: cmp.Or(r.options.first("hostkeyalias", ""), r.asked),
	}
	text, err := x.tokens(command)
	if err != nil {
		return false, err
	}
	cmd := exec.CommandContext(r.ctx, cmp.Or(os.Getenv("SHELL"), "/bin/sh"), "-c", text)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if r.ctx.Err() != nil {
		return false, r.ctx.Err()
	}
	return err == nil, nil
}
