# Everything one does with Sidus. Needs only Python 3.11 or newer and make; `make help` explains.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml --group build

T ?=
S ?= case
M ?=
AGENCY ?= tamme
ROLE ?= case_manager
ARGS ?=

##@ Run

.PHONY: run
run: $(VENV)/run.stamp ## Start everything, play the scenario on the first start, stay up (ARGS=--no-demo)
	@exec $(BIN)/sidus up --attached $(ARGS)

.PHONY: demo
demo: $(VENV)/run.stamp ## Play the main scenario on the system that is up
	@$(BIN)/sidus demo

.PHONY: token
token: $(VENV)/run.stamp ## Print a bearer token (AGENCY=tamme ROLE=case_manager)
	@$(BIN)/sidus token --agency $(AGENCY) --role $(ROLE) $(ARGS)

.PHONY: doctor
doctor: $(VENV)/run.stamp ## Look at everything Sidus needs and say what is wrong
	@$(BIN)/sidus doctor

.PHONY: reset
reset: $(VENV)/run.stamp ## Remove all data of the local system
	@$(BIN)/sidus reset

##@ Check

.PHONY: test
test: $(VENV)/dev.stamp ## Run the tests against real servers (T=tests/case for a part of them)
	@$(BIN)/pytest -q -n 2 --dist loadfile $(T)

.PHONY: lint
lint: $(VENV)/dev.stamp ## Style, types, walls between the parts, no drift of generated documents
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m deploy.documents --check

.PHONY: format
format: $(VENV)/dev.stamp ## Put the code into form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

.PHONY: prove-single-copy
prove-single-copy: $(VENV)/dev.stamp ## Show that a client stands in one place only
	@$(BIN)/python -m deploy.proofs single-copy

.PHONY: prove-scale
prove-scale: $(VENV)/dev.stamp ## Show that searches, the queue of duplicates and scans go by index among 200,000 people, and scan them
	@SIDUS_PEOPLE=200000 $(BIN)/pytest -q -n 0 --timeout 900 tests/case/test_a_large_register.py tests/case/test_scanning.py

.PHONY: prove-access
prove-access: $(VENV)/dev.stamp ## Show that everybody sees by every path what they may, and nothing else
	@$(BIN)/python -m deploy.proofs access

.PHONY: bench
bench: $(VENV)/dev.stamp ## Measure what a request costs, and write docs/performance.md
	@$(BIN)/python -m tests.bench requests

.PHONY: bench-import
bench-import: $(VENV)/dev.stamp ## Import 200,000 clients against a raw COPY; write docs/performance-import.md
	@$(BIN)/python -m tests.bench registers

##@ Change

.PHONY: migration
migration: $(VENV)/run.stamp ## Write a migration from what the models have (S=case M="what it does")
	@$(BIN)/sidus revise --service $(S) --message "$(M)"

.PHONY: openapi
openapi: $(VENV)/run.stamp ## Write docs/openapi.json from the code
	@$(BIN)/python -m deploy.documents openapi

.PHONY: asyncapi
asyncapi: $(VENV)/run.stamp ## Write docs/asyncapi.json from the code
	@$(BIN)/python -m deploy.documents asyncapi

.PHONY: lock
lock: $(VENV)/dev.stamp ## Pin the packages of pyproject.toml, with their hashes, in requirements/
	@$(COMPILE) --output-file requirements/run.txt
	@$(COMPILE) --group dev --output-file requirements/dev.txt

.PHONY: clean
clean: ## Remove the environment and every cache; the data stays
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# The environment: made once, filled again whenever the pinned packages change.

$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Sidus needs Python 3.11 or newer: name one with make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: $(VENV)/made.stamp requirements/run.txt pyproject.toml
	@echo "Installing the packages of requirements/run.txt"
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	@echo "Installing the packages of requirements/dev.txt"
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@
