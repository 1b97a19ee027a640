# Recipes. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed

.PHONY: help install plan test lint check parity prove mutate reviewed bench docs clean

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

parity: install ## evaluator against solver on 200,000 generated cases (about ten minutes on two cores)
	$(VENV)/bin/python -m islet.proof.parity

docs: install ## make the reference pages from the dictionary
	$(VENV)/bin/islet knowledge facts > docs/facts.md
	$(VENV)/bin/islet knowledge schema > docs/case.schema.json
	$(VENV)/bin/islet knowledge prove --format markdown > docs/properties.md
	$(VENV)/bin/islet knowledge calculators -o docs/calculators
	$(VENV)/bin/python tests/islet_testing/validation_table.py

prove: install ## put every promise about the knowledge to two solvers
	$(VENV)/bin/islet knowledge prove

mutate: install ## seed every fault in the knowledge and show which nobody notices; can be stopped and taken up again
	$(VENV)/bin/islet knowledge mutate --jobs 2 --output build/mutants.jsonl

reviewed: install ## note that every file of the knowledge was read against its sources as it stands now
	$(VENV)/bin/python -m islet.knowledge.reviewed knowledge

bench: install ## speed beside peers, as ratios with limits
	$(VENV)/bin/python benchmarks/run.py

clean: ## remove what was set up
	rm -rf $(VENV) build dist
