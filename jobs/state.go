package jobs

import "strings"

// State is the state of a task or of a job. The numbers cross the wire and never
// change.
type State uint8

// The states. A job's last word is one of Completed, Failed and Stopped, and is
// final.
const (
	NotStarted   State = iota
	Running            // its script runs
	Blocked            // it waits for somebody: what it wrote fills its store and was not received, or its program is suspended
	Stopping           // asked to stop, and not gone yet
	Completed          // ended well
	Failed             // could not be started, or ended with an error that nothing caught
	Stopped            // stopped before its end
	Disconnected       // runs on, out of reach
	numStates
)

var stateNames = [numStates]string{
	"NotStarted", "Running", "Blocked", "Stopping", "Completed", "Failed", "Stopped", "Disconnected",
}

// String returns the state's name, such as "Running".
func (s State) String() string {
	if s >= numStates {
		return "Unknown"
	}
	return stateNames[s]
}

// StateNames returns the names of all states, in the order of their numbers.
func StateNames() []string { return stateNames[:] }

// ParseState finds a state by name, in any letter case.
func ParseState(name string) (State, bool) {
	for i, n := range stateNames {
		if strings.EqualFold(n, name) {
			return State(i), true
		}
	}
	return 0, false
}

// Ended reports whether s is final.
func (s State) Ended() bool { return s == Completed || s == Failed || s == Stopped }

// transitions says which states may follow a state. Whatever is not here does not
// happen; nothing follows a final state.
var transitions = [numStates][]State{
	NotStarted:   {Running, Failed, Stopped},
	Running:      {Blocked, Stopping, Completed, Failed, Stopped, Disconnected},
	Blocked:      {Running, Stopping, Completed, Failed, Stopped, Disconnected},
	Stopping:     {Stopped, Completed, Failed},
	Disconnected: {Running, Blocked, Stopping, Failed, Stopped},
}

// CanBecome reports whether a task in state s may go to state t.
func (s State) CanBecome(t State) bool {
	for _, next := range transitions[s] {
		if next == t {
			return true
		}
	}
	return false
}

// RollUp derives the state of a job from those of its tasks. Once all have ended:
// Failed if any failed, else Stopped if any was stopped, else Completed (also when
// there are none). Before that: Stopping if any is stopping, Blocked if any is
// blocked, Disconnected if every one that has not ended is, NotStarted if none has
// started, else Running.
func RollUp(tasks []State) State {
	var n [numStates]int
	for _, s := range tasks {
		n[s]++
	}
	ended := n[Completed] + n[Failed] + n[Stopped]
	switch {
	case ended == len(tasks):
		return lastWord(n)
	case n[Stopping] > 0:
		return Stopping
	case n[Blocked] > 0:
		return Blocked
	case n[Disconnected] == len(tasks)-ended:
		return Disconnected
	case n[NotStarted] == len(tasks):
		return NotStarted
	}
	return Running
}

func lastWord(n [numStates]int) State {
	switch {
	case n[Failed] > 0:
		return Failed
	case n[Stopped] > 0:
		return Stopped
	}
	return Completed
}
