# Every command a person needs. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run run-lan test vitest test-sqlite test-pg walks looks check fmt messages bench soak lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
N ?= 2
SEED ?= 1
DAYS ?=
T ?=

# A machine may ask that nothing compiled be kept; each of our many processes would compile anew.
unexport PYTHONDONTWRITEBYTECODE
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHON

UV := .tools/bin/uv
PY := .venv/bin/python
COMPILE := tools/uv.sh pip compile pyproject.toml planner/pyproject.toml --quiet --universal \
  --python-version 3.11 --no-emit-package dongxun-planner --generate-hashes --no-emit-index-url --no-header --no-annotate
ASSETS := $(wildcard src/dongxun/*/assets src/dongxun/*/assets/* src/dongxun/*/assets/*/* src/dongxun/*/assets/*/*/*)
STATIC := $(wildcard src/dongxun/*/static/* src/dongxun/*/static/*/* src/dongxun/*/static/*/*/*)
CATALOGUES := $(wildcard src/dongxun/*/locale/*/LC_MESSAGES/django.po)

help: ## List the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- what everything stands on; each stamp is newer than what it was made from -------------

$(UV): requirements/uv.txt
	$(PYTHON) -m pip install --quiet --root-user-action=ignore --upgrade --require-hashes --target .tools -r requirements/uv.txt
	@touch $@

.venv/bin/python: | $(UV)
	tools/uv.sh venv --quiet --allow-existing --python $(PYTHON) .venv

.venv/.run: requirements/run.txt pyproject.toml planner/pyproject.toml | $(UV) .venv/bin/python
	tools/uv.sh pip install --quiet --require-hashes -r requirements/run.txt
	tools/uv.sh pip install --quiet --no-deps --offline --editable . --editable planner
	@touch $@

.venv/.dev: requirements/dev.txt pyproject.toml planner/pyproject.toml | $(UV) .venv/bin/python
	tools/uv.sh pip sync --quiet --require-hashes requirements/dev.txt
	tools/uv.sh pip install --quiet --no-deps --offline --editable . --editable planner
	@touch $@ .venv/.run

node_modules/.done: package.json package-lock.json .npmrc
	npm ci --no-progress --loglevel=error
	@touch $@

build/assets/manifest.json: node_modules/.done vite.config.ts $(ASSETS)
	npx vite build --logLevel warn
	@touch $@

build/.messages: $(CATALOGUES) tools/messages.py
	$(PY) -m tools.messages compile
	@mkdir -p build && touch $@

build/static/.done: build/assets/manifest.json $(STATIC) .venv/.run
	$(PY) manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

setup: .venv/.dev build/assets/manifest.json build/.messages ## Install all that tests and checks need

# --- run ------------------------------------------------------------------------------------

run: .venv/.run build/static/.done build/.messages ## Serve with the demo district on PORT (8000)
	@exec $(PY) -m dongxun.web.serve --port $(PORT)

run-lan: .venv/.run build/static/.done build/.messages ## The same over https, for phones on this network
	@exec $(PY) -m dongxun.web.serve --port $(PORT) --lan

# --- test: N workers; T narrows to a path or expression of pytest ---------------------------

# Whoever is done takes tests from the other: a few last long.
SHARED := -n $(N) --dist worksteal
# The whole loop is one story in parts, so one process tells it. Where a machine was too busy for
# the browser's patience, and only there, a walk is walked once more, and the report says so.
LOOP := tests/walks/test_whole_loop.py
WALK := $(PY) -m pytest -rs -m walk --reruns 1 --only-rerun "Timeout.*exceeded"
# Tests that know no database are left out here (conftest.py).
PG := $(PY) tools/pg.py $(PY) -m pytest $(SHARED)
WALKS = $(WALK) $(LOOP) && $(WALK) $(SHARED) tests/walks --ignore $(LOOP)

test: setup build/static/.done ## Every test: front end, SQLite, PostgreSQL, browser walks
	tools/need.sh
	npx vitest run
	$(PY) -m pytest $(SHARED) -rs $(T)
	$(PG) -rs $(T)
	$(WALKS)

vitest: node_modules/.done ## Tests of the front end
	npx vitest run

test-sqlite: setup ## Tests on SQLite
	$(PY) -m pytest $(SHARED) $(T)

test-pg: setup ## Tests on a private PostgreSQL
	tools/need.sh
	$(PG) $(T)

walks: setup build/static/.done ## Browser walks
	tools/need.sh
	$(if $(T),$(WALK) $(SHARED) $(T),$(WALKS))

looks: setup build/static/.done ## Every screen in light, dark and elder, each at both sizes
	tools/need.sh
	DONGXUN_LOOKS=all $(WALK) $(SHARED) tests/walks/test_every_screen.py

# --- static checks ---------------------------------------------------------------------------

check: setup ## Every static check
	$(PY) -m tools.check

fmt: setup ## Put code and templates into shape
	.venv/bin/ruff check --quiet --fix-only .
	.venv/bin/ruff format --quiet .
	git ls-files 'src/**/*.html' | xargs -r .venv/bin/djhtml --tabwidth 2

messages: .venv/.dev ## Bring the catalogues up to date; say what awaits a translation
	$(PY) -m tools.messages update
	$(PY) -m tools.messages compile

soak: setup ## 100,000 generated histories of phones (over an hour); stopped, it goes on where it was. DAYS=0-24 plays 5,000 of them, SEED=2 others
	DONGXUN_HISTORIES=100000 DONGXUN_SEED=$(SEED) DONGXUN_DAYS=$(DAYS) DONGXUN_SOAK=build/soak.txt \
	  nice -n 19 $(PY) -m pytest -q -s -p no:cacheprovider src/dongxun/volunteers/tests/test_histories.py

bench: setup build/static/.done ## Benchmarks, as a table; B narrows to one
	tools/need.sh
	$(PY) -m tools.bench $(B)

# --- housekeeping ------------------------------------------------------------------------------

lock: $(UV) ## Renew the locks after a change of dependencies (UPGRADE=--upgrade for newer versions)
	$(COMPILE) $(UPGRADE) --group dev -o requirements/dev.txt
	$(COMPILE) -c requirements/dev.txt -o requirements/run.txt
	npm install --package-lock-only --no-progress --loglevel=error

clean: ## Remove what was built and installed; keeps var/, your data
	rm -rf .venv .tools node_modules build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
