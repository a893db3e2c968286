package jobs

import (
	"context"
	"testing"
)

func TestAttend(t *testing.T) {
	end := make(chan struct{})
	told := make(chan bool, 1)
	table := NewTable(func(j *Job) { told <- j.Attended() }, Keep{})
	defer table.Close(context.Background())
	j, err := table.Start(Spec{Tasks: []TaskSpec{{Location: "localhost", Open: func(context.Context) (Host, func(), error) {
		<-end
		return nil, nil, Errorf(KindOther, "the end")
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	leave := j.Attend()
	if !j.Attended() {
		t.Error("somebody waits, and nobody does")
	}
	leave()
	if j.Attended() {
		t.Error("somebody left, and waits")
	}
	leave = j.Attend()
	close(end)
	<-j.Done()
	leave() // after the end
	if !<-told || !j.Attended() {
		t.Error("somebody saw the end, and nobody did")
	}
}
