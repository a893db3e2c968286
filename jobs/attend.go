package jobs

// Attend says that somebody waits for the job, and will see its end: nobody else has
// to be told of it. leave takes that back, unless the job has ended by then.
func (j *Job) Attend() (leave func()) {
	j.attended.Add(1)
	return func() {
		if !j.State().Ended() { // which is so a moment before Done says it
			j.attended.Add(-1)
		}
	}
}

// Attended reports whether somebody waits for the job, or did so when it ended.
func (j *Job) Attended() bool { return j.attended.Load() > 0 }
