package jobs

import "iter"

// Store keeps records of one Stream that memory has no room for, in order. The Stream
// uses one of its methods at a time, but for Freed.
type Store interface {
	// Append keeps records behind those it has, and says how many it took. With fewer
	// than all comes the error that says what is full, or else is wrong: of kind
	// KindUnsupported when there is no place to store anything. It makes sense to try
	// again later. Nothing is kept of the first record that was not taken.
	Append(records iter.Seq[Record]) (int, error)
	// Read returns records that follow the one with the given Seq, oldest first, and
	// does not remove them: at least one, which the caller knows to be there, else at
	// most n of them in about size bytes. In the place of records that are damaged is one of the
	// error stream that says so, with the Seq of the last of them. With an error it is
	// worth trying again.
	Read(after uint64, n int, size int64) ([]Record, error)
	// Drop frees the records up to the one with the given Seq.
	Drop(through uint64)
	// Freed returns a channel that is closed when records were dropped, of this Store or
	// another, and there may be room again. Get it before Append, and nothing is missed.
	Freed() <-chan struct{}
	// Close frees everything. Append and Read return an error then.
	Close()
}

// Spool makes the Stores of the tasks of jobs.
type Spool interface {
	// Stores returns a Store for each of the tasks of a job. They cost next to nothing
	// until they are used.
	Stores(job, tasks int) []Store
}
