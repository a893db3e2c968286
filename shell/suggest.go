package shell

import "strings"

// Suggest returns the name that the unknown word was probably meant to be, or "".
func (s *CommandSet) Suggest(word string) string {
	var names []string
	for _, c := range s.All() {
		names = append(names, c.Names()...)
	}
	return Nearest(word, names)
}

// Nearest returns the one of the names, in lower case, that the word was probably meant
// to be: it differs in no more than a third of the word's letters. "" where there is
// none.
func Nearest(word string, names []string) string {
	word = strings.ToLower(word)
	best, bestDist := "", len(word)/3+1
	for _, n := range names {
		if d := distance(word, n); d < bestDist {
			best, bestDist = n, d
		}
	}
	return best
}

// distance is how many letters have to be added, taken away, changed or swapped with
// the next one to make b of a (F. J. Damerau, "A technique for computer detection and
// correction of spelling errors", 1964; each letter is touched once).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
