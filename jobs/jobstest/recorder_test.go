package jobstest

import (
	"context"
	"testing"

	"marsh/jobs"
)

func TestRecorder(t *testing.T) {
	var c Recorder
	go func() {
		for i := range 100 {
			c.Write(t.Context(), jobs.Out(int64(i)))
		}
	}()
	if !c.Wait(t.Context(), 100) {
		t.Fatal("Wait did not wait for 100 records")
	}
	for i, r := range c.Records() {
		if r.Value != int64(i) {
			t.Errorf("record %d is %v", i, r.Value)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if c.Wait(ended, 101) {
		t.Error("Wait found a record that is not there")
	}
}

// The samples must be values, or the suite asks of a host what cannot be.
func TestSamples(t *testing.T) {
	for name, v := range samples() {
		if n, err := jobs.Normalize(v); err != nil || !jobs.Equal(n, v) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
