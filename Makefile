# Recipes. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed

.PHONY: help install plan test lint check mutate bench docs clean

help: ## list the recipes
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

install: $(STAMP) ## set up .venv with the pinned dependencies and the islet command

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed: set PYTHON=..." && exit 1)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(VENV)/bin/python -m compileall -q src
	@touch $(STAMP)

plan: install ## plan a real published patient
	$(VENV)/bin/islet plan examples/gas-64m-g1-multimodal.yaml

test: install ## every test and every shipped vignette
	$(VENV)/bin/islet knowledge check
	$(VENV)/bin/python -m pytest -n 2

lint: install ## style, types, layers
	$(VENV)/bin/ruff check src tests benchmarks
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

check: install ## the knowledge base alone
	$(VENV)/bin/islet knowledge check

docs: install ## make the reference pages from the dictionary
	$(VENV)/bin/islet knowledge facts > docs/facts.md
	$(VENV)/bin/islet knowledge schema > docs/case.schema.json

mutate: install ## seed every fault in the knowledge and show which nobody notices; can be stopped and taken up again
	$(VENV)/bin/islet knowledge mutate --jobs 2 --output build/mutants.jsonl

bench: install ## speed beside peers, as ratios with limits
	$(VENV)/bin/python benchmarks/run.py

clean: ## remove what was set up
	rm -rf $(VENV) build dist
