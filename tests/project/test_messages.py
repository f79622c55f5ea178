"""The catalogue of texts against the code: no key without a text, no text without a use.

Keys stand in the code in two ways. Whole ones (``"read.truncated"``) are simply looked for. Others
are built (``f"reasons.{reason}"``): such a text counts as used where keys of that form are built
and the program knows the word that is put in: as a literal, a name, a built word, or a cell of the
standard's tables. That does not prove that the two ever meet, but finds a text that nobody can ask
for. The other way round, a built key is looked up where the word stands in the call that builds it.
"""

from __future__ import annotations

import ast
import csv
import re
import string
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from planloop import errors
from planloop.messages import LANGUAGES, keys

SOURCE = Path(__file__).parents[2] / "src" / "planloop"
TEXTS = {
    f"{file.stem}.{entry}": texts
    for file in sorted((SOURCE / "messages").glob("*.toml"))
    for entry, texts in tomllib.loads(file.read_text(encoding="utf-8")).items()
}
STEMS = "|".join(sorted({key.split(".")[0] for key in TEXTS}))
WHOLE = re.compile(rf"({STEMS})\.(?!(json|jsonl|toml|gpkg|csv|css|html|xlsx)$)[A-Za-z][\w-]*")
"""A key; but ``scheme.json`` is a file."""

ERRORS = {
    name
    for name, item in vars(errors).items()
    if isinstance(item, type) and issubclass(item, errors.PlanloopError)
}
AREA = "-dm2"
"""What the names of areas end in; some texts do without."""

PLACE = {"path", "layer", "feature", "row", "at"}
"""What an error may say of its place; its text may use these, too."""


@dataclass
class Called:
    """A call in the source.

    Parameters
    ----------
    place
        File and line.
    function
        Name of what is called.
    literals
        For each argument the texts that it may be, where it is one that can be seen.
    given
        Names of the values that are given; None where some are in a dictionary of no known name.
    """

    place: str
    function: str
    literals: tuple[tuple[str, ...], ...]
    given: set[str] | None


@dataclass
class Said:
    """What the source says that has to do with keys."""

    whole: set[str] = field(default_factory=set)
    figures: set[str] = field(default_factory=set)
    """Names of what the page shows, which may look like keys: ``scheme.year``."""
    built: list[re.Pattern[str]] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    patterns: list[re.Pattern[str]] = field(default_factory=list)
    """Words that are built themselves."""
    calls: list[Called] = field(default_factory=list)

    def knows(self, word: str) -> bool:
        return plain(word) in self.words or any(item.fullmatch(word) for item in self.patterns)

    def uses(self, key: str) -> bool:
        found = (pattern.fullmatch(key) for pattern in self.built)
        return key in self.whole or any(
            match is not None and all(map(self.knows, match.groups())) for match in found
        )


def plain(word: str) -> str:
    """Return a word as keys spell it, whose entries have no dots, spaces and underscores."""
    return re.sub(r"[._ ]", "-", word)


def read_source() -> Said:
    said = Said()
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        read_module(said, tree, path.relative_to(SOURCE).as_posix())
    for path in sorted(SOURCE.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for quoted, joined in re.findall(r"'([^'\n]+)'(\s*~)?", text):
            if joined and re.fullmatch(rf"({STEMS})\.[\w-]*", quoted):
                said.built.append(re.compile(re.escape(quoted) + "(.+)"))
            else:
                say(said, quoted)
    for path in sorted((SOURCE / "standard" / "tables").glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            said.words.update(plain(cell) for row in csv.reader(file) for cell in row)
    return said


def say(said: Said, text: str) -> None:
    said.words.update({plain(text), plain(text).removesuffix(AREA)})
    if WHOLE.fullmatch(text):
        said.whole.add(text)


def read_module(said: Said, tree: ast.Module, name: str) -> None:
    nodes = list(ast.walk(tree))
    silent = silent_texts(nodes)
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in silent:
                say(said, node.value)
                if name == "plan/figures.py":
                    said.figures.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            say_built(said, node)
        elif isinstance(node, ast.Call):
            said.calls.append(call_of(node, f"{name}:{node.lineno}", nodes))
        said.words.add(plain(identifier(node)))


def silent_texts(nodes: list[ast.AST]) -> set[int]:
    """Return the literals that are no texts by themselves: docstrings, and pieces of f-strings."""
    silent: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Expr):
            silent.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            silent.update(id(part) for part in node.values)
    return silent


def say_built(said: Said, node: ast.JoinedStr) -> None:
    pieces = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    texts = [None if piece is None else str(piece) for piece in pieces] or [""]
    if re.match(rf"({STEMS})\.", texts[0] or ""):
        said.built.append(pattern_of(texts))
        return
    words = [None if text is None else plain(text) for text in texts]
    if any(re.search("[a-z]{3}", word or "") for word in words):
        said.patterns.append(pattern_of(words))
    # a code, and a word that is an entry by itself
    said.words.add((words[-1] or "").strip("-").removesuffix(AREA))


def pattern_of(texts: list[str | None]) -> re.Pattern[str]:
    """Return a pattern of what an f-string makes, of its literals and, as None, its values."""
    return re.compile("".join("(.+)" if text is None else re.escape(text) for text in texts))


def call_of(node: ast.Call, place: str, nodes: list[ast.AST]) -> Called:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else identifier(function)
    found = tuple(
        assigned(item, nodes) if isinstance(item, ast.Name) else options(item) for item in node.args
    )
    given = {item.arg for item in node.keywords if item.arg}
    spread = {identifier(item.value) for item in node.keywords if not item.arg}
    return Called(place, name, found, given if spread <= {"where", "place"} else None)


def identifier(node: ast.AST) -> str:
    """Return the name that a node gives or uses, or nothing."""
    for attribute in ("id", "attr", "arg", "name"):
        name = getattr(node, attribute, None)
        if isinstance(name, str):
            return name
    return ""


def options(node: ast.expr) -> tuple[str, ...]:
    """Return the literal texts that an expression may be."""
    if isinstance(node, ast.IfExp):
        return (*options(node.body), *options(node.orelse))
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    return ()


def assigned(used: ast.Name, nodes: list[ast.AST]) -> tuple[str, ...]:
    """Return the literal texts that a name may be: those it was last given in the same function."""
    starts = [
        node.lineno
        for node in nodes
        if isinstance(node, ast.FunctionDef) and node.lineno <= used.lineno
    ]
    given = [
        (node.lineno, options(node.value))
        for node in nodes
        if isinstance(node, ast.Assign)
        and max(starts, default=0) <= node.lineno < used.lineno
        and identifier(node.targets[0]) == used.id
    ]
    return max(given)[1] if given else ()


@pytest.fixture(scope="module")
def said() -> Said:
    return read_source()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_catalogue_is_what_the_package_reads() -> None:
    assert keys() == sorted(TEXTS)


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same(key: str) -> None:
    texts = TEXTS[key]
    assert set(texts) == set(LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert placeholders(texts["zh"]) == placeholders(texts["en"])


def test_every_key_in_the_code_has_a_text(said: Said) -> None:
    assert said.whole
    assert sorted(said.whole - said.figures - set(TEXTS)) == []


def test_every_text_is_used(said: Said) -> None:
    assert [key for key in TEXTS if not said.uses(key)] == []


def test_errors_have_texts_and_the_values_that_these_ask_for(said: Said) -> None:
    raised = [
        (call.place, key, call.given)
        for call in said.calls
        if call.function in ERRORS and call.literals
        for key in call.literals[0]
    ]
    assert len(raised) > 50
    unknown = [(place, key) for place, key, _ in raised if key not in TEXTS]
    assert unknown == []
    lacking = {
        (place, key, name)
        for place, key, given in raised
        if given is not None
        for name in placeholders(TEXTS[key]["en"]) - given - PLACE
    }
    assert sorted(lacking) == []


@pytest.mark.parametrize(
    ("function", "argument", "stem"),
    [
        ("Finding", 0, "findings"),
        ("progress", 0, "steps"),
        ("ended", 0, "proofs"),
        ("not_applicable", 0, "proofs"),
        ("not_applicable", 1, "proofs"),
    ],
)
def test_built_keys_have_texts(said: Said, function: str, argument: int, stem: str) -> None:
    """Findings by their code, steps of progress, proofs, and why one does not apply."""
    found = [
        (call.place, f"{stem}.{plain(word)}")
        for call in said.calls
        if call.function == function and len(call.literals) > argument
        for word in call.literals[argument]
    ]
    assert found
    assert [(place, key) for place, key in found if key not in TEXTS] == []


def test_an_unused_text_would_be_found(said: Said) -> None:
    assert said.uses("read.truncated")
    assert said.uses("findings.exploded"), "built from the finding's code"
    assert not said.uses("read.nobody-asks-for-this")
    assert not said.uses("findings.nobody-asks-for-this")
