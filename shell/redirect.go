package shell

import (
	"bufio"
	"context"
	"os"
	"sync"

	"marsh/jobs"
	"marsh/shell/format"
	"marsh/shell/lua"
)

// fileSink writes records to a file as they would be shown, strings as lines with
// their bytes as they are.
type fileSink struct {
	path string
	file *os.File

	mu      sync.Mutex
	buf     *bufio.Writer   // guarded by mu
	printer *format.Printer // over buf; guarded by mu
}

// fileBuffer is how many bytes are collected before they are written to a file.
const fileBuffer = 64 << 10

func openFileSink(path string, appending bool) (*fileSink, error) {
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if appending {
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	}
	f, err := os.OpenFile(path, flags, 0o666)
	if err != nil {
		return nil, FileError("write to", path, err)
	}
	buf := bufio.NewWriterSize(f, fileBuffer)
	return &fileSink{path: path, file: f, buf: buf, printer: format.NewPrinter(buf, buf, format.Options{RawErrors: true})}, nil
}

// Write writes one record.
func (s *fileSink) Write(ctx context.Context, r jobs.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text, ok := r.Value.(string); ok {
		if err := s.printer.Flush(); err != nil {
			return FileError("write to", s.path, err)
		}
		s.buf.WriteString(text)
		if err := s.buf.WriteByte('\n'); err != nil {
			return FileError("write to", s.path, err)
		}
		return nil
	}
	r.HideHost = true
	if err := s.printer.Write(ctx, r); err != nil {
		return FileError("write to", s.path, err)
	}
	return nil
}

// Close writes what is still collected and closes the file.
func (s *fileSink) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.printer.Flush()
	if ferr := s.buf.Flush(); err == nil {
		err = ferr
	}
	if cerr := s.file.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return FileError("write to", s.path, err)
	}
	return nil
}

// redirect applies a stage's redirections to its streams, in their order, and
// returns the files that were opened. On an error none is left open.
func (e *Engine) redirect(to *router, redirs []lua.Redir) (files []*fileSink, err error) {
	for _, rd := range redirs {
		if rd.Merge != 0 {
			to.merge(rd.From, jobs.StreamKind(rd.Merge))
			continue
		}
		f, err := e.openTarget(rd)
		if err != nil {
			closeAll(files)
			return nil, err
		}
		files = append(files, f)
		for k := range to.to {
			if k == rd.From || rd.From == 0 && k != int(jobs.Progress) {
				to.to[k] = f
			}
		}
	}
	return files, nil
}

// openTarget opens the file that a redirection goes to.
func (e *Engine) openTarget(rd lua.Redir) (*fileSink, error) {
	name := jobs.Text(ArgValue(rd.To))
	if name == "" {
		return nil, jobs.Errorf(jobs.KindUsage, "the name of the file after > is empty; what is to be dropped goes to $null")
	}
	return openFileSink(e.path(name), rd.Append)
}

// closeAll closes the files and returns the first error.
func closeAll(files []*fileSink) (err error) {
	for _, f := range files {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}
	return err
}
