package bootstrap

import (
	"slices"
	"strings"

	"marsh/jobs"
)

// Platform is an operating system and a processor, as Go names them.
type Platform struct{ OS, Arch string }

// String returns "linux/amd64".
func (p Platform) String() string { return p.OS + "/" + p.Arch }

// machines has Go's names for what uname -m prints.
var machines = map[string]string{
	"x86_64": "amd64", "amd64": "amd64", "i386": "386", "i586": "386", "i686": "386", "x86": "386",
	"aarch64": "arm64", "arm64": "arm64", "armv6l": "arm", "armv7l": "arm", "armv8l": "arm",
	"riscv64": "riscv64", "ppc64le": "ppc64le", "ppc64": "ppc64", "s390x": "s390x", "loongarch64": "loong64",
	"mips64": "mips64",
}

// parseUname makes a Platform of what uname -s -m prints. A processor that is not
// in the table keeps its name.
func parseUname(text string) Platform {
	system, machine, _ := strings.Cut(strings.TrimSpace(text), " ")
	p := Platform{OS: strings.ToLower(system), Arch: machine}
	if arch, ok := machines[machine]; ok {
		p.Arch = arch
	}
	return p
}

// systems has what uname -s prints for Go's names.
var systems = map[string]string{
	"linux": "Linux", "darwin": "Darwin", "freebsd": "FreeBSD", "openbsd": "OpenBSD", "netbsd": "NetBSD",
	"dragonfly": "DragonFly", "sunos": "SunOS",
}

// unames returns a shell pattern of all that uname -s -m prints on p.
func (p Platform) unames() (string, error) {
	var out []string
	for machine, arch := range machines {
		if arch == p.Arch {
			out = append(out, `"`+systems[p.OS]+" "+machine+`"`)
		}
	}
	if systems[p.OS] == "" || len(out) == 0 {
		return "", jobs.Errorf(jobs.KindUnsupported, "marsh has no agent for %s", p)
	}
	slices.Sort(out)
	return strings.Join(out, "|"), nil
}
