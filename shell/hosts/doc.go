// Package hosts expands the short ways to write many machines: web[01-20,25],
// db{a,b}, db[1-3]!db2, @web.
//
// Its one idea: a pattern is a set of names that keeps the order in which it was
// written. The forms are those of the node sets that cluster tools have in common
// (ClusterShell's nodeset(1), pdsh(1)), so that lists can be carried over:
//
//	pattern   set { "!" set }             the first without the others
//	set       item { "," item }           several together
//	item      "@" group | { piece }       a group, or a name of pieces
//	piece     text | "[" range { "," range } "]" | "{" text { "," text } "}"
//	range     N | N "-" N | N "-" N "/" step
//
// A range is padded with zeros to the width of its first number where that begins
// with a zero: [08-11] is 08, 09, 10, 11. Several pieces make every combination. A
// bracket with a colon in it is an IPv6 address, and stays as it is. A group is
// whatever the caller says it is; in the groups file it is patterns again.
package hosts
