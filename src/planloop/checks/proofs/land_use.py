"""C7: the planned land use of the central urban area gets better balanced, and nothing worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.checks.central_land import AFTER, BEFORE, FORCED, CentralLand
from planloop.checks.proofs.ending import ended, not_applicable
from planloop.checks.structure import STATES, limits, structure_table
from planloop.errors import InputError
from planloop.plan.accounts import TOTAL
from planloop.standard import Attestation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.checks.structure import Limit
    from planloop.plan.proof import Proof

NO_LAYER = "no-planned-land-use"


def structure(evidence: Evidence) -> Proof:
    """Prove that the structure table adds up: its classes to the layer's area, to 0.01 m².

    Every feature has a class of the standard; the layer has after what it had before, and what
    entered it, less what left it.
    """
    if not _planned(evidence):
        return not_applicable("C7.structure", NO_LAYER, Attestation.OURS)
    land = evidence.once(CentralLand)
    states = {state: land.structure(state) for state in STATES}
    held = {
        state: evidence.covered([evidence.name(land.layer, state)]) for state in (BEFORE, AFTER)
    }
    area = {state: evidence.area(faces) for state, faces in held.items()}
    entered = evidence.area(held[AFTER] & ~held[BEFORE])
    left = evidence.area(held[BEFORE] & ~held[AFTER])
    table = structure_table(states, evidence.settings.central.population)
    numbers: dict[str, object] = {"entered_dm2": entered, "left_dm2": left}
    broken = [
        f"{land.layer} {state}: {code or '–'}"
        for state in (BEFORE, AFTER)
        for code in states[state].by_code
        if not _known(code)
    ]
    for state in (BEFORE, AFTER):
        sizes = dict(zip(table.column("class"), table.column(f"{state}_dm2"), strict=True))
        total = sizes.pop(TOTAL)
        numbers |= {f"{state}_dm2": area[state], f"{state}_city_dm2": sizes.pop("city")}
        if total != area[state] or sum(int(size or 0) for size in sizes.values()) != total:
            broken.append(f"{land.layer} {state}: {total} ≠ {area[state]} dm²")
    if area[BEFORE] + entered - left != area[AFTER]:
        broken.append(f"{land.layer}: {area[BEFORE]} + {entered} - {left} ≠ {area[AFTER]} dm²")
    return ended("C7.structure", numbers, broken, Attestation.OURS)


def ranges(evidence: Evidence) -> Proof:
    """Prove that no group of classes is farther outside its range than it was.

    The ranges are shares of city construction land (GB 50137-2011, table ``structure_ranges``).
    What the boundary and the city lines change by themselves does not count. Where a city is exempt
    (``central.exempt``) this is proved all the same, and the reason shown.
    """
    if not _planned(evidence):
        return not_applicable("C7.ranges", NO_LAYER, Attestation.OFFICIAL)
    numbers: dict[str, object] = {}
    if evidence.settings.central.exempt:
        numbers["exempt"] = evidence.settings.central.exempt
    broken = _outside(evidence.once(CentralLand), numbers, per_person=False)
    return ended("C7.ranges", numbers, broken)


def per_person(evidence: Evidence) -> Proof:
    """Prove that no group of classes lacks more land per resident than it did.

    The least areas are those of GB 50137-2011 (table ``structure_ranges``), times the residents
    (``central.population``). What the boundary and the city lines change by themselves does not
    count.
    """
    if not _planned(evidence):
        return not_applicable("C7.per-person", NO_LAYER, Attestation.OFFICIAL)
    population = evidence.settings.central.population
    if population is None:
        return not_applicable("C7.per-person", "no-population", Attestation.OFFICIAL)
    numbers: dict[str, object] = {"population": population}
    broken = _outside(evidence.once(CentralLand), numbers, per_person=True)
    return ended("C7.per-person", numbers, broken)


def coverage(evidence: Evidence) -> Proof:
    """Prove that each kind of facility reaches no smaller share of the planned homes than it did.

    Facilities that stand reach homes while their land keeps its class; so does vacant land of the
    class and size of a site, with no facility on it. Kinds, radii and least sites are the
    standard's (table ``service_kinds``). The way is along the streets where the plan has any, and
    straight otherwise. What the boundary and the city lines change by themselves does not count.
    """
    if not _planned(evidence):
        return not_applicable("C7.coverage", NO_LAYER, Attestation.OURS)
    land = evidence.once(CentralLand)
    numbers: dict[str, object] = {"measure": land.facilities.measure}
    broken = []
    for code, kind in standard.load().service_kinds.items():
        found = {state: land.coverage(kind, state) for state in (BEFORE, FORCED, AFTER)}
        for state in (BEFORE, AFTER):
            numbers[f"{code}_{state}_dm2"] = found[state].covered
            numbers["homes_" + state + "_dm2"] = found[state].total
        if found[AFTER].below(found[BEFORE]):
            # Whether it may be is told by what the boundary and the lines leave of it.
            numbers[f"{code}_forced_dm2"] = found[FORCED].covered
            numbers[f"{code}_homes_forced_dm2"] = found[FORCED].total
        if all(found[AFTER].below(found[state]) for state in (BEFORE, FORCED)):
            fewer = land.uncovered(kind, AFTER) & ~land.uncovered(kind, BEFORE)
            place = evidence.place(fewer) if fewer.any() else ""
            sizes = " < ".join(
                f"{found[state].covered}/{found[state].total}" for state in (AFTER, BEFORE)
            )
            broken.append(f"{code} {sizes} {place}".strip())
    return ended("C7.coverage", numbers, broken, Attestation.OURS)


def neighbours(evidence: Evidence) -> Proof:
    """Prove that no two classes became neighbours that may not.

    Pairs of classes stand in the table ``incompatible_uses``. Those that were neighbours before may
    stay so; those that the boundary or the city lines brought together are counted, and shown.
    """
    if not _planned(evidence):
        return not_applicable("C7.neighbours", NO_LAYER, Attestation.OURS)
    land, near = evidence.once(CentralLand), evidence.fabric.neighbours
    pairs = {
        state: _incompatible(codes[near.left], codes[near.right])
        for state, codes in land.code.items()
    }
    fresh = pairs[AFTER] & ~pairs[BEFORE]
    new = fresh & ~pairs[FORCED]
    numbers = {
        "before": int(pairs[BEFORE].sum()),
        "after": int(pairs[AFTER].sum()),
        "brought_by_others": int((fresh & pairs[FORCED]).sum()),
        "new": int(new.sum()),
    }
    broken = []
    for left, right in zip(near.left[new], near.right[new], strict=True):
        faces = np.zeros(len(evidence.fabric), dtype=bool)
        faces[[left, right]] = True
        codes = land.code[AFTER][left], land.code[AFTER][right]
        broken.append(f"{codes[0]} | {codes[1]} {evidence.place(faces)}")
    return ended("C7.neighbours", numbers, broken, Attestation.OURS)


def _planned(evidence: Evidence) -> bool:
    return evidence.settings.roles.land_use in evidence.maintained


def _known(code: str) -> bool:
    try:
        standard.load().land_class(code)
    except InputError:
        return False
    return True


def _outside(land: CentralLand, numbers: dict[str, object], *, per_person: bool) -> list[str]:
    """Return the groups that are farther outside than before and than as forced.

    Parameters
    ----------
    land
        The planned land use.
    numbers
        Takes what each group is outside by, before and after.
    per_person
        Which limits: those per resident, or those by share.
    """
    population = land.evidence.settings.central.population
    outside: dict[str, dict[str, int]] = {}
    for state in (BEFORE, FORCED, AFTER):
        held = land.structure(state)
        outside[state] = {
            limit.group: limit.deviation(held.of_classes(limit.classes))
            for limit in _limits(held.city, population, per_person=per_person)
        }
    broken = []
    for group, after in outside[AFTER].items():
        before, forced = outside[BEFORE][group], outside[FORCED][group]
        numbers |= {f"{group}_before_dm2": before, f"{group}_after_dm2": after}
        if after > max(before, forced):
            numbers[f"{group}_forced_dm2"] = forced
            broken.append(f"{group} {before / 100:.2f} → {after / 100:.2f} m²")
    return broken


def _limits(city: int, population: int | None, *, per_person: bool) -> Iterator[Limit]:
    return (limit for limit in limits(city, population) if limit.per_person == per_person)


def _incompatible(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which pairs of classes may not become neighbours, shape (n,)."""
    rows = standard.load().incompatible_uses
    codes, index = np.unique(
        ["" if code is None else code for code in (*one, *other)], return_inverse=True
    )
    table = np.array(
        [
            [
                any(
                    (here.startswith(row.one) and there.startswith(row.other))
                    or (here.startswith(row.other) and there.startswith(row.one))
                    for row in rows
                )
                for there in codes
            ]
            for here in codes
        ],
        dtype=bool,
    ).reshape(len(codes), len(codes))
    left, right = index.reshape(-1)[: len(one)], index.reshape(-1)[len(one) :]
    return np.asarray(table[left, right])
