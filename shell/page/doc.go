// Package page lays out the pages of the help: for a terminal as wide as it is, and for
// the manual page.
//
// Its one idea: a page is a list of blocks, whether it was written as a file or made
// from the declaration of a command, and each way of showing it knows blocks alone.
//
// A file is a small part of Markdown (https://spec.commonmark.org), line by line:
//
//	# about_jobs            the name, first of all; the paragraph after it is the synopsis
//	## Heading
//	text                    a paragraph, up to a blank line
//	- text                  an item, up to a blank line or the next item
//	| a | b |               a table: its header, a line of dashes, its rows
//	```word                 code, up to a line of ```, with a word for the tests
//
// In text `code` is code; two backticks on each side let it hold one.
package page
