"""The dependencies: what is declared is used, what is used is declared, and all of it locked."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8")


def normal(requirement: str) -> str:
    """Return the normalised name of a requirement."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def declared() -> set[str]:
    """Return the names of the dependencies of the package."""
    return {normal(item) for item in PROJECT["project"]["dependencies"]}


def imported(folder: Path) -> set[str]:
    """Return the distributions whose modules the code below a folder imports."""
    modules = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                modules.add(node.module.partition(".")[0])
    distributions = packages_distributions()
    foreign = modules - sys.stdlib_module_names - {"planloop"}
    return {normal(distributions.get(module, [module])[0]) for module in foreign}


def locked() -> dict[str, list[str]]:
    """Return name → its blocks in the lock file (several where they depend on the platform)."""
    blocks: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\w)", re.sub(r"^#.*\n", "", LOCK, flags=re.MULTILINE)):
        blocks.setdefault(normal(block), []).append(block)
    return blocks


def test_declared_is_what_is_imported() -> None:
    assert imported(ROOT / "src") == declared()


def test_all_is_locked_with_hashes() -> None:
    groups = PROJECT["dependency-groups"].values()
    wanted = {normal(item) for group in groups for item in group if isinstance(item, str)}
    blocks = locked()
    assert declared() | wanted <= set(blocks)
    for block in (block for group in blocks.values() for block in group):
        assert re.match(r"[\w.-]+==[\w.]+ ", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_the_lock_names_no_registry() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*--(?!hash=)", LOCK, flags=re.MULTILINE)


def test_the_solver_is_pinned_once_and_locked_so() -> None:
    (pin,) = (item for item in PROJECT["project"]["dependencies"] if normal(item) == "highspy")
    assert re.fullmatch(r"highspy==[\d.]+", pin)
    assert all(block.startswith(f"{pin} ") for block in locked()["highspy"])
