# Recipes. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed

.PHONY: help install java postgres chromium browser plan serve fuzz test lint check parity prove mutate reviewed bench docs sbom clean

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

java: ## what Spark needs in the tests
	@command -v java >/dev/null || (apt-get update -qq && apt-get install -y -qq default-jre-headless) || \
		(echo "The tests of Spark need Java 17: apt-get install default-jre-headless" && exit 1)

postgres: ## what the record needs in the tests: a server's programs, which the tests start themselves
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || \
		(apt-get update -qq && apt-get install -y -qq postgresql) || \
		(echo "The tests of the record need PostgreSQL: apt-get install postgresql" && exit 1)

chromium: ## what the tests in a browser need
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium) || \
		(echo "The tests in a browser need Chromium: apt-get install chromium" && exit 1)

browser: chromium tests/browser/node_modules/.installed ## what else they need, by npm

tests/browser/node_modules/.installed: tests/browser/package.json tests/browser/package-lock.json
	@command -v npm >/dev/null || (apt-get update -qq && apt-get install -y -qq nodejs npm) || \
		(echo "The tests in a browser need npm: apt-get install nodejs npm" && exit 1)
	cd tests/browser && npm ci --silent --no-audit --no-fund --ignore-scripts --omit-lockfile-registry-resolved
	@touch $@

serve: install ## the pages and the API in your browser, on this machine alone
	$(VENV)/bin/islet serve

fuzz: install ## 10,000 generated requests to the API
	PYTHONPATH=tests $(VENV)/bin/python -m islet_testing.fuzzing 10000

test: install java postgres browser ## every test and every shipped vignette
	$(VENV)/bin/islet knowledge check
	$(VENV)/bin/python -m pytest -n 2

lint: install ## style, types, layers
	$(VENV)/bin/ruff check src tests benchmarks
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

check: install ## the knowledge base alone
	$(VENV)/bin/islet knowledge check

parity: install java ## evaluator against solver on 200,000 generated cases, single case against kernel, SQL and Spark on 1,000,000 (hours; goes on after a stop)
	$(VENV)/bin/python -m islet.proof.parity
	$(VENV)/bin/python -m islet.registry.parity

docs: install ## make the reference pages from the dictionary
	$(VENV)/bin/islet knowledge facts > docs/facts.md
	$(VENV)/bin/islet knowledge schema > docs/case.schema.json
	$(VENV)/bin/islet knowledge prove --format markdown > docs/properties.md
	$(VENV)/bin/islet knowledge calculators -o docs/calculators
	$(VENV)/bin/python tests/islet_testing/validation_table.py
	$(VENV)/bin/python tests/islet_testing/synth_tables.py
	PYTHONPATH=tests $(VENV)/bin/python tests/islet_testing/safety_pages.py

sbom: install ## list what Islet is built from, with licences, as CycloneDX
	PYTHONPATH=tests $(VENV)/bin/python tests/islet_testing/bill_of_materials.py

catalogues: install ## take every sentence of the patient's pages into the catalogues; what is translated stays
	$(VENV)/bin/python tests/islet_testing/catalogues.py

prove: install ## put every promise about the knowledge to two solvers
	$(VENV)/bin/islet knowledge prove

mutate: install ## seed every fault in the knowledge and show which nobody notices; can be stopped and taken up again
	$(VENV)/bin/islet knowledge mutate --jobs 2 --output build/mutants.jsonl

reviewed: install ## note that every file of the knowledge was read against its sources as it stands now
	$(VENV)/bin/python -m islet.knowledge.reviewed knowledge

bench: install ## speed beside peers, as ratios with limits
	$(VENV)/bin/python benchmarks/run.py
	$(VENV)/bin/python benchmarks/registry.py
	$(VENV)/bin/python benchmarks/record.py
	$(VENV)/bin/python benchmarks/web.py

clean: ## remove what was set up
	rm -rf $(VENV) build dist
