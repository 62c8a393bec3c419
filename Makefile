# Needs python3 3.11 or newer (with venv) and make. `make help` lists what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-deps
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header $(UPGRADE)

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup run dev demo-data test check lint proof screenshots bench soak lock clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/.local static/vendor/.made $(VENV)/.catalogues ## install everything that `make run` needs

run: setup ## start it all (PORT=8000); Ctrl-C stops it
	@exec $(BIN)/python manage.py run

dev: setup ## the same, reloading when a file changes
	@DEBUG=true exec $(BIN)/python manage.py run --reload

demo-data: setup ## load the made-up workspace
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_demo

test: lint ## every check: lint, types, import order, migrations, all tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: lint ## lint, types and the fast tests, within a minute
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not browser" -q

lint: $(VENV)/.dev static/vendor/.made $(VENV)/.catalogues
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "not formatted (see above): run $(BIN)/ruff format"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@WAYMARK_VAR=var/test $(BIN)/python manage.py makemigrations --check --dry-run

proof: setup ## load the two published campaigns (DATA=folder of the files) and compare the reports with what was published (JSON=1: print them whole)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py proof
	@$(BIN)/python manage.py fold
	@$(BIN)/python manage.py proof_report $(if $(JSON),--json)

screenshots: $(VENV)/.dev static/vendor/.made ## take pictures of every page into var/screenshots/, in three widths and two themes
	@$(BIN)/python -m tests.screenshots

bench: $(VENV)/.dev ## the event log beside bare limits, one table (QUICK=1 for a tenth; ALL=1: every benchmark)
	@$(if $(ALL),,exec $(BIN)/python -m benchmarks.event_log;) \
	for name in $(patsubst benchmarks/%.py,%,$(wildcard benchmarks/[a-z]*.py)); do \
		$(BIN)/python -m benchmarks.$$name || exit 1; done

soak: $(VENV)/.dev ## faults under load, for SECONDS=600 from SEED=number: no event lost, none counted twice
	@$(BIN)/python -m tests.faults.soak

lock: $(VENV)/.dev ## write the lock files anew from pyproject.toml and package.json (UPGRADE=--upgrade for newer versions)
	$(COMPILE) pyproject.toml -o requirements/runtime.lock
	$(COMPILE) pyproject.toml --extra local -c requirements/runtime.lock -o requirements/local.lock
	$(COMPILE) pyproject.toml --extra s3 -c requirements/runtime.lock -o requirements/s3.lock
	$(COMPILE) pyproject.toml --extra local --extra s3 --group dev -c requirements/local.lock -o requirements/dev.lock
	$(COMPILE) --group assets -o requirements/assets.lock
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund
	@! grep -nE 'https?://|file:' requirements/*.lock || { echo "a lock file names where packages come from"; exit 1; }

clean: ## stop the servers, delete what was made (not the data under var/)
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m config.embedded stop; fi
	rm -rf $(VENV) node_modules static/vendor var/static var/test .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Waymark needs Python 3.11 or newer as $(PYTHON); set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) lacks the venv module (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "Installing into $(VENV) (some minutes the first time) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.local: requirements/local.lock | $(BIN)/pip
	@$(PIP) -r $<
	@touch $@

$(VENV)/.dev: requirements/dev.lock | $(BIN)/pip
	@$(PIP) -r $<
	@touch $@

$(VENV)/.catalogues: $(wildcard */locale/*/LC_MESSAGES/django.po) config/catalogues.py | $(VENV)/.local
	@$(BIN)/python -m config.catalogues
	@touch $@

static/vendor/.made: package-lock.json config/assets.py requirements/assets.lock | $(VENV)/.local
	@$(BIN)/python -m config.assets
	@touch $@
