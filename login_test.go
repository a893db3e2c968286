package main

import (
	"os"
	"strings"
	"testing"

	"marsh/remote/sshtest"
)

// A password is asked for at the prompt, once for all machines of a command, and is not
// shown.
func TestLoginWithAPassword(t *testing.T) {
	for name, config := range map[string][]string{
		"password":             {"PasswordAuthentication yes"},
		"keyboard-interactive": {"KbdInteractiveAuthentication yes", "UsePAM yes"},
	} {
		t.Run(name, func(t *testing.T) {
			server := sshd(t, sshtest.Options{Password: true, Config: append(config, "PubkeyAuthentication no")})
			s := sit(t, "-F", server.Config())
			s.types("$s = new-session Server01,Server02\r")
			s.shows("assword")
			s.types("wrong\r")
			s.shows("that is not it")
			s.types(sshtest.Password + "\r")
			s.at(local)
			s.enter("invoke-command -session $s { 40 + 2 }", local)
			s.line("Server01: 42")
			s.line("Server02: 42")
			s.leave()
			s.mu.Lock()
			raw := s.raw.String()
			s.mu.Unlock()
			if strings.Contains(raw, sshtest.Password) {
				t.Error("the password was shown")
			}
			if n := strings.Count(server.Log(), "Failed "); n > 2 {
				t.Errorf("%d failures", n)
			}
		})
	}
}

// Ctrl-C at the question gives up the whole command.
func TestNoPassword(t *testing.T) {
	server := sshd(t, sshtest.Options{Password: true, Config: []string{"PasswordAuthentication yes", "PubkeyAuthentication no"}})
	s := sit(t, "-F", server.Config())
	s.types("new-session Server01,Server02\r")
	s.shows("assword")
	s.types("\x03")
	s.at(local)
	s.enter("get-session", local)
	s.leave()
}

// An unknown machine is met with its fingerprint and its picture.
func TestFirstContact(t *testing.T) {
	server := sshd(t, sshtest.Options{Client: []string{"StrictHostKeyChecking ask"}})
	if err := os.Remove(server.KnownHosts); err != nil {
		t.Fatal(err)
	}
	s := sit(t, "-F", server.Config())
	s.types("$s = new-session Server01\r")
	for _, text := range []string{"is not known yet", "SHA256:", "[ED25519 256]", "+----[SHA256]-----+", "(yes, no, or the fingerprint)"} {
		s.shows(text)
	}
	s.types("yes\r")
	s.at(local)
	s.shows("is now in")
	s.leave()
	if text := read(t, server.KnownHosts); !strings.Contains(text, "[127.0.0.2]") {
		t.Errorf("known_hosts is %q", text)
	}
}
