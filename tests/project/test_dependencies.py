"""The dependencies: what is declared is used, what is used is declared, and all of it locked."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
LOCKS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "requirements").glob("*.lock"))
}
LOCK_NAMES = pytest.mark.parametrize("name", LOCKS)


def normal(requirement: str) -> str:
    """Return the normalised name of a requirement."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def declared() -> set[str]:
    """Return the names of the dependencies of the package."""
    return {normal(item) for item in PROJECT["project"]["dependencies"]}


def optional() -> set[str]:
    """Return the names of the dependencies of the extras."""
    extras = PROJECT["project"].get("optional-dependencies", {})
    return {normal(item) for items in extras.values() for item in items}


def grouped(name: str) -> set[str]:
    """Return the names of the dependencies of a group, included groups among them."""
    found = set()
    for item in GROUPS[name]:
        found |= {normal(item)} if isinstance(item, str) else grouped(item["include-group"])
    return found


def imported(folder: Path, own: frozenset[str] = frozenset({"planloop"})) -> set[str]:
    """Return the distributions whose modules the code below a folder imports, but for its own.

    A module of no installed distribution is taken to be of the distribution of its name.
    """
    modules = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                modules.add(node.module.partition(".")[0])
    distributions = packages_distributions()
    foreign = modules - sys.stdlib_module_names - own
    return {normal(distributions.get(module, [module])[0]) for module in foreign}


def locked(name: str) -> dict[str, list[str]]:
    """Return name → its blocks in a lock file (several where they depend on the platform)."""
    blocks: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\w)", re.sub(r"^#.*\n", "", LOCKS[name], flags=re.MULTILINE)):
        blocks.setdefault(normal(block), []).append(block)
    return blocks


def test_declared_is_what_is_imported() -> None:
    assert imported(ROOT / "src") == declared() | optional()
    assert optional() <= grouped("test"), "what is optional is tested, too"


def test_the_benchmarks_import_what_is_declared_and_all_of_their_group() -> None:
    used = imported(ROOT / "benchmarks", own=frozenset({"planloop", "benchmarks", "tests"}))
    assert used <= declared() | grouped("bench")
    assert grouped("bench") - grouped("build") <= used


def test_nothing_else_imports_the_benchmarks_own() -> None:
    own = grouped("bench") - grouped("dev")
    assert not own & (imported(ROOT / "src") | imported(ROOT / "tests") | declared())


@LOCK_NAMES
def test_all_is_locked_with_hashes(name: str) -> None:
    blocks = locked(name)
    # What fuzzes is installed on top of dev.lock.
    wanted = grouped(name) if name == "fuzz" else declared() | grouped(name)
    assert wanted <= set(blocks)
    for block in (block for group in blocks.values() for block in group):
        assert re.match(r"[\w.-]+==[\w.]+ ", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_the_locks_agree() -> None:
    dev, bench = locked("dev"), locked("bench")
    assert {name: dev[name] for name in dev.keys() & bench.keys()} == {
        name: bench[name] for name in dev.keys() & bench.keys()
    }


@LOCK_NAMES
def test_the_lock_names_no_registry(name: str) -> None:
    assert "://" not in LOCKS[name]
    assert not re.search(r"^\s*--(?!hash=)", LOCKS[name], flags=re.MULTILINE)


def test_the_solver_is_pinned_once_and_locked_so() -> None:
    (pin,) = (item for item in PROJECT["project"]["dependencies"] if normal(item) == "highspy")
    assert re.fullmatch(r"highspy==[\d.]+", pin)
    assert all(
        block.startswith(f"{pin} ")
        for name in ("dev", "bench")
        for block in locked(name)["highspy"]
    )
