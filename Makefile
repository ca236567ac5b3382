# Two commands matter: `make demo` shows what Weighbridge does, `make test` shows that it works.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := workloads pricing policies cluster forge webhook bot weighbridge
SOURCES := $(PACKAGES) tests benchmarks tools examples

.DEFAULT_GOAL := help
.PHONY: help demo test unit lint format bench fuzz e2e lock fit pictures book clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## Weigh the example change, then show the webhook's answers on loopback (no cluster needed)
	@$(BIN)/python examples/demo.py

test: $(VENV)/.dev ## Run all tests that need no cluster, and the import contract (three minutes on two cores)
	$(BIN)/pytest -m "not e2e" --numprocesses auto $(ARGS)

unit: $(VENV)/.dev ## Run the unit tests and the import contract alone (under a minute)
	$(BIN)/pytest -m "not (e2e or whole or corpus or go)" --numprocesses auto $(ARGS)

lint: $(VENV)/.dev ## Check style, types and the import contract
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/.dev ## Measure against named baselines, side by side in one run
	$(BIN)/python -m benchmarks

fuzz: $(VENV)/.dev ## Feed every fuzz target hostile input for a minute each (ARGS="--seconds 600 reviews" for one, for longer)
	$(BIN)/python tools/fuzz.py $(ARGS)

e2e: $(VENV)/.e2e ## Test against a real API server (set KUBEBUILDER_ASSETS; says how to get it when absent)
	$(BIN)/pytest -m e2e tests/e2e $(ARGS)

lock: $(VENV)/.dev ## Resolve the lock files again from pyproject.toml
	$(BIN)/python tools/lock.py

fit: $(VENV)/.dev ## Fit the rates of CPU, memory and GPUs anew, and build the price book with them
	$(BIN)/weighbridge prices fit --prices pricing/data/prices.sqlite --out pricing/data/book/fitted_rates.tsv
	$(BIN)/python tools/build_price_book.py

pictures: $(VENV)/.dev ## Draw the pictures of docs/ anew (needs Chromium; ARGS="cost-up page" for some of them)
	$(BIN)/python tools/gallery.py $(ARGS)

book: $(VENV)/.runtime ## Build the embedded price book from its data files
	$(BIN)/python tools/build_price_book.py

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Weighbridge needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu install python3-venv" >&2; exit 1; }

# Everything is installed from a lock file with hashes, which names all there is to install; the project itself is installed editable.
define install
	@echo "Installing $(1) into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes $(addprefix -r ,$(1))
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@
endef

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	$(call install,requirements.lock)

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(call install,requirements-dev.lock)
	@touch $(VENV)/.runtime

$(VENV)/.e2e: requirements-e2e.lock requirements-dev.lock pyproject.toml | $(BIN)/python
	$(call install,requirements-dev.lock requirements-e2e.lock)
	@touch $(VENV)/.runtime $(VENV)/.dev
