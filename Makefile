# `make` alone says what there is. Everything runs in .venv, which `setup` makes.

VENV   := .venv
PYTHON := $(VENV)/bin/python
BIN    := $(VENV)/bin
# Columns may be compiled with another interpreter: make test PYTHON3=python3.13
PYTHON3 ?= python3

.PHONY: help demo test lint bench setup clean
.DEFAULT_GOAL := help

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

demo: setup  ## compile examples/column into build/: EPUB, PDF, Markdown, HTML
	mkdir -p build
	$(BIN)/articlekit column examples/column --force \
	    -o build/column.epub -o build/column.pdf -o build/md/ -o build/column.html

test: setup  ## run the tests
	$(BIN)/pytest

lint: setup  ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: setup  ## time articlekit beside a peer, as ratios
	$(PYTHON) tests/bench/run.py

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml scripts/system-packages
	scripts/system-packages
	$(PYTHON3) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable '.[all]' --group dev
	touch $@

clean:  ## remove what make made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
