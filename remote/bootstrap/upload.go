package bootstrap

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"

	"marsh/jobs"
)

// upload puts b on the machine.
func upload(ctx context.Context, f far, b *binary, got answer) error {
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
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	sent := make(chan error, 1)
	go func() {
		err := b.send(p.Stdin(), got.packed)
		sent <- errors.Join(err, p.Stdin().Close())
	}()
	word, err := s.verdict(n)
	if word != "done" {
		s.Close() // what is still being sent has no reader
	}
	sendErr := <-sent
	return f.uploaded(ctx, s, word, errors.Join(err, sendErr))
}

// send writes the binary's content to w.
func (b *binary) send(w io.Writer, packed bool) error {
	if packed {
		text, err := b.gzip()
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	}
	file, err := os.Open(b.path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
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
