# Everything that is done to this tree by hand or by CI.  `make` alone lists it.
#
# Each target does its own set-up: a virtual environment in .venv with the pinned, hash-checked packages of
# requirements/dev.txt and the four distributions as editable installs.  It is redone when those change.

PYTHON ?= python3
ARGS   ?=
SECONDS ?=
ROUNDS ?=
SEEDS ?=
MINUTES ?=

venv      := .venv
stamp     := $(venv)/.stamp
run       := $(venv)/bin/python -m
packages  := packages/wire services/server services/client services/web
sources   := $(addsuffix /src,$(packages)) $(wildcard tests benchmarks deploy)
pyproject := $(addsuffix /pyproject.toml,$(packages))
page      := $(wildcard services/web/tests/*.test.js)
# Tests that start no program of their own keep a processor busy; the others mostly wait, a few beside each other.
alone     := not system and not peers
uv        := uv==0.13.8

.DEFAULT_GOAL := help
.PHONY: help serve test setup check lint hooks torture simulate containers bench bench-quick attack said-once lock dist release clean

##@ Use it
serve: $(stamp) ## start a server on this machine's loopback  (ARGS="HOST PORT …")
	@exec $(venv)/bin/trialogue-server $(ARGS)

setup: $(stamp) ## only the set-up: .venv/bin/trialogue-server and .venv/bin/trialogue-client
	@echo "Ready: $(venv)/bin/trialogue-server and $(venv)/bin/trialogue-client"

##@ Work on it
# Sets of texts have another order with each seed, and nothing may depend on it. Whatever fails names the seed.
test check: export PYTHONHASHSEED ?= $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')

test: $(stamp) ## run the tests, or some  (ARGS="tests/wire -k tags")
ifeq ($(ARGS),)
	@$(run) pytest -q -n auto -m "$(alone)"
	@$(run) pytest -q -rs -n 4 --dist worksteal -m "not ($(alone))"
else
	@$(run) pytest -rs $(ARGS)
endif

check: lint ## format, lint, types, imports, and the tests that need no process of their own: under a minute
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then \
		node --test $(page) >/dev/null || node --test $(page); \
	else \
		echo "The tests of the page's modules are left out: they need Node 20 or newer."; \
	fi
	@$(run) pytest -q -n auto -m "$(alone)" $(ARGS)

lint: $(stamp) ## only format, lint, types and imports
	@$(venv)/bin/ruff format --quiet --check $(sources)
	@$(venv)/bin/ruff check --quiet $(sources)
	@$(run) mypy $(sources)
	@$(venv)/bin/lint-imports

hooks: ## run `make lint` before each commit in this clone
	@git config core.hooksPath .githooks
	@echo "git now runs .githooks/pre-commit before each commit; git config --unset core.hooksPath ends that."

bench: $(stamp) ## measure ours beside InspIRCd and ngIRCd: half an hour  (ARGS="--only rooms,tls --write docs")
	@$(run) benchmarks $(ARGS)

bench-quick: $(stamp) ## has the server become slower than at an earlier commit?  (ARGS="--against v0.1")
	@$(run) benchmarks.quick $(ARGS)

attack: $(stamp) ## attack servers of our own on loopback, and show what others notice: seven minutes  (ARGS="--only search")
	@$(run) benchmarks.attack $(ARGS)

torture: $(stamp) ## kill the server under load, again and again, and compare what was seen with history  (SECONDS=600 or ROUNDS=1000)
	@$(run) tests.system.torture $(if $(SECONDS),--seconds $(SECONDS)) $(if $(ROUNDS),--rounds $(ROUNDS))

said-once: $(stamp) ## cut connections and kill the server while programs talk: is each line said once?  (ARGS="--rounds 200")
	@$(run) tests.system.said_once $(ARGS)

simulate: $(stamp) ## run servers and people in virtual time, and break what can break  (SEEDS=1-300 or MINUTES=60)
	@$(run) tests.sim $(if $(SEEDS),--seeds $(SEEDS)) $(if $(MINUTES),--minutes $(MINUTES))

containers: $(stamp) ## build the images and play the scenarios between containers  (needs Docker)
	@PYTHON=$(venv)/bin/python .ci/build server client
	@$(run) pytest tests/system/containers.py $(ARGS)

##@ Keep it
lock: ## pin the newest releases that fit, with hashes, in requirements/*.txt
	@$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install -qq $(uv)
	@PATH="$$PWD/.venv-lock/bin:$$PATH" .ci/lock

dist: $(stamp) ## build the wheels, and one archive that installs without a registry, in dist/
	@PYTHON=$(venv)/bin/python deploy/dist

release: $(stamp) ## the same for a tagged commit, with its notes
	@PYTHON=$(venv)/bin/python deploy/release

clean: ## remove the virtual environments and the tools' caches
	@rm -rf $(venv) .venv-lock dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find $(sources) -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@awk 'BEGIN { FS = ":.*## "; print "Trialogue: a self-hosted chat.  make TARGET, where TARGET is one of" } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "PYTHON=python3.13 chooses the interpreter of .venv (3.11 or newer; now: $(PYTHON))."

$(stamp): requirements/dev.txt $(pyproject)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Trialogue needs Python 3.11 or newer, and $(PYTHON) is not: name one, as in make $(MAKECMDGOALS) PYTHON=python3.13" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: install its venv module (on Debian and Ubuntu: apt install python3-venv)" >&2; \
		exit 1; }
	@echo "Setting up $(venv) …"
	@$(PYTHON) -m venv $(venv)
	@$(run) pip install -qq --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@$(run) pip install -qq --disable-pip-version-check --no-build-isolation --no-deps $(addprefix --editable ,$(packages))
	@touch $@
