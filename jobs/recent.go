package jobs

import "sync"

// DefaultRecent is how many bytes a Recent keeps, about.
const DefaultRecent = 1 << 20

// Recent keeps the latest of the records that it is given, as many as fit into
// [DefaultRecent] and at least one. The zero Recent is empty. It may be used by several
// goroutines at a time.
type Recent struct {
	mu sync.Mutex
	q  queue // guarded by mu
}

// Add keeps r. Progress is not kept: nobody wants to see it again.
func (k *Recent) Add(r Record) {
	if r.Stream == Progress {
		return
	}
	size := sizeOf(r)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.q.push(r, size)
	for k.q.size > DefaultRecent && k.q.count > 1 {
		k.q.drop(1)
	}
}

// Take returns what is kept, oldest first, and forgets it.
func (k *Recent) Take() []Record {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.q.take(k.q.count)
}
