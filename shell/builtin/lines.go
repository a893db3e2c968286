package builtin

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"marsh/jobs"
)

const (
	// maxLine is how many bytes a line of text may have, without its newline.
	maxLine = 16 << 20
	// tailBlock is how many bytes are read at a time from a file's end.
	tailBlock = 64 << 10
)

// errLine says that a line is longer than maxLine.
func errLine() error {
	return jobs.Errorf(jobs.KindLimit, "a line has more than %d MiB; it is hardly text", maxLine>>20)
}

// lineReader reads text line by line.
type lineReader struct{ buf *bufio.Reader }

func newLineReader(r io.Reader) *lineReader { return &lineReader{bufio.NewReaderSize(r, tailBlock)} }

// Returns the next line without its newline, and io.EOF after the last one.
func (l *lineReader) next() (string, error) {
	var long []byte
	for {
		part, err := l.buf.ReadSlice('\n')
		if err == nil && long == nil {
			return string(part[:len(part)-1]), nil
		}
		long = append(long, part...)
		switch {
		case len(long) > maxLine+1:
			return "", errLine()
		case err == nil:
			return string(long[:len(long)-1]), nil
		case errors.Is(err, io.EOF) && len(long) > 0:
			return string(long), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return "", err
		}
	}
}

// backward reads the lines of a text from its end.
type backward struct {
	src  io.ReaderAt
	at   int64  // where rest begins in the text
	rest []byte // read, not returned: whole but for the first line's beginning
	cut  bool   // the newline at the very end was taken off
}

func newBackward(src io.ReaderAt, size int64) *backward { return &backward{src: src, at: size} }

// Returns the line before the ones returned, without its newline, and io.EOF before
// the first one.
func (b *backward) next() (string, error) {
	for {
		if !b.cut && len(b.rest) > 0 {
			b.rest = bytes.TrimSuffix(b.rest, []byte("\n"))
			b.cut = true
		}
		if i := bytes.LastIndexByte(b.rest, '\n'); i >= 0 {
			line := string(b.rest[i+1:])
			b.rest = b.rest[:i]
			return line, nil
		}
		if len(b.rest) > maxLine {
			return "", errLine()
		}
		if b.at == 0 {
			return b.first()
		}
		if err := b.fill(); err != nil {
			return "", err
		}
	}
}

// Returns the text's first line, once.
func (b *backward) first() (string, error) {
	if b.rest == nil {
		return "", io.EOF
	}
	line := string(b.rest)
	b.rest = nil
	return line, nil
}

// Reads the block before rest: a larger one each time, so that a long line is not
// copied over and over.
func (b *backward) fill() error {
	n := min(b.at, int64(max(tailBlock, len(b.rest))))
	block := make([]byte, n, int(n)+len(b.rest))
	if _, err := b.src.ReadAt(block, b.at-n); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	b.at -= n
	b.rest = append(block, b.rest...)
	return nil
}

// Returns where the last n lines of a text begin. It keeps one block of it at a
// time, however many lines that are.
func lastLines(src io.ReaderAt, size int64, n int) (int64, error) {
	block := make([]byte, tailBlock)
	for end := size; end > 0; {
		begin := max(0, end-tailBlock)
		part := block[:end-begin]
		if _, err := src.ReadAt(part, begin); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		for i := len(part) - 1; i >= 0; i-- {
			if part[i] != '\n' || begin+int64(i) == size-1 { // the newline at the very end begins no line
				continue
			}
			if n--; n == 0 {
				return begin + int64(i) + 1, nil
			}
		}
		end = begin
	}
	return 0, nil
}
