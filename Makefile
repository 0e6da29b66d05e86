# Two commands matter: `make render` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What installing depends on: the bundle of schemas is made then.
BUNDLED := pyproject.toml hatch_build.py scripts/bundle_schemas.py $(wildcard fabricgen/validation/structure/*.py)

.DEFAULT_GOAL := help
.PHONY: help install install-dev render test fuzz golden tools format lint type bundle generated chart-keys chart-defaults check docs bench build all clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("fabricgen needs Python 3.11 or newer, found " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BUNDLED) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(BUNDLED) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

install: $(VENV)/.installed ## what `render` needs, in .venv

install-dev: $(VENV)/.installed-dev ## what tests and the gate need as well

render: install ## render every description in clusters/ to gitops/
	$(BIN)/fabricgen render

test: install-dev tools ## all tests; those of a tool that is not here are skipped and say so
	$(BIN)/python -m pytest -n auto

FUZZ_SECONDS ?= 30
fuzz: install-dev ## look for texts that break reading or validation, FUZZ_SECONDS each
	$(BIN)/python tests/fuzz/fuzz_reading.py reading --seconds $(FUZZ_SECONDS)
	$(BIN)/python tests/fuzz/fuzz_reading.py validation --seconds $(FUZZ_SECONDS)

golden: install-dev ## rewrite the golden trees under tests/golden, and what pages of docs/ show
	$(BIN)/python -m pytest --update-golden tests/test_golden.py tests/docs/test_pages.py

tools: install-dev ## the real tools that tests compare with, pinned, in .tools
	$(BIN)/python scripts/install_tools.py

format: install-dev ## format the code
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: install-dev ## formatting and lint, without changing anything
	$(BIN)/ruff format --check . && $(BIN)/ruff check .

type: install-dev ## mypy, strict
	$(BIN)/mypy

bundle: install-dev ## make the bundle of schemas again, as installing does
	$(BIN)/python scripts/bundle_schemas.py

generated: install-dev ## rewrite every generated file
	$(BIN)/fabricgen schema > schema/description.schema.json
	$(BIN)/python scripts/generate_reference.py > docs/description.md
	$(BIN)/python scripts/generate_commands.py > docs/commands.md
	$(BIN)/python scripts/generate_settings.py > docs/settings.md
	$(BIN)/python scripts/generate_tree_page.py > docs/tree.md
	$(BIN)/python scripts/generate_validation_page.py
	$(BIN)/python scripts/generate_rules.py
	$(BIN)/python scripts/generate_renovate.py
	$(BIN)/python scripts/generate_model_schemas.py
	$(BIN)/python scripts/generate_api.py
	$(BIN)/python scripts/generate_promises.py

chart-keys: install-dev ## rewrite the table of the Cilium chart's keys from the charts (folders, .tgz) in CHARTS=DIR
	$(BIN)/python scripts/generate_chart_keys.py $(or $(CHARTS),--download)

chart-defaults: install-dev ## rewrite the table of the Cilium chart's defaults from the charts (folders, .tgz) in CHARTS=DIR
	$(BIN)/python scripts/generate_chart_defaults.py $(CHARTS)

check: install ## does gitops/ say what clusters/ says, and would the API server and the rules take it?
	$(BIN)/fabricgen check
	$(BIN)/fabricgen validate -summary gitops
	$(BIN)/fabricgen lint gitops

docs: install-dev ## the site of docs/, in docs/_build; a warning is an error
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet docs docs/_build

bench: install-dev ## how long things take, as ratios
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/validation.py
	$(BIN)/python benchmarks/lint.py
	$(BIN)/python benchmarks/first_hour.py
	$(BIN)/python benchmarks/fleet.py

build: install-dev ## wheel and sdist in dist/
	$(BIN)/python -m build

all: test lint type check ## the gate

clean: ## remove what the other targets made outside gitops/
	rm -rf $(VENV) .tools dist docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
