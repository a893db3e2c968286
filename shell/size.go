package shell

import (
	"strconv"
	"strings"

	"marsh/jobs"
)

// sizeUnits are the units of sizes, the longer names first. KB is 1024 bytes, as KiB
// is, and as in PowerShell.
var sizeUnits = []struct {
	name  string
	shift uint
}{{"kib", 10}, {"mib", 20}, {"gib", 30}, {"tib", 40}, {"kb", 10}, {"mb", 20}, {"gb", 30}, {"tb", 40}, {"k", 10}, {"m", 20}, {"g", 30}, {"t", 40}, {"b", 0}}

// ParseSize reads a size: bytes, or a number with a unit, such as "512MB" or "1.5GiB", in
// any letter case; at most 2^50 bytes. The error is of kind KindUsage.
func ParseSize(text string) (int64, error) {
	number, shift := strings.ToLower(strings.TrimSpace(text)), uint(0)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, shift = strings.TrimSpace(rest), u.shift
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !(n >= 0) || strings.ContainsAny(number, "xpin_") {
		return 0, jobs.Errorf(jobs.KindUsage, "%q is not a size; write bytes, or a number with a unit, such as 512MB or 1GiB", text)
	}
	if n *= float64(uint64(1) << shift); n > maxSize {
		return 0, jobs.Errorf(jobs.KindUsage, "%q is more than %s", text, jobs.Bytes(maxSize))
	}
	return int64(n), nil
}

// maxSize is the largest size that can be given, in bytes.
const maxSize = 1 << 50
