package sshconn

import "slices"

// retain and release count who uses a line; nil is none. The last to release it ends it.
func (p *Pool) retain(l *line) {
	if l != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		l.refs++
	}
}

func (p *Pool) release(l *line) {
	if l == nil {
		return
	}
	p.mu.Lock()
	l.refs--
	last := l.refs == 0
	if last {
		p.remove(l)
	}
	p.mu.Unlock()
	if last {
		l.close()
	}
}

// forget takes a line that has ended out of the pool.
func (p *Pool) forget(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remove(l)
}

// remove takes a line out of the pool. The lock is held.
func (p *Pool) remove(l *line) {
	p.lines[l.key] = slices.DeleteFunc(p.lines[l.key], func(o *line) bool { return o == l })
	if len(p.lines[l.key]) == 0 {
		delete(p.lines, l.key)
	}
}

// fill says that nobody else is to use the line; empty that its machine allows another
// session again.
func (p *Pool) fill(l *line)  { p.setFull(l, true) }
func (p *Pool) empty(l *line) { p.setFull(l, false) }

func (p *Pool) setFull(l *line, full bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.full = full
}

// crowded reports whether others use the line too.
func (p *Pool) crowded(l *line) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return l.refs > 1
}
