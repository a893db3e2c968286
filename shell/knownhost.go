package shell

// KnownHost is a machine whose name the user has somewhere.
type KnownHost struct {
	Name string
	From string // where: "ssh_config", "known_hosts"
}
