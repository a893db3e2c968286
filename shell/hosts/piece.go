package hosts

import (
	"fmt"
	"strconv"
	"strings"

	"marsh/jobs"
)

// Returns every combination of the pieces of a name. Its brackets are closed.
func combine(text string) ([]string, error) {
	names := []string{""}
	for text != "" {
		choices, rest, err := piece(text)
		if err != nil {
			return nil, err
		}
		if len(names)*len(choices) > MaxHosts {
			return nil, tooMany()
		}
		names, text = product(names, choices), rest
	}
	return names, nil
}

// Returns each of heads with each of tails behind it.
func product(heads, tails []string) []string {
	out := make([]string, 0, len(heads)*len(tails))
	for _, h := range heads {
		for _, t := range tails {
			out = append(out, h+t)
		}
	}
	return out
}

// Returns what the first piece of text can be, and what follows it.
func piece(text string) (choices []string, rest string, err error) {
	if text[0] != '[' && text[0] != '{' {
		n := strings.IndexAny(text, "[{")
		if n < 0 {
			n = len(text)
		}
		return []string{text[:n]}, text[n:], nil
	}
	end := closing(text, 0)
	inside, rest := text[1:end], text[end+1:]
	switch {
	case text[0] == '{':
		return strings.Split(inside, ","), rest, nil
	case strings.Contains(inside, ":"):
		return []string{text[:end+1]}, rest, nil // an IPv6 address
	}
	choices, err = ranges(inside)
	return choices, rest, err
}

// Returns the numbers of ranges with commas between.
func ranges(text string) ([]string, error) {
	var all []string
	for part := range strings.SplitSeq(text, ",") {
		r, err := parseRange(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if r.count() > MaxHosts-len(all) {
			return nil, tooMany()
		}
		all = r.appendTo(all)
	}
	return all, nil
}

// A numberRange is first, first+step … up to last, written width digits wide.
type numberRange struct{ first, last, step, width int }

func parseRange(text string) (numberRange, error) {
	span, step, stepped := strings.Cut(text, "/")
	first, last, ok := strings.Cut(span, "-")
	if !ok {
		last = first
	}
	r := numberRange{first: number(first), last: number(last), step: 1}
	if stepped {
		r.step = number(step)
	}
	switch {
	case r.first < 0 || r.last < 0 || r.step < 1 || stepped && !ok:
		return r, jobs.Errorf(jobs.KindUsage, "[%s] is no range of numbers; one is written [1-20], [01-20,25] or [0-10/2]", text)
	case r.last < r.first:
		return r, jobs.Errorf(jobs.KindUsage, "the range [%s] runs backwards; write [%s-%s]", text, last, first)
	}
	if first[0] == '0' {
		r.width = len(first)
	}
	return r, nil
}

// Returns the number that text is, or -1: digits alone, nine of them at most.
func number(text string) int {
	if len(text) > 9 || strings.Trim(text, "0123456789") != "" {
		return -1
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func (r numberRange) count() int { return (r.last-r.first)/r.step + 1 }

func (r numberRange) appendTo(list []string) []string {
	for n := r.first; n <= r.last; n += r.step {
		list = append(list, fmt.Sprintf("%0*d", r.width, n))
	}
	return list
}
