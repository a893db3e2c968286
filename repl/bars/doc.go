// Package bars shows how far things are, as bars below what is written to a terminal.
//
// Its one idea is a [Screen] that all writing goes through: it takes the bars away, writes,
// and draws them again, a bounded number of times a second, so that output goes above them
// and nothing of them is left at the end. [Output] is the sink at the end of a statement
// that has one.
//
// What is shown comes from anywhere and is made visible; how many bars there are, how often
// they are drawn and how wide they are is bounded. The library
// github.com/vbauerster/mpb draws the bar in a row; its own loop, which would own the
// terminal, is not used.
package bars
