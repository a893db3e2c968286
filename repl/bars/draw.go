package bars

import (
	"io"
	"slices"
	"time"

	"marsh/jobs"
)

// Set shows how far an activity is: a record of the progress stream.
func (s *Screen) Set(r jobs.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if len(s.board) == 0 {
		s.since = now
	}
	s.board.set(r, now)
	if s.o.Dumb {
		s.line(jobs.ActivityOf(r), r.HideHost, now)
		return
	}
	s.wake()
}

// Writes a line that says how far an activity is, if none was written for a while. mu is
// held.
func (s *Screen) line(a jobs.Activity, hideHost bool, now time.Time) {
	if a.Completed || s.hidden > 0 || s.partial || now.Sub(s.since) < showAfter || now.Sub(s.last) < lineEvery || s.o.Free != nil && !s.o.Free() {
		return
	}
	s.last = now
	width, _ := s.o.Size()
	text := words(bar{Activity: a, hideHost: hideHost, since: s.since}, width-1, now).text
	_, _ = io.WriteString(s.o.Out, text+"\n") // who writes next notices a terminal that is gone
}

// Draws soon, as what is told has changed. mu is held.
func (s *Screen) wake() {
	if len(s.board) == 0 && len(s.drawn) == 0 {
		s.stop()
		return
	}
	s.schedule(s.next(time.Now()))
}

// Returns when the bars may be drawn: not before they are worth it, nor too often. mu is
// held.
func (s *Screen) next(now time.Time) time.Time {
	at := now
	for _, t := range []time.Time{s.since.Add(showAfter), s.last.Add(redrawAfter)} {
		if t.After(at) {
			at = t
		}
	}
	return at
}

// Has the bars drawn at a time, unless they are before. mu is held.
func (s *Screen) schedule(at time.Time) {
	if s.timer != nil && !at.Before(s.due) {
		return
	}
	s.stop()
	s.timers.Add(1)
	var t *time.Timer
	t = time.AfterFunc(time.Until(at), func() {
		defer s.timers.Done()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.timer == t {
			s.timer = nil
			s.draw()
		}
	})
	s.timer, s.due = t, at
}

// Has nothing drawn by the timer. mu is held.
func (s *Screen) stop() {
	if s.timer != nil && s.timer.Stop() {
		s.timers.Done()
	}
	s.timer = nil
}

// Draws the bars as they are now in the place of those that are drawn, if something is
// different. mu is held.
func (s *Screen) draw() {
	if s.o.Free != nil && !s.o.Free() {
		s.schedule(time.Now().Add(redrawEvery))
		return
	}
	old, size := s.drawn, s.size
	now := time.Now()
	text := s.erase()
	text += s.compose(now)
	if slices.Equal(old, s.drawn) && size == s.size {
		return
	}
	if len(s.board) == 0 && s.restore != nil {
		s.restore()
		s.restore = nil
	}
	s.last = now
	_, _ = io.WriteString(s.o.Out, text) // who writes next notices a terminal that is gone
}
