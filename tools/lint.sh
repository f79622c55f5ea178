#!/bin/sh
# Run every check of the code and say at the end which failed, rather than stop at the first.
set -u

bin=.venv/bin
failed=""

check() {
    name="$1"
    shift
    echo "== $name"
    "$@" || failed="$failed, $name"
}

check "ruff check" $bin/ruff check --quiet .
check "ruff format" $bin/ruff format --check --quiet .
check "mypy" $bin/mypy
check "rows of the house" $bin/lint-imports --no-logo
check "generated docs" $bin/python tools/generate_docs.py --check

if [ -n "$failed" ]; then
    echo "lint: failed: ${failed#, }"
    exit 1
fi
echo "lint: all good"
