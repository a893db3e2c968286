package lua

import (
	"sync"

	lua "github.com/yuin/gopher-lua"

	"marsh/shell/syntax"
)

// Bounds of a [Cache].
const (
	maxCached     = 256      // texts
	maxCachedText = 64 << 10 // bytes of one text; longer ones are compiled each time
	maxQuestions  = 256      // answers of the resolver that one text depends on
)

// Cache keeps what scripts were compiled to, for all the states that share it: jobs
// that run the same text compile it once. The zero Cache is empty and ready to use; a
// nil one keeps nothing.
//
// What a text means depends on which words are commands, programs and variables. So
// what was asked of the resolver while it was compiled is kept with the answers, and
// asked again before the result is used for another state.
//
// It keeps threads as well, until the next garbage collections: making one takes longer
// than many a job.
type Cache struct {
	mu    sync.Mutex
	units map[source]*unit // guarded by mu

	threads sync.Pool // of *lua.LState: main threads of states that were closed, see [State.Recycle]
}

// source is a text and what errors in it call it.
type source struct {
	text, name string
	line       int
}

// unit is a compiled text. It does not change.
type unit struct {
	proto     *lua.FunctionProto
	questions []question
}

// find returns what src was compiled to where the resolver would answer as it did
// then, or nil.
func (c *Cache) find(src source, r syntax.Resolver) *lua.FunctionProto {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	u := c.units[src]
	c.mu.Unlock()
	if u == nil {
		return nil
	}
	for _, q := range u.questions {
		if !q.still(r) {
			return nil
		}
	}
	return u.proto
}

// add keeps what src was compiled to, in the place of any other one where it is full.
func (c *Cache) add(src source, u *unit) {
	if c == nil || len(src.text) > maxCachedText || len(u.questions) > maxQuestions {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.units == nil {
		c.units = make(map[source]*unit)
	}
	for old := range c.units {
		if len(c.units) < maxCached {
			break
		}
		delete(c.units, old)
	}
	c.units[src] = u
}
