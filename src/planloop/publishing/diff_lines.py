"""What differs between two schemes, as lines for people: short, with what costs most first."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from planloop import standard
from planloop.messages import render
from planloop.plan import wording
from planloop.plan.figures import SQUARE_METRES
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from planloop.checks.diffs.change import Change
    from planloop.checks.diffs.decisions import DecisionChange
    from planloop.checks.scheme_diff import SchemeDiff
    from planloop.plan.decision import Decision

MOST = 12
"""Lines of one part; the rest is counted."""

LETTERS = 12
"""Characters of a digest that are shown."""

UNIT = re.compile(r"(?P<name>.*?) ?[(（](?P<unit>[^()（）]*)[)）]")
"""The name of a level that ends in its unit."""

SMALL = HECTARE // 100
"""Areas below this are shown in m²."""

EXPLAINED = ("project", "line")
"""Subjects of which scheme B's reason is told."""

NOTHING = "–"
ARROW = " → "


def diff_lines(diff: SchemeDiff, lang: str, most: int = MOST) -> Iterator[str]:
    """Yield what differs, part by part.

    Parameters
    ----------
    diff
        The comparison.
    lang
        ``"zh"`` or ``"en"``.
    most
        Lines of one part at most.
    """
    yield render("diff.title", {}, lang)
    for letter, side in (("A", diff.a), ("B", diff.b)):
        digest = side.document.digest[:LETTERS]
        yield f"  {letter}  {side.folder}  {side.settings.scheme.name}  {digest}"
    if diff.same:
        yield render("diff.same", {}, lang)
    for title, lines in (
        ("settings", [_setting(item, lang) for item in diff.of("setting")]),
        ("inputs", [_input(item, lang) for item in diff.of("input")]),
        ("levels", _levels(diff.of("level"), lang)),
        ("decisions", _decisions(diff.decisions, lang)),
        ("land", _land(diff, lang)),
        ("proofs", [_proof(item, lang) for item in diff.of("proof")]),
        ("accounts", _accounts(diff, lang)),
    ):
        yield from _part(title, lines, most, lang)
    if digests := [item.name for item in diff.of("digest")]:
        yield render("diff.digests", {"parts": ", ".join(digests)}, lang)


def _part(title: str, lines: Sequence[str], most: int, lang: str) -> Iterator[str]:
    key = "diff.count" if lines else "diff.nothing"
    mark = "：" if lang == "zh" else ": "
    yield render(f"diff.{title}", {}, lang) + mark + render(key, {"count": len(lines)}, lang)
    yield from (f"  {line}" for line in islice(lines, most))
    if len(lines) > most:
        yield "  " + render("diff.more", {"count": len(lines) - most}, lang)


def _setting(item: Change, lang: str) -> str:
    if not isinstance(item.a, list) or not isinstance(item.b, list):
        return f"{item.name}  {_shown(item.a)}{ARROW}{_shown(item.b)}"
    gone = [_shown(value) for value in item.a if value not in item.b]
    new = [_shown(value) for value in item.b if value not in item.a]
    if not gone and not new:  # the same, in another order
        return f"{item.name}  {_shown(item.a)}{ARROW}{_shown(item.b)}"
    said = [
        render(key, {"items": ", ".join(items)}, lang)
        for key, items in (("diff.added", new), ("diff.dropped", gone))
        if items
    ]
    return f"{item.name}  " + "; ".join(said)


def _shown(value: object) -> str:
    return NOTHING if value is None else str(value)


def _input(item: Change, lang: str) -> str:
    spec = standard.load().layers.get(item.name)
    name = item.name if spec is None else f"{item.name} {_named(item.name, lang)}"
    return f"{name}  {_shown(item.a)[:LETTERS]}{ARROW}{_shown(item.b)[:LETTERS]}"


def _named(layer: str, lang: str) -> str:
    spec = standard.load().layers.get(layer)
    if spec is None:
        return ""
    return spec.name_zh if lang == "zh" else spec.name_en


def _levels(changes: Sequence[Change], lang: str) -> list[str]:
    """Say the levels; which plan is better is decided by the first of a task that differs."""
    lines, told = [], set()
    for item in changes:
        line, task = _level(item, lang), item.name.rpartition(".")[0]
        if item.difference and task not in told:
            verdict = "diff.worse" if item.difference > 0 else "diff.better"
            line += f"  {render(verdict, {}, lang)}"
        told.add(task)
        lines.append(line)
    return lines


def _level(item: Change, lang: str) -> str:
    """Say the value of a level; what is wanted is minimised as its negative, and shown positive."""
    name, unit = _level_name(item.name.rpartition(".")[2], lang)
    values = [value for value in (item.a, item.b) if isinstance(value, int | float)]
    sign = -1 if values and min(values) < 0 else 1
    area = unit == render("diff.unit-area", {}, lang)

    def shown(value: object) -> str:
        if not isinstance(value, int | float):
            return NOTHING
        return area_text(round(sign * value), lang) if area else f"{sign * value + 0.0:,.10g}"

    return f"{name}  {shown(item.a)}{ARROW}{shown(item.b)} {'' if area else unit}".rstrip()


def _level_name(level: str, lang: str) -> tuple[str, str]:
    """Return what a level is called, and what it counts: the brackets at the end of its name."""
    try:
        name = render(f"levels.{level}", {}, lang)
    except KeyError:
        return level, ""
    if named := UNIT.fullmatch(name):
        return named["name"], named["unit"]
    try:
        return name, render(f"diff.unit-{level.partition('-')[0]}", {}, lang)
    except KeyError:
        return name, ""


def _decisions(changes: Sequence[DecisionChange], lang: str) -> list[str]:
    """Say subject by subject, of each the largest first."""
    subjects = list(dict.fromkeys(item.subject for item in changes))
    order = sorted(changes, key=lambda item: (subjects.index(item.subject), -item.area, item.id))
    return [_decision(item, lang) for item in order]


def _decision(item: DecisionChange, lang: str) -> str:
    subject = render(f"diff.subject-{item.subject.replace('_', '-')}", {}, lang)
    who = " ".join(filter(None, [subject, item.id, item.name]))
    text = f"{who}  {_verdicts(item.a, lang)}{ARROW}{_verdicts(item.b, lang)}"
    if item.subject in EXPLAINED:
        text += "".join(f"\n      B: {told.text(lang)}" for told in item.b)
    return text


def _verdicts(items: Iterable[Decision], lang: str) -> str:
    return (
        " + ".join(
            f"{wording.outcome(item.outcome, lang)} {area_text(item.area, lang)}" for item in items
        )
        or NOTHING
    )


def _land(diff: SchemeDiff, lang: str) -> list[str]:
    """Sum the land that differs by layer, by whose change it is, and by its kind."""
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row in diff.land.to_dict("records"):
        sums[row["layer"], row["changed"], row["kind"]].append(int(row["area_dm2"]))
    return [
        f"{layer} {_named(layer, lang)}".rstrip()
        + f"  {render(f'diff.only-{changed}', {}, lang)}  {render(f'diff.kind-{kind}', {}, lang)}  "
        + render("diff.pieces", {"area": area_text(sum(sizes), lang), "count": len(sizes)}, lang)
        for (layer, changed, kind), sizes in sorted(sums.items())
    ]


def _proof(item: Change, lang: str) -> str:
    ends = ARROW.join(
        NOTHING if end is None else wording.outcome(str(end), lang) for end in (item.a, item.b)
    )
    return f"{item.name}  {ends}  {item.label(lang)}"


def _accounts(diff: SchemeDiff, lang: str) -> list[str]:
    totals = [_total(item, lang) for item in diff.of("total")]
    return totals + [_cell(item, lang) for item in diff.of("table")]


def _total(item: Change, lang: str) -> str:
    try:
        name = wording.title(item.name, lang)
    except KeyError:
        name = item.name
    values = (item.a, item.b, item.difference)
    if item.name.endswith(wording.AREA) and all(isinstance(part, int) for part in values):
        sizes = [int(str(part)) for part in values]
        metres = item.name in SQUARE_METRES or max(map(abs, sizes)) < SMALL
        one, two, more = (area_text(size, lang, metres=metres) for size in sizes)
        return f"{name}  {one}{ARROW}{two}  ({_signed(more)})"
    text = f"{name}  {_shown(item.a)}{ARROW}{_shown(item.b)}"
    return text if item.difference is None else f"{text}  ({item.difference:+,.10g})"


def _signed(text: str) -> str:
    return text if text.startswith("-") else f"+{text}"


def _cell(item: Change, lang: str) -> str:
    text = f"{item.label(lang)}  {_shown(item.a)}{ARROW}{_shown(item.b)}"
    return text if item.difference is None else f"{text}  ({item.difference:+,.4f})"


def area_text(size: int, lang: str, *, metres: bool | None = None) -> str:
    """Return an area in dm² as hectares, or in m²; unless told, where hectares show nothing."""
    if (0 < abs(size) < SMALL) if metres is None else metres:
        return render("diff.square-metres", {"value": wording.hectares(size, 2)}, lang)
    (shown,) = wording.units([size], 2, total=False)
    return render("diff.hectares", {"value": wording.hectares(shown or 0, 2)}, lang)
