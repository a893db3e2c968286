package builtin

import "marsh/shell"

var locationCommands = []*shell.Command{
	shell.Define[getLocation](shell.Doc{Name: "get-location", Aliases: []string{"gl"}, Synopsis: "say which directory this is", Output: "text: the path of the directory", Examples: []shell.Example{
		{Line: "cd /\nget-location", Says: "where this is", Want: "/"},
	}}),
	shell.Define[setLocation](shell.Doc{
		Name: "set-location", Aliases: []string{"cd", "sl", "chdir"}, Synopsis: "go to another directory", Output: "nothing; with -PassThru the path", Examples: []shell.Example{
			{Line: "cd /tmp\ncd -", Says: "go somewhere, and back"},
		},
		Help: "Without a path it goes home; - goes back to the directory before.",
	}),
}

type getLocation struct{}

// Run writes the directory's path.
func (*getLocation) Run(c *shell.Call) error { return c.Out(c.Engine.Dir()) }

type setLocation struct {
	Path     string `param:"pos=0,kind=file,alias=LiteralPath" help:"the directory; ~ is home, - the one before"`
	PassThru bool   `help:"write the directory's path"`
}

// Run changes the engine's directory.
func (s *setLocation) Run(c *shell.Call) error {
	if s.Path == "" {
		s.Path = "~"
	}
	if err := c.Engine.SetDir(s.Path); err != nil {
		return err
	}
	if !s.PassThru && s.Path != "-" {
		return nil
	}
	return c.Out(c.Engine.Dir())
}
