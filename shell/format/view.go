package format

import (
	"slices"

	"marsh/jobs"
)

// The column and property that says which machine a value came from.
const hostColumn = "PSComputerName"

// How many properties a map without a view may have to be shown as a table.
const maxTableKeys = 5

// column is one column of a table. It does not change after it is made.
type column struct {
	name string
	min  int // columns of the terminal kept for it, for rows that come later
}

// view says which properties of a type are shown in its table.
type view struct {
	typ     string
	columns []column
}

var views = []view{
	{jobs.TypeJob, []column{{"Id", 4}, {"Name", 6}, {"Type", 0}, {"State", 9}, {"HasMoreData", 0}, {"Location", 9}, {"Command", 0}}},
	{jobs.TypeSession, []column{{"Id", 3}, {"Name", 8}, {"Transport", 0}, {"ComputerName", 0}, {"State", 12}, {"Availability", 0}}},
	{"LogEntry", []column{{"Time", 19}, {"Source", 12}, {"Type", 11}, {"Message", 0}}},
	{"FileInfo", []column{{"Mode", 10}, {"LastWriteTime", 19}, {"Length", 8}, {"Name", 0}}},
	{"Command", []column{{"Name", 16}, {"Alias", 0}, {"Synopsis", 0}}},
	{"HistoryEntry", []column{{"Id", 4}, {"Line", 0}}},
	{"Variable", []column{{"Name", 12}, {"Value", 0}}},
	{"GroupInfo", []column{{"Count", 5}, {"Name", 12}, {"Group", 0}}},
}

// Returns the columns of m's table: those asked for, those of its view, or all of
// its keys.
func columnsOf(m *jobs.Map, asked []string) []column {
	if len(asked) > 0 {
		return named(m, asked)
	}
	if v := viewOf(m); v != nil {
		return v.columns
	}
	return named(m, m.Keys())
}

func viewOf(m *jobs.Map) *view {
	i := slices.IndexFunc(views, func(v view) bool { return v.typ == m.Type })
	if i < 0 {
		return nil
	}
	return &views[i]
}

func named(m *jobs.Map, names []string) []column {
	out := make([]column, len(names))
	for i, n := range names {
		out[i].name = properCase(m, n)
	}
	return out
}

// Returns key in the letter case in which m has it.
func properCase(m *jobs.Map, key string) string {
	if k, ok := findKey(m, key); ok {
		return k
	}
	return key
}

// Reports whether m is shown as a list of its properties.
func listed(m *jobs.Map, o Options) bool {
	switch o.Mode {
	case List:
		return true
	case Table:
		return false
	}
	return len(o.Columns) == 0 && viewOf(m) == nil && m.Len() > maxTableKeys
}
