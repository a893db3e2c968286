package builtin

import (
	"time"

	"marsh/jobs"
	"marsh/shell"
)

var sleepCommands = []*shell.Command{
	shell.Define[startSleep](shell.Doc{
		Name: "start-sleep", Synopsis: "wait",
		Examples: []shell.Example{{Line: "start-sleep 0.01", Says: "ten milliseconds", Want: ""}},
	}),
}

// maxSleep is the longest wait, about 31 years.
const maxSleep = 1e9 * time.Second

type startSleep struct {
	Seconds      *float64 `param:"pos=0" help:"how many seconds, fractions allowed"`
	Milliseconds *int     `help:"how many milliseconds"`
}

// Run waits for the time, or until it is cancelled.
func (s *startSleep) Run(c *shell.Call) error {
	d, err := s.duration()
	if err != nil {
		return err
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-c.Ctx.Done():
		return c.Ctx.Err()
	}
}

func (s *startSleep) duration() (time.Duration, error) {
	var seconds float64
	switch {
	case (s.Seconds == nil) == (s.Milliseconds == nil):
		return 0, jobs.Errorf(jobs.KindUsage, "how long? give either -Seconds or -Milliseconds")
	case s.Seconds != nil:
		seconds = *s.Seconds
	default:
		seconds = float64(*s.Milliseconds) / 1000
	}
	if !(seconds >= 0 && seconds <= maxSleep.Seconds()) {
		return 0, jobs.Errorf(jobs.KindUsage, "cannot wait for %v seconds; use a number from 0 on", seconds)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
