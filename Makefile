# The two commands of README.md, and what developers run beside them.
# Everything lives in .venv; nothing is installed outside it but what `make test` says.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := backend tests bench extension/build.py

.PHONY: demo test lint types unit extension bench clean packages

demo: $(VENV)/.demo
	$(BIN)/repliquette demo $(DEMO)

test: packages $(VENV)/.dev node_modules/.installed
	$(MAKE) --no-print-directory lint types unit

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Repliquette needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	  echo "Install one, then run: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Python cannot make a virtual environment. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 2; }

$(VENV)/.demo: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo]'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo]' --group dev
	@touch $@

# The extension's types and linter need Node 20; without it those checks are left out, and said to be.
node_modules/.installed: package.json
	@mkdir -p node_modules
	@if node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null; \
	  then npm ci --no-audit --no-fund --loglevel=error && touch $@; \
	  else echo "Node 20 with npm is not here: the extension's types are not checked."; fi

# Dovecot, browsers, a keyring: real ones, from the distribution.
packages:
	@sh tests/packages.sh

lint:
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/lint-imports --no-cache

types:
	$(BIN)/mypy
	@if [ -x node_modules/.bin/tsc ]; then node_modules/.bin/tsc --project .; else echo "tsc: left out"; fi

unit:
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term $(PYTEST)

extension: $(BIN)/python
	$(BIN)/python extension/build.py

bench: $(VENV)/.dev
	@for program in bench/*.py; do $(BIN)/python $$program $(BENCH) || exit 1; done

clean:
	rm -rf $(VENV) node_modules dist build .coverage* .mypy_cache .pytest_cache .ruff_cache
