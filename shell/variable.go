package shell

import "marsh/jobs"

// Variables returns the variables of the script that runs the command, in the
// order of their names; those whose values cannot be written, such as functions,
// are left out.
func (c *Call) Variables() (vars *jobs.Map, err error) {
	vars = jobs.NewMap("")
	err = c.Engine.onOwner(c.Ctx, call{f: func() {
		for _, name := range c.Engine.state.Globals() {
			if v, ok := c.Engine.state.Global(name); ok {
				vars.Set(name, v)
			}
		}
	}})
	return vars, err
}

// SetVariable sets a variable of the script that runs the command.
func (c *Call) SetVariable(name string, v jobs.Value) (err error) {
	var failed error
	err = c.Engine.onOwner(c.Ctx, call{f: func() { failed = c.Engine.state.SetGlobal(name, v) }})
	if err != nil {
		return err
	}
	return failed
}
