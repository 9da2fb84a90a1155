# `make` alone says what there is. Everything runs in .venv, which `make dev` makes.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

VENV := .venv
BIN  := $(VENV)/bin
# Another interpreter makes another environment: make test VENV=.venv313 PYTHON3=python3.13
PYTHON3 ?= python3
# They bound the processor time of long inputs, which counting lines multiplies.
TIMED := tests/test_nesting.py::test_hostile_pages_are_parsed_in_linear_time \
    tests/test_markdown.py::test_many_elements_beside_each_other
# What is pinned is what everybody has, so that a build today is a build tomorrow.
INSTALL := $(BIN)/pip install --quiet --constraint requirements-dev.lock

.PHONY: help dev demo test lint coverage docs dist screens pictures bench licences lock clean
.DEFAULT_GOAL := help

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

dev: $(VENV)/.dev  ## set up everything that a change needs

demo: $(VENV)/.run  ## compile examples/column into build/: EPUB, PDF, Markdown, HTML, a site
	mkdir -p build
	$(BIN)/articlekit column examples/column --force \
	    -o build/column.epub -o build/column.pdf -o build/md/ -o build/column.html -o build/site/ \
	    --report build/report.html --report build/report.json

test: $(VENV)/.dev  ## run the tests
	$(BIN)/pytest -n auto

lint: $(VENV)/.dev  ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=src $(BIN)/mypy tests/typing examples
	$(BIN)/lint-imports --no-cache

coverage: $(VENV)/.dev  ## run the tests and say which lines and branches they do not reach
	$(BIN)/pytest -n auto --cov --cov-report term:skip-covered --cov-report html:build/coverage \
	    $(addprefix --deselect ,$(TIMED))

docs: $(VENV)/.docs  ## build the documentation's site into build/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build
	@echo "open build/docs/index.html; for its search: python3 -m http.server -d build/docs"

dist: $(VENV)/.dev  ## build sdist and wheel, and try the wheel as the README says
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist
	PYTHON3=$(PYTHON3) scripts/try-wheel dist/articlekit-*.whl

screens: $(VENV)/.dev demo  ## keep what a browser shows of the demo in build/screens/
	$(BIN)/python tests/bench/screens.py build/screens \
	    build/column.epub build/column.html build/site build/report.html

pictures: $(VENV)/.dev  ## draw the README's pictures anew, from the examples
	$(BIN)/python scripts/pictures.py

licences: $(VENV)/.dev  ## write docs/licences.md from what is installed
	$(BIN)/python scripts/licences.py

lock: $(VENV)/.dev  ## pin what the development needs, in requirements-dev.lock
	$(BIN)/pip install --quiet --group lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --all-extras \
	    --group dev --group docs --group bench --no-emit-package articlekit \
	    --custom-compile-command 'make lock' --output-file requirements-dev.lock pyproject.toml

bench: $(VENV)/.dev  ## time articlekit beside its peers, as ratios
	$(INSTALL) --group bench
	rm -rf build/bench && mkdir -p build/bench
	$(BIN)/python tests/bench/column.py | tee -a build/bench/column.txt
	$(BIN)/python tests/bench/epub.py --large 10000 | tee -a build/bench/epub.txt
	$(BIN)/python tests/bench/remote.py | tee -a build/bench/remote.txt
	$(BIN)/python tests/bench/fetch.py | tee -a build/bench/fetch.txt
	$(BIN)/python tests/bench/fetch.py --latency 0.1 | tee -a build/bench/fetch.txt
	$(BIN)/python tests/bench/pixels.py | tee -a build/bench/pixels.txt
	$(BIN)/python tests/bench/markdown.py | tee -a build/bench/markdown.txt
	$(BIN)/python tests/bench/reading.py | tee -a build/bench/reading.txt
	$(BIN)/python tests/bench/pages.py | tee -a build/bench/pages.txt
	$(BIN)/python tests/bench/pdf.py | tee -a build/bench/pdf.txt
	$(BIN)/python tests/bench/report.py | tee -a build/bench/report.txt
	$(BIN)/python scripts/plots.py build/bench

$(VENV)/.run: pyproject.toml requirements-dev.lock scripts/system-packages
	scripts/system-packages run
	$(PYTHON3) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(INSTALL) --editable '.[all]'
	touch $@

$(VENV)/.dev: $(VENV)/.run
	scripts/system-packages test
	$(INSTALL) --group dev
	PUPPETEER_SKIP_DOWNLOAD=1 npm install --silent --no-fund --no-audit --prefix $(VENV)/ace \
	    @daisy/ace-cli@1.4.6 @daisy/ace-axe-runner-puppeteer@1.4.6
	touch $@

$(VENV)/.docs: $(VENV)/.dev
	$(INSTALL) --group docs
	touch $@

clean:  ## remove what make made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
