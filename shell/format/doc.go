// Package format turns records into text: lines, tables, lists and JSON. It is the
// only place in marsh that lays out output.
//
// Its one idea: a [Printer] is a Sink at the end of a statement. It shows each
// record as it comes, holds rows back only as long as a table's column widths need
// it, and lets nothing that a machine wrote drive the terminal it writes to.
package format
