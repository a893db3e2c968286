package bootstrap

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"strconv"

	"marsh/jobs"
)

// upload puts b on the machine. It takes the time that it takes, as long as it moves.
func upload(ctx context.Context, f far, a *Agent, b *binary, got answer) error {
	content, err := b.content(got.packed)
	if err != nil {
		return jobs.Errorf(jobs.KindIO, "the agent's binary cannot be read: %w", err)
	}
	defer content.Close()
	sent := &counting{}
	ctx, end := whileMoving(ctx, cmp.Or(a.Silence, uploadSilence), sent.moved)
	defer end()
	unpack := "cat"
	if got.packed {
		unpack = "gzip -dc"
	}
	n := newNonce()
	p, err := f.exec(ctx, script(uploadText, n, "@HASH", b.hash, "@SIZE", strconv.FormatInt(b.size, 10), "@KIB", strconv.FormatInt(b.size>>10+1, 10), "@UNPACK", unpack))
	if err != nil {
		return late(ctx, f, err)
	}
	s := newStream(p)
	defer s.Close()
	sent.Writer = p.Stdin()
	word, err := s.put(ctx, n, content, sent)
	return f.uploaded(ctx, s, word, err)
}

// content opens the binary's content, compressed or as it is.
func (b *binary) content(packed bool) (io.ReadCloser, error) {
	if !packed {
		return os.Open(b.path)
	}
	text, err := b.gzip()
	return io.NopCloser(bytes.NewReader(text)), err
}

// put sends content, by way of to, to a process that then says how it went.
func (s *Stream) put(ctx context.Context, n nonce, content io.Reader, to *counting) (word string, err error) {
	return within(ctx, s, func() (string, error) {
		sent := make(chan error, 1)
		go func() {
			_, err := io.Copy(to, content)
			to.all.Store(true)
			sent <- errors.Join(err, s.p.Stdin().Close())
		}()
		word, err := s.verdict(n)
		if word != "done" {
			s.Close() // what is still being sent has no reader
		}
		return word, errors.Join(err, <-sent)
	})
}

// verdict reads how the upload went: done, failed or nowhere.
func (s *Stream) verdict(n nonce) (string, error) {
	for total := 0; total < maxNoise; {
		line, err := readLine(s.stdout)
		total += len(line)
		if word, _, ok := n.answer(line); ok {
			return word, nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", errors.New("it printed too much")
}

// uploaded says what came of an upload.
func (f far) uploaded(ctx context.Context, s *Stream, word string, err error) error {
	switch {
	case word == "done":
		return nil
	case ctx.Err() != nil:
		return late(ctx, f, ctx.Err())
	case word == "nowhere":
		return jobs.Errorf(jobs.KindPermission, "%s has no directory for the agent: ~/.cache, $XDG_RUNTIME_DIR, /var/tmp, /dev/shm and /tmp do not let a file be written and run, or are full; make one of them writable, not mounted noexec, with 16 MiB free", f.name)
	}
	if said := s.said(ctx); said != "" {
		return jobs.Errorf(jobs.KindIO, "the agent cannot be written on %s: %s", f.name, said)
	}
	return jobs.Errorf(jobs.KindIO, "the agent cannot be written on %s: %w", f.name, err)
}
