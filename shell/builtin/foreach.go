package builtin

import (
	"marsh/jobs"
	"marsh/shell"
)

type foreachObject struct {
	Process    *shell.Block `param:"pos=0" help:"run for each value"`
	MemberName string       `param:"pos=0" help:"the property to read instead"`
	Begin      *shell.Block `help:"run before the first value"`
	End        *shell.Block `help:"run after the last value"`
	parallel
}

// Run runs the blocks and writes their values.
func (f *foreachObject) Run(c *shell.Call) error {
	if f.Parallel != nil {
		if f.Process != nil || f.MemberName != "" || f.Begin != nil || f.End != nil {
			return jobs.Errorf(jobs.KindUsage, "-Parallel takes the only block: there is no -Begin, -End or -Process beside it")
		}
		if f.AsJob {
			return f.job(c)
		}
		return f.run(c)
	}
	if f.ThrottleLimit != 0 || f.Timeout != 0 || f.AsJob {
		return jobs.Errorf(jobs.KindUsage, "-ThrottleLimit, -TimeoutSeconds and -AsJob go with -Parallel")
	}
	if (f.Process == nil) == (f.MemberName == "") {
		return jobs.Errorf(jobs.KindUsage, "needs either a block or a property; it is used as: %s", c.Cmd.Usage())
	}
	if err := writeBlock(c, f.Begin); err != nil {
		return err
	}
	err := each(c, func(r jobs.Record) error { return f.one(c, r) })
	if err != nil {
		return err
	}
	return writeBlock(c, f.End)
}

func (f *foreachObject) one(c *shell.Call, r jobs.Record) error {
	if f.Process != nil {
		return writeBlock(c, f.Process, shell.WithHost(r))
	}
	v := property(r, f.MemberName)
	if v == nil {
		return nil
	}
	r.Value = v
	return c.Write(r)
}

// Runs a block, if there is one, and writes its values.
func writeBlock(c *shell.Call, b *shell.Block, args ...jobs.Value) error {
	if b == nil {
		return nil
	}
	return c.InvokeOut(b, args...)
}
