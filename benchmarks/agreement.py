"""Whether two methods found the same: areas of pairs and of classes, geometries one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.tasks.packed import unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from benchmarks.record import Record

PAIR = 1e-6
"""Areas of a pair differ by no more, m²."""

CLASS = 1e-9
"""Sums of a pair of classes differ by no more, as a part of the sum."""

CUT_EDGE = 2e-9
"""Coordinates of a cut edge are off by about a last digit, m: times its length, area."""


def same_pairs(
    record: Record,
    peer: str,
    ours: Mapping[str, NDArray[Any]],
    theirs: Mapping[str, NDArray[Any]],
    column: str = "area",
) -> None:
    """Check that areas agree pair by pair; a pair that one side lacks has area 0 there."""
    key, mine, their = joined(
        (ours["a"], ours["b"], ours[column]), (theirs["a"], theirs["b"], theirs[column])
    )
    difference = np.abs(mine - their)
    where = ""
    if len(key):
        worst = int(np.argmax(difference))
        where = f"pair {key[worst]}: {mine[worst]} against {their[worst]} m²"
    worst_value = float(difference.max(initial=0.0))
    what = "ellipsoidal areas" if column == "official" else "areas"
    record.check(f"{peer}: {what} of pairs differ, m²", worst_value, PAIR, where)


def same_classes(
    record: Record, peer: str, ours: Mapping[str, NDArray[Any]], theirs: Mapping[str, NDArray[Any]]
) -> None:
    """Check that the sums by class agree."""
    names = ("class_a", "class_b", "class_area")
    one, other = ([side[name] for name in names] for side in (ours, theirs))
    key, mine, their = joined((one[0], one[1], one[2]), (other[0], other[1], other[2]))
    difference = np.abs(mine - their) / np.maximum(np.abs(mine), 1.0)
    where = ""
    if len(key):
        worst = int(np.argmax(difference))
        where = f"classes {key[worst]}: {mine[worst]} against {their[worst]} m²"
    worst_value = float(difference.max(initial=0.0))
    record.check(f"{peer}: sums by class differ, relative", worst_value, CLASS, where)


def same_geometries(
    record: Record,
    peer: str,
    ours: Mapping[str, NDArray[Any]],
    theirs: Mapping[str, NDArray[Any]],
    every: int = 1,
) -> None:
    """Check pair by pair that geometries cover the same, and that ours are valid.

    What they do not share may be as wide as the last digits of a coordinate.

    Parameters
    ----------
    record
        Takes the checks.
    peer
        Whose geometries `theirs` are.
    ours, theirs
        Ids of both polygons and packed geometries.
    every
        The peer took only every so manieth polygon of `a`.
    """
    mine, their = unpacked(ours), unpacked(theirs)
    record.check("invalid geometries", int((~shapely.is_valid(mine)).sum()), 0)
    sampled = ours["a"] % every == 0
    mine, ours = mine[sampled], {name: ours[name][sampled] for name in ("a", "b")}
    pair, place = _grouped(ours["a"], ours["b"])
    other_pair, other_place = _grouped(theirs["a"], theirs["b"])
    both, left, right = np.intersect1d(pair, other_pair, return_indices=True)
    alone = np.append(
        shapely.area(mine)[np.isin(_key(ours["a"], ours["b"]), both, invert=True)],
        shapely.area(their)[np.isin(_key(theirs["a"], theirs["b"]), both, invert=True)],
    )
    record.check(f"{peer}: largest pair of one side only, m²", alone.max(initial=0.0), PAIR)
    one = _united(mine, place, left)
    other = _united(their, other_place, right)
    differ = np.flatnonzero(~shapely.equals_exact(shapely.normalize(one), shapely.normalize(other)))
    rest = shapely.area(shapely.symmetric_difference(one[differ], other[differ]))
    room = np.maximum(PAIR, CUT_EDGE * shapely.length(one[differ]))
    excess = rest / room
    where = ""
    if len(excess):
        worst = int(np.argmax(excess))
        index = both[differ[worst]]
        where = f"pair {index >> 32}, {index & 0xFFFFFFFF}: {rest[worst]} m²"
    record.facts["geometries compared"] = len(both)
    record.facts["geometries equal to the last digit"] = len(both) - len(differ)
    record.facts["largest symmetric difference"] = float(rest.max(initial=0.0))
    record.check(
        f"{peer}: symmetric difference of a pair, as a part of what the last digits of "
        "coordinates explain",
        excess.max(initial=0.0),
        1.0,
        where,
    )


def joined(
    one: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    other: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
) -> tuple[list[tuple[int, int]], NDArray[np.float64], NDArray[np.float64]]:
    """Return each pair of either side, and its sums of values on both sides."""
    keys = np.concatenate([_key(one[0], one[1]), _key(other[0], other[1])])
    pair, index = np.unique(keys, return_inverse=True)
    split = len(one[0])
    mine = np.bincount(index[:split], weights=one[2], minlength=len(pair))
    their = np.bincount(index[split:], weights=other[2], minlength=len(pair))
    names = list(zip((pair >> 32).tolist(), (pair & 0xFFFFFFFF).tolist(), strict=True))
    return names, mine.astype(np.float64), their.astype(np.float64)


def _key(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray((a.astype(np.int64) << 32) | b.astype(np.int64), dtype=np.int64)


def _grouped(
    a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """Return each pair once, and where its geometries are."""
    key = _key(a, b)
    order = np.argsort(key, kind="stable")
    pair, first = np.unique(key[order], return_index=True)
    return pair, np.split(order, first[1:]) if len(pair) else []


def _united(
    geometries: NDArray[np.object_], places: list[NDArray[np.int64]], chosen: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Return one geometry for each chosen pair."""
    united = np.empty(len(chosen), dtype=object)
    for index, number in enumerate(chosen):
        place = places[number]
        whole = geometries[place[0]] if len(place) == 1 else shapely.union_all(geometries[place])
        united[index] = whole
    return united
