# On a machine with python3 (3.11 or newer) and make, every target sets up what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test test-pooler lint format bench parity fuzz docs clean
.DEFAULT_GOAL := help

help:
	@echo "make demo      show the main job on examples/imo_creator, and on a throwaway PostgreSQL"
	@echo "make test      run the tests (starts a throwaway PostgreSQL)"
	@echo "make test-pooler    the live database through pgbouncer, where it is installed"
	@echo "make lint      ruff, mypy, import-linter"
	@echo "make parity DIR=…   hold the reader against PostgreSQL on a folder of migrations"
	@echo "make fuzz      10,000 generated examples through the reader"
	@echo "make bench     speed against its peers, of a catalogue beside its migrations, of a"
	@echo "               live schema beside pg_dump"
	@echo "make docs      write docs/rules.md from the rules"

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

demo: $(STAMP)
	@$(BIN)/python -m examples.demo

test: $(STAMP)
	$(BIN)/python -m pytest

test-pooler: $(STAMP)
	$(BIN)/python -m pytest -rs tests/readers/postgres/test_pooler.py

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	@missed=0; for one in speed catalogue live rows; do \
	  $(BIN)/python -m benchmarks.$$one || missed=1; done; exit $$missed

parity: $(STAMP)
	$(BIN)/python -m benchmarks.parity $(DIR)

fuzz: $(STAMP)
	CTB_LINT_EXAMPLES=10000 $(BIN)/python -m pytest tests/fuzz

docs: $(STAMP)
	$(BIN)/python -m docs.reference

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .hypothesis .bench
