package jobs

import "testing"

const allStates = "NotStarted Running Blocked Stopping Completed Failed Stopped Disconnected"

// Every pair of states: what may follow what.
func TestTransitions(t *testing.T) {
	may := map[State]string{
		NotStarted:   ".R...FS.",
		Running:      "..BPCFSD",
		Blocked:      ".R.PCFSD",
		Stopping:     "....CFS.",
		Completed:    "........",
		Failed:       "........",
		Stopped:      "........",
		Disconnected: ".RBP.FS.",
	}
	for from := range numStates {
		for to := range numStates {
			want := may[from][to] != '.'
			if got := from.CanBecome(to); got != want {
				t.Errorf("%v to %v: %v, want %v", from, to, got, want)
			}
		}
		if ended := may[from] == "........"; from.Ended() != ended {
			t.Errorf("%v is final: %v, want %v", from, from.Ended(), ended)
		}
	}
}

// What a job is, for every set of up to three tasks, by the words of the rule.
func TestRollUp(t *testing.T) {
	var sets [][]State
	sets = append(sets, nil)
	for a := range numStates {
		sets = append(sets, []State{a})
		for b := range numStates {
			sets = append(sets, []State{a, b})
			for c := range numStates {
				sets = append(sets, []State{a, b, c})
			}
		}
	}
	for _, set := range sets {
		if got, want := RollUp(set), rollUpByRule(set); got != want {
			t.Errorf("%v: %v, want %v", set, got, want)
		}
	}
}

func rollUpByRule(set []State) State {
	count := func(fits func(State) bool) (n int) {
		for _, s := range set {
			if fits(s) {
				n++
			}
		}
		return n
	}
	has := func(s State) bool { return count(func(x State) bool { return x == s }) > 0 }
	all := func(fits func(State) bool) bool { return count(fits) == len(set) }
	if all(State.Ended) {
		for _, s := range []State{Failed, Stopped} {
			if has(s) {
				return s
			}
		}
		return Completed
	}
	for _, s := range []State{Stopping, Blocked} {
		if has(s) {
			return s
		}
	}
	if all(func(s State) bool { return s.Ended() || s == Disconnected }) {
		return Disconnected
	}
	if all(func(s State) bool { return s == NotStarted }) {
		return NotStarted
	}
	return Running
}

// Some of the above in plain sight.
func TestRollUpExamples(t *testing.T) {
	for _, c := range []struct {
		want State
		set  []State
	}{
		{Completed, nil},
		{Completed, []State{Completed, Completed}},
		{Failed, []State{Completed, Failed, Stopped}},
		{Stopped, []State{Completed, Stopped}},
		{Running, []State{Failed, Running}},
		{Running, []State{Completed, NotStarted}},
		{Running, []State{Running, Disconnected}},
		{Blocked, []State{Running, Blocked}},
		{Disconnected, []State{Disconnected, Completed}},
		{Stopping, []State{Stopping, Blocked, Running}},
		{NotStarted, []State{NotStarted, NotStarted}},
	} {
		if got := RollUp(c.set); got != c.want {
			t.Errorf("%v: %v, want %v", c.set, got, c.want)
		}
	}
}

// The numbers cross the wire: they never change.
func TestStateNames(t *testing.T) {
	text := ""
	for i, name := range StateNames() {
		s, ok := ParseState(name)
		if !ok || s != State(i) || s.String() != name {
			t.Errorf("%s is state %d, %v", name, s, ok)
		}
		text += " " + name
	}
	if text != " "+allStates {
		t.Errorf("the states are%s", text)
	}
	if s, ok := ParseState("rUNNING"); !ok || s != Running {
		t.Errorf("rUNNING is %v, %v", s, ok)
	}
	if _, ok := ParseState("Runnin"); ok {
		t.Error("Runnin is no state")
	}
	if got := State(200).String(); got != "Unknown" {
		t.Errorf("state 200 is %s", got)
	}
}
