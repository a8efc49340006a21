# The only door: every command of the project. `make` alone prints what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH := src:.
export DJANGO_SETTINGS_MODULE := luchang.config.settings

##@ Use

.PHONY: run
run: $(VENV)/product front names ## From a clone to a running demo city on http://127.0.0.1:8000
	@$(BIN)/python -m luchang.config.launch

.PHONY: front
front: $(VENV)/product ## Build what a browser loads, when something changed
	@$(BIN)/python -m tools.front

.PHONY: names
names: build/divisions/430200.json

build/divisions/430200.json: | $(VENV)/product
	@mkdir -p $(@D)
	@$(BIN)/python -m tools.division_names $@

.PHONY: install
install: $(VENV)/product ## Install what the product needs, pinned by hash

.PHONY: front
front: $(VENV)/product ## Build what browsers get, if something it is made of has changed
	@$(BIN)/python -m tools.front

##@ Develop

.PHONY: fix
fix: $(VENV)/dev ## Format and mend what a tool can mend
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

.PHONY: check
check: $(VENV)/dev ## Format, lint, types, import law, templates, migrations, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint src/luchang --quiet
	$(BIN)/python -m tools.front && $(BIN)/python -m tools.browser_gate
	$(BIN)/python -m tools.messages check

.PHONY: messages
messages: $(VENV)/product ## Compile the English texts; then say which are missing
	@$(BIN)/python -m tools.messages compile
	@$(BIN)/python -m tools.messages check

.PHONY: test
test: $(VENV)/dev front names chromium ## Everything the README promises, browser journeys included
	$(BIN)/python -m pytest -n 2 --dist loadfile

.PHONY: chromium
chromium:
	@tools/chromium.sh

.PHONY: lock
lock: $(VENV)/uv ## Pin every dependency anew, by hash and without addresses
	$(BIN)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes -o requirements-dev.lock
	$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes -c requirements-dev.lock -o requirements.lock

$(VENV)/uv:
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/product: requirements.lock | $(VENV)/uv
	@test -e $(VENV)/dev || VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock | $(VENV)/uv
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements-dev.lock
	@touch $@

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*##/ {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
