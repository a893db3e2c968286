// Package builtin is marsh's commands, one file for each noun. Its one idea: a
// command is a struct whose fields are its parameters, declared once with
// [shell.Define]; binding, usage, help, completion and its Lua function come from
// that.
package builtin
