# marsh: what can be made. `make` alone lists it.

PREFIX   ?= /usr/local
FUZZTIME ?= 10s
# DIFFTIME is how long random programs are compared with lua5.1, in seconds.
DIFFTIME ?= 600
GO       ?= go

# Packages whose tests compute much on one goroutine: of the random programs and cut texts
# some are tried with the race detector, and all without it.
PURE = ./shell/lua ./shell/syntax

# Pinned here and not in go.mod, which lists what marsh and its tests are made of.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

# The tests run real programs: the program, and the Debian packages that it is in. The
# race detector needs a C compiler.
NEEDS = sshd:openssh-server ssh:openssh-client tmux:tmux lua5.1:lua5.1 ps:procps \
  less:less vim.tiny:vim-tiny python3:python3-minimal sudo:sudo groff:groff-base \
  gcc:gcc,libc6-dev

.DEFAULT_GOAL := help
.PHONY: help build test race fuzz bench soak demo check clean install man needs needs-list

help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

build: ## build ./marsh, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o marsh .

test: needs ## run every test; none is skipped
	CI=true $(GO) test ./...

race: needs ## run every test with the race detector, and in full what has one goroutine and is cut short with it
	CI=true $(GO) test -race -timeout 13m ./...
	CI=true $(GO) test -timeout 13m $(PURE)

fuzz: needs ## run each fuzz target for FUZZTIME (10s), then compare random Lua with lua5.1 for DIFFTIME (600) seconds
	@set -e; for pkg in $$($(GO) list ./...); do \
	  list=$$($(GO) test -list '^Fuzz' $$pkg); \
	  for target in $$(printf '%s\n' "$$list" | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done
	@set -e; end=$$(( $$(date +%s) + $(DIFFTIME) )); seed=$$(date +%s); \
	  while [ $$(date +%s) -lt $$end ]; do \
	    echo "== random programs, seed $$seed"; \
	    CI=true $(GO) test -count 1 -run '^TestRandomPrograms$$' ./shell/lua -args -programs 3000 -seed $$seed; \
	    seed=$$((seed + 1)); \
	  done

soak: ## 100,000 jobs, 10,000 on another machine, 1,000 with 10 MB each that nobody reads: memory, and every byte; wants 16 GB of disk
	$(GO) test -run '^TestUnreadOfMany$$' -soak -timeout 30m -v ./jobs/spool
	$(GO) test -run '^TestSoak' -soak -timeout 2h -v .

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

demo: build ## play the walk-throughs on servers of their own, and check what is seen
	./marsh demo

check: ## gofmt, go vet and staticcheck
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then \
	  echo "not formatted; run gofmt -w on:" >&2; echo "$$unformatted" >&2; exit 1; fi
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

clean: ## remove what was built
	rm -rf marsh dist
	rm -f *.test *.out marsh.1

man: build ## write the manual page, marsh.1
	./marsh help --man > marsh.1

install: build man ## install marsh and its manual page into PREFIX (/usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 marsh $(DESTDIR)$(PREFIX)/bin/marsh
	install -m 644 marsh.1 $(DESTDIR)$(PREFIX)/share/man/man1/marsh.1

# Says which Debian packages are missing.
needs:
	@missing=$$($(MAKE) --silent needs-list); if [ -n "$$missing" ]; then \
	  echo "the tests need programs that are not here; on Debian: apt-get install" $$missing >&2; exit 1; fi

# Lists the Debian packages of those programs of NEEDS that are not here.
needs-list:
	@for need in $(NEEDS); do \
	  PATH="$$PATH:/usr/sbin:/sbin" command -v $${need%%:*} >/dev/null || echo $${need##*:} | tr , ' '; \
	done
