# Every target does the set-up it needs; the second time that costs next to nothing.
.DEFAULT_GOAL := help
.PHONY: help setup demo start test check lint format docs coverage fuzz chaos pictures bench real-student real-model lock package clean

PY := .venv/bin/python
# Whole stacks spend most of their time waiting, so that five workers keep two cores busy.
PYTEST_WORKERS ?= 5
# Tests start some hundred processes: what these import is compiled once, also where the environment keeps no bytecode.
PYTEST := PYTHONDONTWRITEBYTECODE= NODE_COMPILE_CACHE=$(CURDIR)/.local/node $(PY) -m pytest
ROUNDS ?= 50
MKDOCS := NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs
ARGS ?=

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

setup: ## install all that is needed, below this folder; the command line is then .venv/bin/plansmith
	@sh local/setup/bootstrap.sh

demo: setup ## the whole way on a sample catalog: dataset, splits, fine-tune job; results in out/<run>/
	@.venv/bin/plansmith demo $(ARGS)

start: setup ## the local stack in the foreground; HOST=func uses Azure Functions Core Tools
	@.venv/bin/plansmith up $(if $(filter func,$(HOST)),--host func) $(ARGS)

test: setup ## all tests but the long suites
	@$(PYTEST) -n $(PYTEST_WORKERS) --dist loadfile $(ARGS)

check: lint test ## lint, format, types, then all tests

lint: setup ## lint, format, types and the docs site alone
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@site=$$(mktemp -d) && { $(MKDOCS) build --strict --quiet --site-dir "$$site"; status=$$?; rm -rf "$$site"; exit $$status; }

format: setup ## put the code into form
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

docs: setup ## the site of docs/, in dist/site
	@$(MKDOCS) build --strict --quiet --clean

coverage: setup ## all tests, with the lines that they reach; pages in dist/coverage
	@$(PYTEST) -n $(PYTEST_WORKERS) --dist loadfile --cov --cov-report=term:skip-covered --cov-report=html -q $(ARGS)

fuzz: setup ## the property tests with many more examples
	@PLANSMITH_FUZZ=1 $(PYTEST) -n $(PYTEST_WORKERS) --dist loadfile tests/property $(ARGS)

chaos: setup ## the chaos suite at length; ROUNDS=50 is the number of runs whose hosts are killed
	@PLANSMITH_CHAOS=$(ROUNDS) $(PYTEST) tests/e2e/chaos $(ARGS)

pictures: setup ## the pictures of docs/images, taken while a browser goes through the whole story
	@PLANSMITH_PICTURES=docs/images $(PYTEST) -q tests/e2e/test_console_story.py

bench: setup ## every benchmark, with its figures
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(PY) -m benchmarks.$$(basename $$file .py) || exit 1; done

real-student: setup ## train a small real language model on a run's rows and measure it; an environment of its own, an hour or more
	@sh local/real_student/run.sh

real-model: setup ## a run whose teacher is a real, small model on this machine, by llama.cpp's server
	@$(PY) -m local.real_model

lock: setup ## resolve pyproject.toml into requirements.txt and requirements-dev.txt
	@$(PY) -m local.setup.lock

package: setup ## the zip that is deployed, dist/plansmith.zip
	@$(PY) -m local.setup.package

clean: ## remove what set-up and runs have made, results in out/ aside
	rm -rf .venv .local .python_packages local/node_modules .import_linter_cache .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
