#!/bin/sh
# Print a Python that is new enough: the one named by the caller, or the first found.
set -eu

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -n "${1:-}" ]; then
    candidates="$1"
else
    candidates="python3 python3.13 python3.12 python3.11 python"
fi
seen=""
for candidate in $candidates; do
    if new_enough "$candidate"; then
        command -v "$candidate"
        exit 0
    fi
    version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) &&
        seen="$seen $candidate ($version)"
done
echo "planloop needs Python 3.11 or newer. Found:${seen:- none}." >&2
echo "Install one, or name one: make PYTHON=/path/to/python3.12" >&2
exit 1
