package lua

import (
	"slices"
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// fieldsPerFlush is how many items of a table constructor the compiler gathers
// before it stores them.
const fieldsPerFlush = 50

// The bounds of table constructors.
const (
	itemsPerTable = 500 * fieldsPerFlush // that are compiled as one
	maxItems      = 100 * itemsPerTable  // of one that is written
)

// A keyed field behind a full batch of items makes the compiler store the batch
// again, and a call at the end behind a full batch lands on the items of the batch
// before it.
func (m *mender) table(e *ast.TableExpr) ast.Expr {
	for _, f := range e.Fields {
		if f.Key != nil {
			f.Key = farKey(m.expr(f.Key))
		}
		f.Value = m.expr(f.Value)
	}
	items, keyed := splitFields(e.Fields)
	if len(items) < fieldsPerFlush {
		return e
	}
	if len(items) > itemsPerTable {
		return m.longTable(e, items, keyed)
	}
	e.Fields = append(keyed, items...)
	return endOfTable(e, items)
}

// longTable makes tables of the items of one, and a call that joins them again: past
// 511 batches the compiler loses count.
func (m *mender) longTable(e *ast.TableExpr, items, keyed []*ast.Field) ast.Expr {
	if len(items) > maxItems {
		m.errorf(e, "more than %d items in one table constructor; keep data in a file, and read it with io.lines or convertfrom-json", maxItems)
	}
	for i := itemsPerTable; i < len(items); i += itemsPerTable {
		truncate(items[i-1].Value)
	}
	var parts []ast.Expr
	for part := range slices.Chunk(items, itemsPerTable) {
		fields := slices.Concat(keyed, part)
		parts, keyed = append(parts, endOfTable(place(&ast.TableExpr{Fields: fields}, e), part)), nil
	}
	return place(&ast.FuncCallExpr{Receiver: place(&ast.StringExpr{}, e), Method: joinMethod, AdjustRet: true, Args: parts}, e)
}

// endOfTable mends a constructor whose items are the last of its fields.
func endOfTable(e *ast.TableExpr, items []*ast.Field) ast.Expr {
	last := items[len(items)-1]
	if (len(items)-1)%fieldsPerFlush != 0 || !isMulti(last.Value) {
		return e
	}
	e.Fields = e.Fields[:len(e.Fields)-1]
	n := place(&ast.NumberExpr{Value: strconv.Itoa(len(items))}, e)
	return place(&ast.FuncCallExpr{
		Receiver: place(&ast.StringExpr{}, e), Method: appendMethod, AdjustRet: true,
		Args: []ast.Expr{e, n, last.Value},
	}, e)
}

// appendMethod and joinMethod are methods of strings, so that they are found in every
// environment: ("").__m_append(t, n, …) stores … in t from index n on, and
// ("").__m_join(t, …) the items of the tables … behind those of t.
const (
	appendMethod = "__m_append"
	joinMethod   = "__m_join"
)

func splitFields(fields []*ast.Field) (items, keyed []*ast.Field) {
	for _, f := range fields {
		if f.Key == nil {
			items = append(items, f)
		} else {
			keyed = append(keyed, f)
		}
	}
	return items, keyed
}
