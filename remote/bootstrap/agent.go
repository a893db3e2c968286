package bootstrap

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"marsh/jobs"
)

// defaultTimeout bounds each step of starting an agent but the upload.
const defaultTimeout = 30 * time.Second

// Agent knows the binary to put on other machines. The zero Agent is this program
// itself. It may be used by several goroutines at a time; its fields must not change
// once it is used.
type Agent struct {
	// Path is the binary for this machine's platform; "" is the running one.
	Path string
	// Dir is where binaries for other platforms are looked for, under the name
	// marsh-OS-ARCH, such as marsh-linux-arm64; "" is the running binary's directory.
	Dir string
	// Args are the words after the program's name; nil is "agent". Letters, digits,
	// and "-" "_" "." "=" "/" only.
	Args []string
	// Timeout bounds the wait for the machine's first answer; 0 is 30 s.
	Timeout time.Duration
	// Silence is for how long the upload may stand still, and ten times that when all is
	// sent; 0 is 60 s. It may take any time while the machine takes some of it now and then.
	Silence time.Duration

	mu       sync.Mutex
	binaries map[Platform]*binary // guarded by mu
}

// binary is the program for one platform.
type binary struct {
	platform Platform
	path     string
	hash     string // names its directory on the other machines
	size     int64  // bytes

	once   sync.Once
	packed []byte // set by once: its gzip
	err    error  // set by once
}

// native is the platform of this program.
func native() Platform { return Platform{runtime.GOOS, runtime.GOARCH} }

// open returns the binary for p. Its content is read once.
func (a *Agent) open(p Platform) (*binary, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b, ok := a.binaries[p]; ok {
		return b, nil
	}
	path, err := a.find(p)
	if err != nil {
		return nil, err
	}
	hash, size, err := hashFile(path)
	if err != nil {
		return nil, jobs.Errorf(jobs.KindIO, "the agent's binary cannot be read: %w", err)
	}
	if a.binaries == nil {
		a.binaries = map[Platform]*binary{}
	}
	b := &binary{platform: p, path: path, hash: hash, size: size}
	a.binaries[p] = b
	return b, nil
}

// find returns the path of the binary for p.
func (a *Agent) find(p Platform) (string, error) {
	if p == native() {
		return a.own()
	}
	dir := a.Dir
	if dir == "" {
		self, err := os.Executable()
		if err != nil {
			return "", jobs.Errorf(jobs.KindIO, "cannot find this program's directory: %w", err)
		}
		dir = filepath.Dir(self)
	}
	path := filepath.Join(dir, "marsh-"+p.OS+"-"+p.Arch)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", jobs.Errorf(jobs.KindUnsupported, "there is no agent for %s; build marsh for it and put it at %s", p, path)
	}
	return path, nil
}

// own returns the path of the running program: on Linux even when another was put
// in its place meanwhile.
func (a *Agent) own() (string, error) {
	if a.Path != "" {
		return a.Path, nil
	}
	if runtime.GOOS == "linux" {
		return "/proc/self/exe", nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", jobs.Errorf(jobs.KindIO, "cannot find this program's own file: %w", err)
	}
	return path, nil
}

// hashFile returns the first half of the SHA-256 of a file, in hexadecimal, and its
// size in bytes.
func hashFile(path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)[:16]), n, err
}

// gzip returns the binary's content compressed, made once.
func (b *binary) gzip() ([]byte, error) {
	b.once.Do(func() { b.packed, b.err = pack(b.path) })
	return b.packed, b.err
}

func pack(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err = io.Copy(w, f)
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}
