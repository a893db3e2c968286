package sshconn

import "context"

// Question is something that only the person at the terminal can answer.
type Question struct {
	Text   string // one line or several; ends without a newline
	Secret bool   // the answer must not be shown or kept: a passphrase, a password
}

// Prompter asks the person at the terminal. An error means that there was no
// answer, and ends the connecting.
type Prompter interface {
	Prompt(ctx context.Context, q Question) (answer string, err error)
}

// PrompterFunc is a function that is a Prompter.
type PrompterFunc func(ctx context.Context, q Question) (string, error)

// Prompt calls f.
func (f PrompterFunc) Prompt(ctx context.Context, q Question) (string, error) { return f(ctx, q) }

// asker asks with the clock stopped. Its prompter may be nil: nobody is there.
type asker struct {
	ctx      context.Context
	prompter Prompter
	clock    *budget
}

func (a asker) present() bool { return a.prompter != nil }

func (a asker) ask(text string, secret bool) (string, error) {
	a.clock.pause()
	defer a.clock.resume()
	return a.prompter.Prompt(a.ctx, Question{Text: text, Secret: secret})
}

// share is ask for a secret that others may be asked for at the same time, by name; see
// [secrets.answer].
func (a asker) share(keep *secrets, name string, seen int, text string) (string, int, error) {
	a.clock.pause() // also while another one asks
	defer a.clock.resume()
	return keep.answer(a.ctx, name, seen, func() (string, error) { return a.ask(text, true) })
}
