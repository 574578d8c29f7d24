# Commands of the house. README names two of them: `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS := never
export PYTHONDONTWRITEBYTECODE := 1

UV  := .venv-tools/bin/uv
PY  := .venv/bin/python
BIN := .venv/bin

.PHONY: help install debian demo test check bench-media bench-call bench-lines bench-flood bench-kills bench-audit bench-desk soak fuzz format vendor docs clean
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# Debian forbids a bare pip install, so uv lives in an environment of its own.
.venv-tools/bin/uv:
	@python3 -m venv .venv-tools
	@.venv-tools/bin/pip install --quiet --disable-pip-version-check uv

.make/python: pyproject.toml uv.lock | .venv-tools/bin/uv
	@$(UV) sync --frozen --quiet
	@mkdir -p .make && touch $@

.make/node: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p .make && touch $@

install: .make/python ## Python environment from uv.lock

debian: ## Debian packages that the tests and the demo drive (Chromium, Redis, PostgreSQL, ...)
	@sh docker/debian-packages.sh

demo: .make/python ## install, seed, start, and open the four doors
	$(BIN)/yunchuang demo

test: .make/python .make/node debian ## every test, browsers and real servers included
	$(BIN)/pytest -n auto --maxprocesses 4 --no-loadscope-reorder

check: .make/python .make/node ## linters, types, layers, JS types, licence and lock checks
	$(UV) lock --check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	npx --no-install tsc --project tsconfig.json
	$(BIN)/yamllint --strict -c .yamllint.yaml $$(git ls-files '*.yaml' '*.yml')
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker/compose.yaml

# Standard output of a benchmark is its rows alone, also from a fresh clone: nothing before is echoed.
bench-media: .make/python ## our media worker beside Janus and the floor; ARGS="--quick" or "--rooms 1,2,4"
	@sh docker/debian-packages.sh janus
	@$(PY) -m bench.media $(ARGS)

bench-call: .make/python ## how fast a call rings, shows and comes back, in Chromium; ARGS="--calls 20 --blackouts 10,3"
	@sh docker/debian-packages.sh chromium
	@$(PY) -m bench.calls $(ARGS)

bench-lines: .make/python ## recorded calls over bad lines; ARGS="--only loss_10,blackout_3_s"
	@$(PY) -m bench.lines $(ARGS)

bench-flood: .make/python ## a call under floods of strangers' datagrams; ARGS="--rates 0,5000,100000"
	@$(PY) -m bench.flood $(ARGS)

# A failure says how to have the same again: the seed is told with it.
fuzz: export YUNCHUANG_FUZZ_DATAGRAMS ?= 1000000
fuzz: export YUNCHUANG_FUZZ_SEED ?= $(shell date +%s)
fuzz: .make/python ## a million hostile datagrams, and answers, frames and messages with them
	$(BIN)/pytest tests/fuzz --timeout 3600 $(ARGS)

bench-kills: .make/python ## kill -9 at random moments of recorded calls; ARGS="--kills 50 --seed 7"
	@$(PY) -m bench.kills $(ARGS)

bench-audit: .make/python ## what the log costs and how fast it is verified; ARGS="--only writing,log --entries 100000"
	@$(PY) -m bench.audit $(ARGS)

bench-desk: .make/python ## lists, case pages and acts of 200 people; ARGS="--cases 10000 --stores sqlite"
	@sh docker/debian-packages.sh initdb
	@$(PY) -m bench.desk $(ARGS)

soak: .make/python ## joins, leaves and long calls, and all given back; ARGS="--joins 1000 --minutes 5"
	@$(PY) -m bench.soak $(ARGS)

format: .make/python ## write the house style into the files
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

vendor: .make/python .make/node ## copy the browser libraries of package-lock.json into the repository
	$(PY) -m portal.vendoring

docs: .make/python ## the pages of docs/ that are made from the code
	$(PY) -m casework.policy.lifecycle_page > docs/lifecycle.md

clean: ## remove what the build made
	rm -rf .venv .venv-tools .make node_modules .mypy_cache .ruff_cache .pytest_cache
