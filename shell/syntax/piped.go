package syntax

// writer is the command through which a Lua value enters a pipeline.
const writer = "write-output"

// Reports whether the expression just read is the first stage of a pipeline, as in
// $job | stop-job.
func (p *parser) piped() bool {
	t := p.tok
	if t.kind != tokBad || t.text != "|" || t.newline {
		return false
	}
	_, ok := p.res.Command(writer)
	return ok || p.loose > 0
}

// Replaces the expression that began at start, and the stages behind it, by a call of
// function: the expression's value is written to the second stage.
func (p *parser) pipeValue(function string, start, mark int) {
	line := p.src.line(start)
	s := stage{name: textNode("w", writer, line), end: p.prevEnd}
	s.args = []node{{tag: "v", line: line, code: "(" + p.render(start, p.prevEnd, mark) + ")"}}
	p.at = p.tok.start
	pl := p.stages(start, s)
	p.edit(start, p.at, function+"("+p.print(pl, start, p.at)+")")
	p.seek(p.at)
	p.value = nil
}
