package jobs

import "sync/atomic"

// Bounds of what is kept in memory of unread records, in bytes.
const (
	// DefaultStreamMemory is how much one Stream with a Store keeps in memory; what is
	// more goes to the Store.
	DefaultStreamMemory = 4 << 20
	// DefaultMemory is how much all Streams with a Store keep in memory together.
	DefaultMemory = 16 << 20
	// MinStreamMemory is how much a Stream may keep however many there are.
	MinStreamMemory = 8 << 10
)

// Memory is what many streams may keep in memory together. The more of it is used, the
// less each of them may have: a quarter of what is free, as in the dynamic thresholds of
// Choudhury and Hahne (IEEE/ACM Transactions on Networking 6(2), 1998), so that a few
// streams have plenty, a thousand have a little each, and there is always room for one
// that begins. It may be used by several goroutines at a time.
type Memory struct {
	budget int64
	used   atomic.Int64
}

// NewMemory returns a Memory of the given number of bytes (0 is [DefaultMemory]). Each
// stream may have [MinStreamMemory] beyond it.
func NewMemory(budget int64) *Memory {
	if budget <= 0 {
		budget = DefaultMemory
	}
	return &Memory{budget: budget}
}

// Used returns about how many bytes streams have in memory, those that each may have in
// any case not counted.
func (m *Memory) Used() int64 { return m.used.Load() }

// share returns how much one stream may have now, at most want. A nil Memory sets no
// bound.
func (m *Memory) share(want int64) int64 {
	if m == nil {
		return want
	}
	return min(want, max(MinStreamMemory, (m.budget-m.used.Load())/4))
}

// charge notes that a stream, which was charged with have bytes, has size bytes now, and
// returns what it is charged with from now on: in steps, so that streams that grow and
// shrink a little leave the others alone.
func (m *Memory) charge(have, size int64) int64 {
	if m == nil {
		return 0
	}
	want := (max(0, size-MinStreamMemory) + MinStreamMemory - 1) / MinStreamMemory * MinStreamMemory
	if want <= have && have-want < 4*MinStreamMemory && want > 0 || want == have {
		return have
	}
	m.used.Add(want - have)
	return want
}
