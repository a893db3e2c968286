package proc

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// owner says whose a process is.
func owner(pid int) string {
	info, err := os.Stat("/proc/" + strconv.Itoa(pid))
	if err != nil {
		return "somebody else's"
	}
	uid := strconv.FormatUint(uint64(info.Sys().(*syscall.Stat_t).Uid), 10)
	if u, err := user.LookupId(uid); err == nil {
		return u.Username + "'s"
	}
	return "user " + uid + "'s"
}
