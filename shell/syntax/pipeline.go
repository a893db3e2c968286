package syntax

// pipeline is a command line that has been read.
type pipeline struct {
	text       string
	line       int
	background bool
	stages     []stage
}

type stage struct {
	kind   stageKind
	name   node
	args   []node
	redirs []redir
	inline bool // its blocks are compiled in place too
	end    int  // behind its last word
}

// Reads the command line that begins at h, and leaves the cursor behind it.
func (p *parser) pipeline(h head) pipeline {
	defer p.enter()()
	return p.stages(h.pos, p.stage(h))
}

// Reads the stages behind the first, and what ends the command line.
func (p *parser) stages(start int, s stage) pipeline {
	pl := pipeline{line: p.src.line(start), stages: []stage{s}}
	for at(p.text, p.at) == '|' {
		s = p.stage(p.nextStage())
		pl.stages = append(pl.stages, s)
	}
	pl.text = p.typed(start, s.end)
	if at(p.text, p.at) == '&' {
		pl.background = true
		p.paint(p.at, p.at+1, ClassOperator)
		p.at++
	}
	return pl
}

// Goes past a | and finds what begins behind it, in the next line if need be.
func (p *parser) nextStage() head {
	bar := p.at
	if at(p.text, bar+1) == '|' {
		p.giveUp(bar, "|| is not supported: use if not $? then … end")
	}
	p.paint(bar, bar+1, ClassOperator)
	p.at++
	p.gap(true)
	if p.at >= len(p.text) {
		p.incomplete(bar, "a command is expected after |")
	}
	return p.stageHead()
}

// Finds the command or program of a stage that is not the first.
func (p *parser) stageHead() head {
	h := head{kind: programStage, pos: p.at, end: p.at}
	word := p.wordAt(p.at)
	if at(p.text, p.at) == '!' {
		h.kind = shellStage
		return h
	}
	if word == "" {
		p.fail(p.at, "a command is expected after |")
	}
	if info, ok := p.res.Command(word); ok {
		return head{kind: commandStage, pos: p.at, end: p.at + len(word), info: info}
	}
	if p.loose == 0 && !p.lenient && !isPath(word) && !p.res.Program(word) {
		p.nobody(p.at, word, "and no program of that name")
	}
	return h
}

// Reads one stage.
func (p *parser) stage(h head) stage {
	s := stage{kind: h.kind, inline: h.info.Inline && p.loose == 0}
	p.at = h.end
	switch h.kind {
	case shellStage:
		p.shellLine(&s)
		return s
	case commandStage:
		p.paint(h.pos, h.end, ClassCommand)
		s.name = textNode("w", h.info.Name, p.src.line(h.pos))
	default:
		s.name = p.word(programStage)
		p.repaint(h.pos, p.at, p.classOf(p.text[h.pos:p.at]))
	}
	s.end = p.at
	before := p.tints
	for !p.lineEnds() {
		if !p.redirection(&s) {
			s.args = append(s.args, p.argument(&s))
		}
		s.end = p.at
	}
	p.paintElsewhere(&s, before)
	return s
}
