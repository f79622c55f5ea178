"""Tiny land-use problems at random, and their best plan by trying everything.

Written apart from the optimiser and from its verifier, in plain loops.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import ceil, floor

import numpy as np

from planloop.maintenance.land_use.problem import Cell, Problem, Range, Service

HOMES = ("h", "H")
CLASSES = ("h", "H", "p", "s", "w", "f")
"""Two kinds of housing, park, school, workshop, factory."""


def problem(
    seed: int, cells: int, classes: int, movable: int | None = None, locks: float = 0.0
) -> Problem:
    """Return a problem with so many cells, the movable ones with at most so many classes."""
    random = np.random.default_rng(seed)
    scale = int(random.choice([1, 10, 1000, 10**6]))
    chosen = set(range(cells))
    if movable is not None:
        chosen = set(random.permutation(cells)[:movable].tolist())
    plots = []
    for index in range(cells):
        count = int(random.integers(2, classes + 1)) if index in chosen else 1
        codes = tuple(str(code) for code in random.permutation(CLASSES)[:count])
        area = int(random.integers(1, 30)) * scale + int(random.integers(0, scale))
        lock = str(random.choice(codes)) if random.random() < locks else None
        plots.append(Cell(f"c{index}", area, codes, lock))
    total = sum(plot.area for plot in plots)
    now = [plot.now for plot in plots]
    links = tuple(
        (one, other)
        for one in range(cells)
        for other in range(one + 1, cells)
        if random.random() < 2.0 / cells
    )
    bad = {("h", "f"), ("H", "f"), ("s", "w")} if random.random() < 0.8 else set()
    ranges = []
    for name, members in (("homes", HOMES), ("parks", "p"), ("works", "wf"), ("schools", "s")):
        if random.random() < 0.7:
            least, most = sorted(int(x) for x in random.integers(0, total + 1, 2))
            kind = int(random.integers(0, 3))
            low, high = (least if kind != 1 else None), (most if kind != 2 else None)
            has = sum(plot.area for plot, code in zip(plots, now, strict=True) if code in members)
            base = beyond(has, low, high)
            slack = int(random.choice([0, 0, total // 10]))
            counts = bool(random.random() < 0.8)
            ranges.append(Range(name, frozenset(members), low, high, base + slack, counts))
    services = []
    for name, wanted in (("park", "p"), ("school", "s")):
        always = frozenset(int(x) for x in np.flatnonzero(random.random(cells) < 0.15))
        near = {
            home: frozenset(
                (place, wanted)
                for place in range(cells)
                if place != home and wanted in plots[place].classes and random.random() < 0.3
            )
            for home in range(cells)
        }
        services.append(Service(name, always, {k: v for k, v in near.items() if v}))
    most = int(random.choice([0, total // 4, total // 2, total], p=[0.05, 0.35, 0.3, 0.3]))
    barred = frozenset(bad | {(other, one) for one, other in bad})
    unit = int(random.choice([1, scale, 10 * scale]))
    return Problem(
        cells=tuple(plots),
        ranges=tuple(ranges),
        homes=frozenset(HOMES),
        services=tuple(services),
        neighbours=links,
        barred=barred,
        most_change=most,
        unit=unit,
    )


def with_earlier(case: Problem, seed: int) -> Problem:
    """Return a problem with an earlier scheme, some of whose classes a plot may not have."""
    random = np.random.default_rng(seed)
    was = tuple(str(random.choice([*plot.classes, *CLASSES[:2]])) for plot in case.cells)
    return replace(case, was=was)


def beyond(area: int, least: int | None, most: int | None) -> int:
    below = max(0, least - area) if least is not None else 0
    above = max(0, area - most) if most is not None else 0
    return below + above


def homes_without(
    service: Service, choice: tuple[str, ...], now: tuple[str, ...] = ()
) -> list[int]:
    """Return the homes that are not served; those of now, too, where it is given."""
    found = []
    for home, code in enumerate(choice):
        if code in HOMES or (now and now[home] in HOMES):
            served = home in service.always
            for place, wanted in service.near.get(home, ()):
                served = served or choice[place] == wanted
            found += [] if served else [home]
    return found


def unserved(case: Problem, service: Service, choice: tuple[str, ...]) -> tuple[int, int]:
    """Return the area of homes that are not served, and of all homes."""
    gone = sum(case.cells[home].area for home in homes_without(service, choice))
    pairs = zip(case.cells, choice, strict=True)
    return gone, sum(cell.area for cell, code in pairs if code in HOMES)


def legal(case: Problem, choice: tuple[str, ...]) -> bool:
    return (
        all(cell.lock in {None, code} for cell, code in zip(case.cells, choice, strict=True))
        and all(
            beyond(held(case, item, choice), item.least, item.most) <= item.most_outside
            for item in case.ranges
        )
        and not any(clash(case, pair, choice) for pair in case.neighbours)
        and sum(cell.area for cell in moved(case, choice)) <= case.most_change
        and all(no_fewer_served(case, service, choice) for service in case.services)
    )


def held(case: Problem, item: Range, choice: tuple[str, ...]) -> int:
    return sum(
        cell.area for cell, code in zip(case.cells, choice, strict=True) if code in item.members
    )


def moved(case: Problem, choice: tuple[str, ...]) -> list[Cell]:
    return [cell for cell, code in zip(case.cells, choice, strict=True) if code != cell.classes[0]]


def clash(case: Problem, pair: tuple[int, int], choice: tuple[str, ...]) -> bool:
    one, other = pair
    old = (case.cells[one].classes[0], case.cells[other].classes[0])
    return (choice[one], choice[other]) in case.barred and old not in case.barred


def no_fewer_served(case: Problem, service: Service, choice: tuple[str, ...]) -> bool:
    now = tuple(cell.classes[0] for cell in case.cells)
    gone, total = unserved(case, service, now)
    allowed = gone
    for cell, code, old in zip(case.cells, choice, now, strict=True):
        part = Fraction(gone * cell.area, total or 1)
        if code in HOMES and old not in HOMES:
            allowed += floor(part)
        if code not in HOMES and old in HOMES:
            allowed -= ceil(part)
    return not total or unserved(case, service, choice)[0] <= allowed


def worth(case: Problem, choice: tuple[str, ...]) -> tuple[int, ...]:
    """Return the values of all levels, and the places of the classes."""
    now = tuple(cell.classes[0] for cell in case.cells)
    outside = sum(
        ceil(Fraction(beyond(held(case, item, choice), item.least, item.most), case.unit))
        for item in case.ranges
        if item.counts
    )
    gone = sum(
        in_units(case, case.cells[home])
        for service in case.services
        for home in homes_without(service, choice, now)
    )
    sizes = [in_units(case, cell) for cell in moved(case, choice)]
    places = [cell.classes.index(code) for cell, code in zip(case.cells, choice, strict=True)]
    return (unlike(case, choice), outside, gone, sum(sizes), len(sizes), *places)


def unlike(case: Problem, choice: tuple[str, ...]) -> int:
    """Return the area, in units, of plots that have not the class of before, but might."""
    total = 0
    for cell, code, was in zip(case.cells, choice, case.was or (), strict=case.was is not None):
        might = was in cell.classes and (cell.lock is None or cell.lock == was)
        total += in_units(case, cell) if might and code != was else 0
    return total


def in_units(case: Problem, cell: Cell) -> int:
    """Return a plot's area in units, half up, but 1 for the smallest."""
    return max(1, floor(Fraction(cell.area, case.unit) + Fraction(1, 2)))


def best(case: Problem) -> tuple[str, ...] | None:
    """Return the best legal choice, None where there is none."""
    every = (
        choice for choice in product(*(cell.classes for cell in case.cells)) if legal(case, choice)
    )
    return min(every, key=lambda choice: worth(case, choice), default=None)
