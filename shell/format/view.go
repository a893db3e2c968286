package format

import (
	"slices"
	"strconv"
	"strings"

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
	// short makes a shorter cell of one that is too wide; nil cuts it.
	short func(cell string) string
}

// view says which properties of a type are shown in its table.
type view struct {
	typ     string
	columns []column
}

var views = []view{
	{jobs.TypeJob, []column{
		{name: "Id", min: 4}, {name: "Name", min: 6}, {name: "Type"}, {name: "State", min: 9}, {name: "HasMoreData"},
		{name: "Location", min: 9, short: hostCount}, {name: "Command"},
	}},
	{jobs.TypeSession, []column{
		{name: "Id", min: 3}, {name: "Name", min: 8}, {name: "Transport"}, {name: "ComputerName"}, {name: "State", min: 12}, {name: "Availability"},
	}},
	{"LogEntry", []column{{name: "Time", min: 19}, {name: "Source", min: 12}, {name: "Type", min: 11}, {name: "Message"}}},
	{"FileInfo", []column{{name: "Mode", min: 10}, {name: "LastWriteTime", min: 19}, {name: "Length", min: 8}, {name: "Name"}}},
	{"Option", []column{{name: "Name", min: 20}, {name: "Value"}, {name: "Default"}, {name: "Type"}, {name: "Help"}}},
	{"Command", []column{{name: "Name", min: 16}, {name: "Alias"}, {name: "Source"}, {name: "Synopsis"}}},
	{"HistoryEntry", []column{{name: "Id", min: 4}, {name: "Status", min: 9}, {name: "Duration", min: 8}, {name: "CommandLine"}}},
	{"Variable", []column{{name: "Name", min: 12}, {name: "Value"}}},
	{"GroupInfo", []column{{name: "Count"}, {name: "Name", min: 12}, {name: "Group"}}},
}

// Says how many machines a list of them with commas has.
func hostCount(cell string) string {
	n := strings.Count(cell, ",")
	if n == 0 {
		return cell
	}
	return strconv.Itoa(n+1) + " hosts"
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
