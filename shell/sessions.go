package shell

import (
	"slices"
	"strconv"
	"sync"

	"marsh/jobs"
)

// SessionHandle is a session in the shell's list, with its number and name.
type SessionHandle struct {
	Session
	ID         int
	Label      string // its name: Session1, or what the operator gave
	InstanceID string
}

// Value returns the session as it is now, as a Map of type [jobs.TypeSession].
func (h *SessionHandle) Value() *jobs.Map {
	state, avail := h.State(), "None"
	if state == "Opened" {
		avail = "Available"
		if h.Busy() {
			avail = "Busy"
		}
	}
	return jobs.NewMap(jobs.TypeSession, "Id", int64(h.ID), "Name", h.Label, "Transport", "SSH", "ComputerName", h.Session.Name(),
		"State", state, "Availability", avail, "InstanceId", h.InstanceID)
}

// User returns the name of the user there; "" where the session does not know it.
func (h *SessionHandle) User() string {
	if s, ok := h.Session.(interface{ User() string }); ok {
		return s.User()
	}
	return ""
}

// Sessions is the persistent sessions of one shell.
type Sessions struct {
	mu   sync.Mutex
	last int              // guarded by mu
	list []*SessionHandle // by number; guarded by mu
}

func newSessions() *Sessions { return &Sessions{} }

// Add lists a session under the next number; an empty name becomes Session<Id>.
func (s *Sessions) Add(session Session, name string) *SessionHandle {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	if name == "" {
		name = "Session" + strconv.Itoa(s.last)
	}
	h := &SessionHandle{Session: session, ID: s.last, Label: name, InstanceID: jobs.NewInstanceID()}
	s.list = append(s.list, h)
	return h
}

// All returns the sessions in the order of their numbers.
func (s *Sessions) All() []*SessionHandle {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// Remove takes a session off the list and closes it.
func (s *Sessions) Remove(h *SessionHandle) error {
	s.mu.Lock()
	s.list = slices.DeleteFunc(s.list, func(x *SessionHandle) bool { return x == h })
	s.mu.Unlock()
	return h.Close()
}

func (s *Sessions) byInstance(id string) *SessionHandle {
	for _, h := range s.All() {
		if h.InstanceID == id {
			return h
		}
	}
	return nil
}

// closeAll closes every session, all at once, and waits for that.
func (s *Sessions) closeAll() {
	var wg sync.WaitGroup
	for _, h := range s.All() {
		wg.Go(func() { s.Remove(h) })
	}
	wg.Wait()
}
