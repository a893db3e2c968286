package sshconn

import (
	"fmt"
	"strings"

	"marsh/jobs"
)

// maxQuestions bounds what a machine may ask in one round.
const maxQuestions = 16

// password is asked for the password method.
func (a *auth) password() (string, error) {
	return a.sharedPassword(fmt.Sprintf("password of %s on %s:", a.s.user, a.s.label()))
}

// sharedPassword asks for the account's password, once for all machines that ask for it
// at the same time. The way there shares nothing: a bastion's password is nobody else's.
func (a *auth) sharedPassword(text string) (string, error) {
	name := "password of " + a.s.user
	if a.jump {
		name += " on " + a.s.addr()
	}
	if a.seen > 0 {
		text = "that is not it; " + text
	}
	answer, seen, err := a.share(name, a.seen, text)
	if err != nil {
		return "", a.refused("the password", err)
	}
	a.seen = seen
	return answer, nil
}

// challenge answers what the machine asks (RFC 4256). A round without questions is
// answered with nothing; PAM has one at the end.
func (a *auth) challenge(name, instruction string, questions []string, echos []bool) ([]string, error) {
	if len(questions) > maxQuestions {
		return nil, a.refused("the answer", jobs.Errorf(jobs.KindProtocol, "%s asks %d questions at once", a.s.label(), len(questions)))
	}
	preface := shown(name) + shown(instruction)
	if len(questions) == 0 {
		if preface != "" {
			a.warn(a.s.label() + " says: " + strings.TrimSuffix(preface, "\n"))
		}
		return []string{}, nil
	}
	answers := make([]string, len(questions))
	for i, q := range questions {
		text := fmt.Sprintf("%s(%s on %s) %s", preface, a.s.user, a.s.label(), strings.TrimSpace(shown(q)))
		var err error
		if answers[i], err = a.question(text, q, echos[i]); err != nil {
			return nil, err
		}
		preface = ""
	}
	return answers, nil
}

// question asks one question. A password is good for other machines; what else is asked,
// such as a code that is good once, is not.
func (a *auth) question(text, q string, echo bool) (string, error) {
	if !echo && strings.HasPrefix(strings.ToLower(strings.TrimSpace(q)), "password") {
		return a.sharedPassword(text)
	}
	answer, err := a.asker.ask(text, !echo)
	if err != nil {
		return "", a.refused("the answer", err)
	}
	return answer, nil
}

// shown makes lines that come from a machine fit for a question, each with its newline.
func shown(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if line = clip(line); line != "" && b.Len() < maxText {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
