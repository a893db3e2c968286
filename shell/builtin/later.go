package builtin

import "marsh/shell"

// laterCommands are names that people will type and that do nothing yet: they say so,
// and what to do meanwhile.
var laterCommands = []*shell.Command{
	shell.Later("disconnect-session", "dnsn", noSurvival),
	shell.Later("connect-session", "cnsn", noSurvival),
	shell.Later("receive-session", "rcsn", noSurvival),
	shell.Later("copy-item", "cpi", "use scp meanwhile, or get-content and > through invoke-command"),
}

const noSurvival = "a session lasts as long as its connection; keep this shell open"
