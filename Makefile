# What a person does here, each in one word. Every target sets up .venv by itself.
# Needed: Python 3.11 or newer, make, and (for the first set-up only) the package registry.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# Another Python: make PYTHON=/path/to/python3.12 …
PYTHON ?=
BIN := .venv/bin
PY := $(BIN)/python
# Minutes that make fuzz spends on random bytes, after the property tests.
MINUTES ?= 10
PACKAGES := .venv/.packages-installed
READY := .venv/.ready

# The benchmarks' own, with the tools they compare with: make bench SIZE=full NAMES="area overlay"
BENCH := .venv-bench/bin/python
BENCH_PACKAGES := .venv-bench/.packages-installed
BENCH_READY := .venv-bench/.ready
SIZE ?= quick
NAMES ?=

.PHONY: help setup demo test lint bench fuzz docs lock clean distclean

help: ## list the targets
	@echo "planloop: what make can do"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

setup: $(READY) ## set up .venv (every other target does so by itself)

demo: $(READY) ## build the demo city in demo/input, maintain it, prove it: demo/scheme
	@$(BIN)/planloop demo

test: $(READY) ## run all tests and count what was skipped
	@mkdir -p build
	@$(PY) -m pytest --numprocesses auto --dist loadfile --junitxml build/tests.xml
	@$(PY) tools/check_skips.py build/tests.xml

lint: $(READY) ## ruff, mypy, the rows of the house, and whether generated docs are in step
	@sh tools/lint.sh

bench: $(BENCH_READY) ## run the benchmarks (minutes; hours with SIZE=full)
	@$(BENCH) -m benchmarks --size $(SIZE) $(NAMES)

fuzz: $(READY) .venv/.fuzz-installed ## run the kernel's property tests for long, then fuzz (MINUTES=60)
	@$(PY) -m pytest tests/geometry -m fuzz --hypothesis-profile fuzz --numprocesses auto
	@$(PY) -m fuzz --minutes $(MINUTES)

docs: $(READY) ## generate the CLI reference and the schema of scheme.toml
	@$(PY) tools/generate_docs.py

lock: $(READY) ## resolve the dependencies of pyproject.toml anew
	@$(PY) -m pip install -qq --disable-pip-version-check uv
	@$(PY) -m uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --upgrade --quiet \
		--custom-compile-command "make lock" --output-file requirements/dev.lock
	@$(PY) -m uv pip compile --group fuzz --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --upgrade --quiet \
		--custom-compile-command "make lock" --output-file requirements/fuzz.lock
	@$(PY) -m uv pip compile pyproject.toml --group bench --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --quiet \
		--constraint requirements/dev.lock \
		--custom-compile-command "make lock" --output-file requirements/bench.lock
	@echo "Written: requirements/*.lock. The next target sets up .venv from them."

clean: ## remove results and caches
	rm -rf build demo dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find benchmarks fuzz src tests tools -name __pycache__ -type d -exec rm -rf {} +

distclean: clean ## remove .venv and .venv-bench, too
	rm -rf .venv .venv-bench

# The exact packages, checked by hash. Anew from nothing when the lock changes, so that nothing
# that was dropped from it stays behind.
$(PACKAGES): requirements/dev.lock
	@python=$$(sh tools/find_python.sh "$(PYTHON)") && \
	echo "Setting up .venv with $$python (once; about 200 MB come from the package registry) …" && \
	"$$python" -m venv --clear .venv
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes \
		--requirement requirements/dev.lock
	@touch $@

# What only make fuzz needs. Where there is no such package, there is nothing in the lock for it.
.venv/.fuzz-installed: $(PACKAGES) requirements/fuzz.lock
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes \
		--requirement requirements/fuzz.lock
	@touch $@

# planloop itself, editable. Needs no network.
$(READY): $(PACKAGES) pyproject.toml
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-index \
		--no-build-isolation --editable .
	@touch $@
	@echo "Ready: .venv"

# The same for the benchmarks.
$(BENCH_PACKAGES): requirements/bench.lock
	@python=$$(sh tools/find_python.sh "$(PYTHON)") && \
	echo "Setting up .venv-bench with $$python (once; about 300 MB come from the package registry) …" && \
	"$$python" -m venv --clear .venv-bench
	@$(BENCH) -m pip install -qq --disable-pip-version-check --require-hashes \
		--requirement requirements/bench.lock
	@touch $@

$(BENCH_READY): $(BENCH_PACKAGES) pyproject.toml
	@$(BENCH) -m pip install -qq --disable-pip-version-check --no-deps --no-index \
		--no-build-isolation --editable .
	@touch $@
	@echo "Ready: .venv-bench"
