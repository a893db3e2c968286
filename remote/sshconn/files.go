package sshconn

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"marsh/jobs"
)

// systemConfig is the machine's own ssh_config.
const systemConfig = "/etc/ssh/ssh_config"

// Bounds of ssh_config, as it is read without OpenSSH's help.
const (
	maxIncludes   = 16      // how deep Include may nest; OpenSSH has the same bound
	maxConfig     = 4 << 20 // bytes of one file
	maxConfigOpen = 256     // files that are included
)

// readFiles reads ssh_config without OpenSSH's help, by the rules of ssh_config(5): the
// file given, else the user's and the machine's. What it cannot do, which is
// CanonicalizeHostname, it says.
func readFiles(ctx context.Context, file string, p place) (options, error) {
	who, err := currentUser()
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, who: who, asked: p.host, host: p.host, options: options{}}
	if p.user != "" {
		r.options["user"] = []string{p.user}
	}
	if p.port != 0 {
		r.options["port"] = []string{strconv.Itoa(p.port)}
	}
	if err := r.read(file); err != nil {
		return nil, err
	}
	if canonical := strings.ToLower(r.options.first("canonicalizehostname", "no")); canonical != "no" && canonical != "none" && canonical != "false" {
		return nil, jobs.Errorf(jobs.KindUnsupported, "ssh_config sets CanonicalizeHostname %s, which marsh understands only with OpenSSH's client installed (openssh-client)", clip(canonical))
	}
	r.host = strings.ToLower(r.target())
	if r.again {
		r.final, r.files = true, 0
		r.options["hostname"] = []string{r.host}
		if err := r.read(file); err != nil {
			return nil, err
		}
	}
	r.options["hostname"] = []string{r.host}
	return r.options, nil
}

// read reads the files once.
func (r *reader) read(file string) error {
	for _, name := range configFiles(file, r.who.HomeDir) {
		r.active, r.user = true, name != systemConfig
		if err := r.file(name, name == file, 0, false); err != nil {
			return err
		}
	}
	return nil
}

func configFiles(file, home string) []string {
	switch file {
	case "":
		return []string{filepath.Join(home, ".ssh", "config"), systemConfig}
	case "none":
		return nil
	}
	return []string{file}
}

// file reads one file. One that must be there is the one that the operator named.
func (r *reader) file(name string, must bool, depth int, never bool) error {
	text, err := readConfig(name, must)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return nil
	}
	if err != nil {
		return jobs.Errorf(jobs.KindNotFound, "ssh_config cannot be read: %w", err)
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if err := r.line(line, name, depth, never); err != nil {
			return jobs.Errorf(jobs.AsError(err).Kind, "%s:%d: %w", name, number, err)
		}
	}
	return nil
}

// readConfig reads a file. Only what the operator named may be a pipe.
func readConfig(name string, named bool) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !named && !info.Mode().IsRegular():
		return nil, fs.ErrNotExist
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err == nil && len(text) > maxConfig {
		err = errText(name + " is too large")
	}
	return text, err
}

// include reads the files that an Include line names. Relative ones are beside the
// user's or the machine's ssh_config. In a block that is not for this host their Host
// lines mean nothing.
func (r *reader) include(patterns []string, depth int) error {
	if depth >= maxIncludes {
		return jobs.Errorf(jobs.KindUsage, "Include nests more than %d deep", maxIncludes)
	}
	dir := filepath.Join(r.who.HomeDir, ".ssh")
	if !r.user {
		dir = filepath.Dir(systemConfig)
	}
	was := r.active
	for _, p := range patterns {
		if p = expandHome(p, r.who.HomeDir); !filepath.IsAbs(p) {
			p = filepath.Join(dir, p)
		}
		names, err := filepath.Glob(p)
		if err != nil {
			return jobs.Errorf(jobs.KindUsage, "Include %s is not a pattern", clip(p))
		}
		for _, name := range names {
			if r.files++; r.files > maxConfigOpen {
				return jobs.Errorf(jobs.KindUsage, "more than %d files are included", maxConfigOpen)
			}
			if err := r.file(name, false, depth+1, !was); err != nil {
				return err
			}
			r.active = was
		}
	}
	return nil
}
