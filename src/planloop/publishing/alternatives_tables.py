"""The alternatives as plain data and as sheets of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.messages import LANGUAGES, render
from planloop.plan.sheets import Sheet, SheetColumn
from planloop.plan.units import HECTARE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.maintenance.alternatives import Alternatives, Measured, Option
    from planloop.plan.sheets import Cell

FORMAT = 1
"""Version of the document."""

SERVED = "●"


def document(made: Alternatives) -> dict[str, object]:
    """Return all of it as plain data: areas in 0.01 m², lengths in m."""
    region = made.before.region
    return {
        "format": FORMAT,
        "scheme": made.settings.scheme.name,
        "region": {"code": region.code, "name": region.name},
        "synthetic": made.settings.scheme.synthetic,
        "distance": made.distance,
        "ended": made.ended,
        "plans": [_plan(made, place, item) for place, item in enumerate(made.options, start=1)],
        "fronts": {
            front.against: {
                "complete": front.complete,
                "window_dm2": made.window,
                "points": [
                    _measured(point.measured) | {"proven": point.proven} for point in front.points
                ],
            }
            for front in made.fronts
        },
    }


def sheets(made: Alternatives) -> tuple[Sheet, ...]:
    """Return the sheets: the plans, who is served, level by level, the fronts."""
    zh, en = (
        " ".join(
            [
                *(said(made, key, lang) for key in notes(made)),
                render(f"alternatives.ended-{made.ended}", {}, lang),
            ]
        )
        for lang in LANGUAGES
    )
    found = (_plans(made), _projects(made), _levels(made), _fronts(made))
    return tuple(
        Sheet(_zh(key), f"{_zh(key)}  {render(key, {}, 'en')}", (zh, en), tuple(columns), rows)
        for key, columns, rows in found
    )


def notes(made: Alternatives) -> list[str]:
    """Return the keys of what one must know of the alternatives."""
    return [
        "alternatives.note-distance",
        "alternatives.note-points",
        *(["alternatives.note-window"] if made.fronts else []),
        *(["alternatives.note-cut"] if made.settings.swap.cut else []),
        "alternatives.note-adopt",
    ]


def said(made: Alternatives, key: str, lang: str) -> str:
    """Return one of the notes."""
    window = f"{made.window / HECTARE:g}"
    return render(key, {"distance": made.distance, "window_ha": window}, lang)


def _plan(made: Alternatives, place: int, item: Option) -> dict[str, object]:
    plan = item.plan
    served = set(plan.choice.served)
    return {
        "place": place,
        "standing": plan.standing,
        **_measured(item.measured),
        "gained": list(plan.gained),
        "left": list(plan.left),
        "levels": [
            {
                "name": level.name,
                "value": level.value,
                "loss": level.loss,
                "bound": level.bound,
                "proven": level.proven,
            }
            for level in plan.levels
        ],
        "locks": {
            "must_serve": sorted(served),
            "forbid": sorted(
                {item.number for item in made.demands}.difference(served).union(
                    made.settings.locks.forbid
                )
            ),
        },
    }


def _measured(item: Measured) -> dict[str, object]:
    return {
        "served": list(item.served),
        "tiers": [
            {"tier": tier, "served": served, "wanted": wanted}
            for tier, served, wanted in item.tiers
        ],
        "points": item.points,
        "in_dm2": item.in_dm2,
        "out_dm2": item.out_dm2,
        "outline_m": item.outline_m,
        "moved_ha": item.moved / 100,
    }


Found = tuple[str, list[SheetColumn], tuple[tuple["Cell", ...], ...]]
"""Key of a sheet's name, its columns, its rows."""


def _plans(made: Alternatives) -> Found:
    tiers = [tier for tier, _, _ in made.options[0].measured.tiers]
    columns = [
        _column("plan", "text"),
        _column("standing", "long"),
        _column("served", "mixed"),
        *(_column("tier", "mixed", tier=tier) for tier in tiers),
        _column("gained", "long"),
        _column("left", "long"),
        _column("in", "area"),
        _column("out", "area"),
        _column("outline", "mixed"),
        _column("points", "mixed"),
        _column("projects-proven", "text"),
        _column("proven", "text"),
    ]
    rows: list[tuple[Cell, ...]] = []
    for place, item in enumerate(made.options, start=1):
        plan, numbers = item.plan, item.measured
        row: list[Cell] = [_named(place), _both(f"alternatives.{plan.standing}")]
        row += [len(numbers.served), *(served for _, served, _ in numbers.tiers)]
        row += [_listed(made, plan.gained), _listed(made, plan.left)]
        row += [numbers.in_dm2 / HECTARE, numbers.out_dm2 / HECTARE]
        row += [numbers.outline_m, numbers.points]
        row += [_yes(plan.projects_proven), _yes(plan.proven)]
        rows.append(tuple(row))
    return "alternatives.sheet-plans", columns, tuple(rows)


def _projects(made: Alternatives) -> Found:
    columns = [_column(key, "text") for key in ("number", "name", "rank", "term")]
    for place in range(1, len(made.options) + 1):
        zh, en = (render("alternatives.plan", {"place": place}, lang) for lang in LANGUAGES)
        columns.append(SheetColumn(zh, en, "text"))
    rows: list[tuple[Cell, ...]] = []
    for demand in made.demands:
        term = _both("alternatives.near" if demand.near else "alternatives.later")
        marks = [
            SERVED if demand.number in item.plan.choice.served else "" for item in made.options
        ]
        rows.append(
            (demand.number, made.names.get(demand.number, ""), str(demand.tier), term, *marks)
        )
    return "alternatives.sheet-projects", columns, tuple(rows)


def _levels(made: Alternatives) -> Found:
    columns = [_column("plan", "text"), _column("level", "long")]
    columns += [_column(key, "mixed") for key in ("value", "loss", "bound")]
    columns += [_column("proven", "text")]
    rows: list[tuple[Cell, ...]] = [
        (
            _named(place),
            _both(f"levels.{level.name}"),
            level.value,
            level.loss,
            level.bound,
            _yes(level.proven),
        )
        for place, item in enumerate(made.options, start=1)
        for level in item.plan.levels
    ]
    return "alternatives.sheet-levels", columns, tuple(rows)


def _fronts(made: Alternatives) -> Found:
    columns = [_column("front", "long"), _column("points", "mixed"), _column("outline", "mixed")]
    columns += [_column("in", "area"), _column("out", "area"), _column("served", "mixed")]
    columns += [_column("numbers", "long"), _column("proven", "text")]
    rows: list[tuple[Cell, ...]] = []
    for front in made.fronts:
        for point in front.points:
            numbers = point.measured
            row: list[Cell] = [_both(f"alternatives.front-{front.against}"), numbers.points]
            row += [numbers.outline_m, numbers.in_dm2 / HECTARE, numbers.out_dm2 / HECTARE]
            row += [len(numbers.served), ", ".join(numbers.served), _yes(point.proven)]
            rows.append(tuple(row))
    return "alternatives.sheet-fronts", columns, tuple(rows)


def _column(key: str, kind: str, **params: object) -> SheetColumn:
    name = f"alternatives.column-{key}"
    zh, en = (render(name, params, lang) for lang in LANGUAGES)
    return SheetColumn(zh, en, kind)


def _listed(made: Alternatives, numbers: Iterable[str]) -> str:
    return "; ".join(f"{number} {made.names.get(number, '')}".strip() for number in numbers)


def _named(place: int) -> str:
    return " ".join(render("alternatives.plan", {"place": place}, lang) for lang in LANGUAGES)


def _both(key: str) -> str:
    return " ".join(render(key, {}, lang) for lang in LANGUAGES)


def _yes(value: bool) -> str:  # noqa: FBT001  # a value, not a flag
    return _both("alternatives.yes" if value else "alternatives.no")


def _zh(key: str) -> str:
    return render(key, {}, "zh")
