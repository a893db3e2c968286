package shell

import (
	"fmt"
	"strconv"
	"strings"

	"marsh/jobs"
	"marsh/shell/lua"
)

// ArgValue returns the value of an argument. A bare word that reads as a number is
// that number.
func ArgValue(a lua.Arg) jobs.Value {
	switch a.Kind {
	case lua.Word:
		return wordValue(a.Text)
	case lua.Quoted:
		return a.Text
	case lua.List:
		return argList(a)
	case lua.BlockArg:
		return a.Block.Text
	case lua.Param:
		return argText(a)
	}
	return a.Value
}

func wordValue(text string) jobs.Value {
	if text == "" || !strings.ContainsAny(text[:1], "0123456789-+.") {
		return text
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && fmt.Sprint(f) == text {
		return f
	}
	return text
}

// argList returns an argument as a list: the parts of a list, or the one value.
func argList(a lua.Arg) jobs.List {
	if a.Kind == lua.List {
		var out jobs.List
		for _, e := range a.List {
			out = append(out, argList(e)...)
		}
		return out
	}
	v := ArgValue(a)
	if l, ok := v.(jobs.List); ok {
		return l
	}
	if v == nil {
		return nil
	}
	return jobs.List{v}
}

// wholeList is argList with what is nothing kept: a variable that is not set is to be
// told from a list that is empty.
func wholeList(a lua.Arg) jobs.List {
	out := jobs.List{}
	if a.Kind == lua.List {
		for _, e := range a.List {
			out = append(out, wholeList(e)...)
		}
		return out
	}
	switch v := ArgValue(a).(type) {
	case jobs.List:
		return append(out, v...)
	default:
		return append(out, v)
	}
}

// argText returns an argument as it could have been typed, for messages.
func argText(a lua.Arg) string {
	switch a.Kind {
	case lua.BlockArg:
		return "{" + a.Block.Text + "}"
	case lua.Param:
		return "-" + a.Text
	case lua.List:
		parts := make([]string, len(a.List))
		for i, e := range a.List {
			parts[i] = argText(e)
		}
		return strings.Join(parts, ",")
	case lua.Value:
		return jobs.Text(a.Value)
	}
	return a.Text
}
