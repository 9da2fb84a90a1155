# `make` alone says what there is. Everything runs in .venv, which `setup` makes.

VENV := .venv
BIN  := $(VENV)/bin
# Another interpreter makes another environment: make test VENV=.venv313 PYTHON3=python3.13
PYTHON3 ?= python3

.PHONY: help demo test lint screens bench clean
.DEFAULT_GOAL := help

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

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
	$(BIN)/lint-imports --no-cache

screens: $(VENV)/.dev demo  ## keep what a browser shows of the demo in build/screens/
	$(BIN)/python tests/bench/screens.py build/screens \
	    build/column.epub build/column.html build/site build/report.html

bench: $(VENV)/.dev  ## time articlekit beside its peers, as ratios
	$(BIN)/pip install --quiet --group bench
	$(BIN)/python tests/bench/column.py
	$(BIN)/python tests/bench/epub.py --large 10000
	$(BIN)/python tests/bench/remote.py
	$(BIN)/python tests/bench/fetch.py
	$(BIN)/python tests/bench/fetch.py --latency 0.1
	$(BIN)/python tests/bench/pixels.py
	$(BIN)/python tests/bench/markdown.py
	$(BIN)/python tests/bench/reading.py
	$(BIN)/python tests/bench/pages.py
	$(BIN)/python tests/bench/pdf.py
	$(BIN)/python tests/bench/report.py

$(VENV)/.run: pyproject.toml scripts/system-packages
	scripts/system-packages run
	$(PYTHON3) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable '.[all]'
	touch $@

$(VENV)/.dev: $(VENV)/.run
	scripts/system-packages test
	$(BIN)/pip install --quiet --group dev
	PUPPETEER_SKIP_DOWNLOAD=1 npm install --silent --no-fund --no-audit --prefix $(VENV)/ace \
	    @daisy/ace-cli@1.4.6 @daisy/ace-axe-runner-puppeteer@1.4.6
	touch $@

clean:  ## remove what make made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
