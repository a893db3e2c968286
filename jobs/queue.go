package jobs

import (
	"iter"
	"slices"
	"sort"
)

// queueBlock is how many records a block of a queue holds: few enough that a block of
// which one record is left keeps little memory, enough that blocks cost next to nothing.
const queueBlock = 128

// queue is records in the order of their Seq, in blocks, so that what was taken is
// freed and a queue that grows copies little. What is in a block never changes, so that
// parts of one can be handed out. The zero queue is empty.
type queue struct {
	blocks [][]Record // none is empty
	count  int        // records
	size   int64      // bytes of memory, about
}

// sizeOf returns about how much memory a record takes, in bytes: its place in a block,
// with what such blocks waste, and its value.
func sizeOf(r Record) int64 { return 96 + Size(r.Value) + int64(len(r.Host)) }

// push adds a record behind the others.
func (q *queue) push(r Record, size int64) {
	last := len(q.blocks) - 1
	if last < 0 || len(q.blocks[last]) >= queueBlock {
		q.blocks = append(q.blocks, nil)
		last++
	}
	q.blocks[last] = append(q.blocks[last], r)
	q.count++
	q.size += size
}

// pushAll adds records behind the others.
func (q *queue) pushAll(records []Record) {
	for _, r := range records {
		q.push(r, sizeOf(r))
	}
}

// take removes the first records, at most n, and returns them. The slice is the
// caller's to append to.
func (q *queue) take(n int) []Record {
	n = min(n, q.count)
	if n == 0 {
		return nil
	}
	first := q.blocks[0]
	if n <= len(first) {
		q.drop(n)
		return first[:n:n]
	}
	taken := make([]Record, 0, n)
	for _, block := range q.blocks {
		taken = append(taken, block[:min(len(block), n-len(taken))]...)
	}
	q.drop(n)
	return taken
}

// drop removes the first n records, of which there have to be as many.
func (q *queue) drop(n int) {
	q.count -= n
	for n > 0 {
		block := q.blocks[0]
		k := min(n, len(block))
		for _, r := range block[:k] {
			q.size -= sizeOf(r)
		}
		n -= k
		if k < len(block) {
			q.blocks[0] = block[k:]
			return
		}
		q.blocks[0] = nil
		q.blocks = q.blocks[1:]
	}
	if q.count == 0 {
		q.blocks = nil
	}
}

// putBack adds records that were taken, where their Seq belongs: in front of the others,
// unless somebody else put back later ones before.
func (q *queue) putBack(records []Record) {
	all := make([]Record, 0, len(records)+q.count)
	all = append(all, records...)
	if q.count > 0 && records[len(records)-1].Seq < q.blocks[0][0].Seq {
		q.blocks = slices.Insert(q.blocks, 0, all[:len(records):len(records)])
		q.count += len(records)
		for _, r := range records {
			q.size += sizeOf(r)
		}
		return
	}
	for r := range q.all() {
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b Record) int {
		if a.Seq < b.Seq {
			return -1
		}
		return 1
	})
	*q = queue{}
	q.pushAll(all)
}

// after returns the records that follow the one with the given Seq, at most n and at
// most those of one block. The caller must not change them.
func (q *queue) after(seq uint64, n int) []Record {
	i := sort.Search(len(q.blocks), func(i int) bool {
		block := q.blocks[i]
		return block[len(block)-1].Seq > seq
	})
	if i == len(q.blocks) {
		return nil
	}
	block := q.blocks[i]
	k := sort.Search(len(block), func(k int) bool { return block[k].Seq > seq })
	end := min(len(block), k+n)
	return block[k:end:end]
}

// all returns the records that are in the queue now, for going through while others
// are added behind them.
func (q *queue) all() iter.Seq[Record] {
	blocks := slices.Clone(q.blocks)
	return func(yield func(Record) bool) {
		for _, block := range blocks {
			for _, r := range block {
				if !yield(r) {
					return
				}
			}
		}
	}
}
