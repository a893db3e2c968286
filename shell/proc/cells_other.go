//go:build !linux

package proc

import "syscall"

// cells is control groups, of which only Linux has any.
type cells struct{}

type cell struct{ n int }

func newCells() *cells { return nil }

func (*cells) take(string, *cell) *cell                        { return nil }
func (*cells) give(*cell, string) (left bool)                  { return false }
func (*cells) kill([]string)                                   {}
func (*cells) refuse()                                         {}
func (*cells) dirs([]string) []string                          { return nil }
func (*cells) where() string                                   { return "" }
func (*cells) close(bool)                                      {}
func (*cell) into(a *syscall.SysProcAttr) *syscall.SysProcAttr { return a }

func (*cells) usable() bool { return false }

func refused(error) bool         { return false }
func cellDir(string, int) string { return "" }
func killCell(string)            {}
func hold(string) func()         { return func() {} }
func dissolve(string)            {}
