package sshconn

import (
	"context"

	"marsh/jobs"
)

// maxJumps bounds how many machines a connection may go through.
const maxJumps = 8

// route finds out which machines a connection to t leads through: t itself is the last. A
// ProxyJump's machines are in order; of them only the first one's own ProxyJump counts.
func (p *Pool) route(ctx context.Context, t jobs.Target) ([]want, error) {
	s, err := p.settings(ctx, t)
	if err != nil {
		return nil, err
	}
	chain := []*settings{s}
	for len(chain[0].jumps) > 0 {
		var hops []*settings
		if len(chain)+len(chain[0].jumps) > maxJumps+1 {
			return nil, jobs.Errorf(jobs.KindUsage, "ssh_config sends %s through more than %d machines; does a ProxyJump go in a circle?", t.Name, maxJumps)
		}
		for _, name := range chain[0].jumps {
			hop, err := p.settings(ctx, jobs.Target{Name: name, Timeout: s.timeout})
			if err != nil {
				return nil, onTheWay(err, t.Name)
			}
			hops = append(hops, hop)
		}
		chain = append(hops, chain...)
	}
	return wants(chain, t.Batch || s.batch, p.keeper(t.Batch)), nil
}

// wants gives each machine of a chain its key, which has those before it.
func wants(chain []*settings, batch bool, keep *secrets) []want {
	out := make([]want, len(chain))
	way := ""
	for i, s := range chain {
		if i > 0 {
			s.proxy = "" // what is reached through another machine needs none
		}
		way += s.key() + "\n"
		out[i] = want{s: s, key: way, jump: i < len(chain)-1, batch: batch, keep: keep}
	}
	return out
}

// follow connects to the machines of a way, each through the one before, and returns the
// last one's line, to be released.
func (p *Pool) follow(ctx context.Context, way []want) (*line, error) {
	last := way[len(way)-1]
	if l := p.shared(ctx, last); l != nil {
		return l, nil
	}
	var via *line
	for _, w := range way {
		next, err := p.line(ctx, w, via)
		p.release(via)
		if err != nil && w.jump {
			return nil, onTheWay(err, last.s.name)
		}
		if err != nil {
			return nil, err
		}
		via = next
	}
	return via, nil
}

// onTheWay says to which machine the way was on which something failed.
func onTheWay(err error, name string) error {
	e := *jobs.AsError(err)
	e.Msg = "on the way to " + name + ": " + e.Msg
	return &e
}
