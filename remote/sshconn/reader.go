package sshconn

import (
	"cmp"
	"context"
	"os/user"
	"slices"
	"strings"

	"marsh/jobs"
)

// reader reads ssh_config's lines for one host.
type reader struct {
	ctx   context.Context
	who   *user.User
	asked string // the host as given
	host  string // the one that Host lines are compared with

	options options
	ignored []string // the patterns of IgnoreUnknown
	active  bool     // the lines are for this host
	user    bool     // the file is the user's, not the machine's
	final   bool     // all is read for the second time
	again   bool     // a Match asks for that
	files   int      // that were included
}

// line reads one line of the file called name. never says that no Host or Match line can
// make it be for this host.
func (r *reader) line(line, name string, depth int, never bool) error {
	key, rest := cutKeyword(line)
	if key == "" {
		return nil
	}
	k := strings.ToLower(key)
	k = cmp.Or(oldNames[k], k)
	kind, known := keywords[k]
	if rawKeywords[k] {
		r.set(k, []string{rest})
		return nil
	}
	args, err := splitArgs(rest)
	switch {
	case err != nil:
		return err
	case !known && matchAny(r.ignored, k):
		return nil
	case !known:
		return jobs.Errorf(jobs.KindUsage, "there is no setting %s in ssh_config", clip(key))
	case len(args) == 0 && kind != anything:
		return jobs.Errorf(jobs.KindUsage, "%s lacks its value", key)
	}
	switch k {
	case "host":
		r.active = !never && matchAny(args, r.host)
		return nil
	case "match":
		r.active, err = r.match(args, never)
		return err
	case "include":
		return r.include(args, depth)
	case "ignoreunknown":
		r.ignored = lower(strings.Split(args[0], ","))
		return nil
	}
	return r.setting(k, kind, args)
}

// setting takes a setting's values.
func (r *reader) setting(key string, kind keywordKind, args []string) error {
	if kind != several && kind != anything && len(args) > 1 {
		return jobs.Errorf(jobs.KindUsage, "%s has more than one value", key)
	}
	switch {
	case kind == flag && !slices.Contains([]string{"yes", "no", "true", "false"}, strings.ToLower(args[0])):
		return jobs.Errorf(jobs.KindUsage, "%s is yes or no, not %s", key, clip(args[0]))
	case !r.active:
	case kind == each:
		if !slices.Contains(r.options[key], args[0]) {
			r.options[key] = append(r.options[key], args[0])
		}
	case key == "sendenv":
		r.sendEnv(args)
	case kind == algorithms:
		r.set(key, []string{assemble(key, args[0])})
	default:
		r.set(key, args)
	}
	return nil
}

// set takes a setting that is not there yet: the first one counts. Where there is a way
// through other machines a ProxyCommand does not count, and the other way round.
func (r *reader) set(key string, values []string) {
	switch {
	case !r.active, len(r.options[key]) > 0,
		key == "proxyjump" && len(r.options["proxycommand"]) > 0,
		key == "proxycommand" && noneIsEmpty(r.options.first("proxyjump", "none")) != "":
		return
	}
	r.options[key] = values
}

// sendEnv adds patterns; one that begins with "-" takes away what it fits.
func (r *reader) sendEnv(args []string) {
	for _, a := range args {
		if gone, ok := strings.CutPrefix(a, "-"); ok {
			r.options["sendenv"] = slices.DeleteFunc(r.options["sendenv"], func(v string) bool { return match(gone, v) })
		} else if !slices.Contains(r.options["sendenv"], a) {
			r.options["sendenv"] = append(r.options["sendenv"], a)
		}
	}
}

// target is the host to connect to, as far as it is known.
func (r *reader) target() string {
	return strings.NewReplacer("%%", "%", "%h", r.asked).Replace(r.options.first("hostname", r.asked))
}
