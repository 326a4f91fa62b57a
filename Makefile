# One command a task. `make refresh` on a machine with Python 3.11 or newer, pip and make does everything.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
UV := .venv/uv/bin/uv
export UV_PYTHON_DOWNLOADS := never
export UV_NO_CONFIG := 1
# The machine's own certificates, as pip uses them: many networks have a certificate authority of their own.
export UV_SYSTEM_CERTS := 1
export UV_NATIVE_TLS := 1
COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help env refresh test dev dashboard docs bench lock seeds audit lint clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

env: $(READY) ## the environment: everything from the hashed lock, in .venv

# uv is installed by pip, from a hash; it makes the environment itself, so Python's venv module is not needed.
$(READY): requirements.lock requirements-bootstrap.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "Python 3.11 or newer is needed, this is %d.%d; say make PYTHON=..." % v[:2])'
	rm -rf .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input --root-user-action ignore --no-deps --require-hashes --only-binary :all: --target .venv/uv -r requirements-bootstrap.txt
	$(UV) venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/foi prepare
	@touch $@

refresh: $(READY) ## read the reports, rebuild, check and publish the warehouse (options: ARGS="--reports DIR")
	@$(BIN)/foi refresh $(ARGS)

test: $(READY) ## all tests, on two cores (options: ARGS="tests/test_landing.py -x")
	$(BIN)/python -m pytest $(or $(ARGS),-n 2 --dist loadfile)

dev: $(READY) ## Dagster's web UI on http://127.0.0.1:3000
	@$(BIN)/foi dev $(ARGS)

dashboard: $(READY) ## the dashboard on http://127.0.0.1:8050 (options: ARGS="--port 8051")
	@$(BIN)/foi dashboard $(ARGS)

docs: $(READY) ## the documentation site, static and offline, in data/build/site
	@$(BIN)/foi docs $(ARGS)

bench: $(READY) ## the measurements
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(READY) ## pin requirements.in anew, with hashes and without registry addresses
	$(UV) $(COMPILE) requirements.in -o requirements.lock
	echo uv | $(UV) $(COMPILE) --no-annotate - -o requirements-bootstrap.txt

seeds: $(READY) ## the packages that the jurisdiction seeds are compiled from, in .venv/seeds (CONTRIBUTING)
	$(UV) pip install --quiet --python $(BIN)/python --target .venv/seeds --no-deps --require-hashes -r dbt_project/seeds/jurisdictions/requirements.txt

audit: $(READY) ## known vulnerabilities of the locked dependencies
	$(BIN)/python .ci/audit.py

lint: $(READY) ## static checks
	$(BIN)/ruff check .

clean: ## remove what a refresh made; the environment and the reports stay
	rm -rf data/build data/foi.duckdb data/foi.duckdb.wal data/foi.duckdb.part dbt_project/target dbt_project/logs
