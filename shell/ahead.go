package shell

import (
	"context"
	"sync"
	"sync/atomic"
)

// ahead is the stages before the programs that have the terminal. Their blocks need
// the Lua state, which the next statement has when the programs are suspended, so they
// end there.
type ahead struct {
	ctx    context.Context // ends with the pipeline, or when they are ended
	cancel context.CancelFunc
	wg     sync.WaitGroup // those that run
	n      atomic.Int64   // how many that are
}

func newAhead(ctx context.Context) *ahead {
	a := &ahead{}
	a.ctx, a.cancel = context.WithCancel(ctx)
	return a
}

// begin notes that a stage runs, until done is called.
func (a *ahead) begin() (done func()) {
	a.wg.Add(1)
	a.n.Add(1)
	return func() {
		a.n.Add(-1)
		a.wg.Done()
	}
}

// end ends those that run, and reports whether there were any. Somebody has to serve
// the engine meanwhile.
func (a *ahead) end() (any bool) {
	any = a.n.Load() > 0
	a.cancel()
	a.wg.Wait()
	return any
}

// ended reports whether end was called, and nothing else ended the stages.
func (a *ahead) ended(pipeline context.Context) bool {
	return a.ctx.Err() != nil && pipeline.Err() == nil
}
