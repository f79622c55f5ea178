"""Planned classes that follow from the boundary, of land that enters and of land that leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planloop import standard
from planloop.maintenance.situation import field_of_face
from planloop.plan.code_fields import CLASS_CODE
from planloop.plan.codes import padded, starts_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from planloop.maintenance.control_lines.land_use import LandUseChange
    from planloop.maintenance.situation import Situation
    from planloop.standard.records import LandUseChoice

FOLLOWS_IN, FOLLOWS_OUT = "use-follows-in", "use-follows-out"
"""Entries of ``messages/reasons.toml``."""

OTHER = "其他"
"""The sector of land that enters for no project: it is reserved."""


@dataclass(frozen=True, slots=True, eq=False)
class Forced:
    """Planned classes that are decided before any choice; arrays of shape (k,), by face.

    Parameters
    ----------
    faces
        Face indices, ascending.
    code
        Land class that each gets, of six digits.
    group
        What it gets the class for: faces of one class and group that hang together are one feature,
        and have one current class if they are on no feature now.
    reason, evidence, project
        Why, by what, and for which projects; text, empty where there are none.
    """

    faces: NDArray[np.int64]
    code: NDArray[np.object_]
    group: NDArray[np.object_]
    reason: NDArray[np.object_]
    evidence: NDArray[np.object_]
    project: NDArray[np.object_]

    @classmethod
    def none(cls) -> Forced:
        """Return that nothing is decided."""
        return cls.of([])

    @classmethod
    def of(cls, rows: Iterable[tuple[int, str, str, str, str, str]]) -> Forced:
        """Return rows of face, code, group, reason, evidence and project, in any order."""
        columns = list(zip(*sorted(rows), strict=True)) or [()] * 6
        texts = (np.array(column, dtype=object) for column in columns[1:])
        return cls(np.array(columns[0], dtype=np.int64), *texts)

    def with_lines(self, situation: Situation, change: LandUseChange) -> Forced:
        """Return these classes and those that follow from the city lines, which win."""
        feature = situation.fabric.label(situation.settings.roles.land_use)
        rows = {
            int(face): (int(face), *texts)
            for face, *texts in zip(
                self.faces,
                self.code,
                self.group,
                self.reason,
                self.evidence,
                self.project,
                strict=True,
            )
        }
        for face, code, reason, evidence in zip(
            change.faces.tolist(), change.code, change.reason, change.evidence, strict=True
        ):
            state = "kept" if code == padded(situation.land_class[face] or "") else "new"
            rows[face] = (face, code, f"line {feature[face]} {state}", reason, evidence, "")
        return Forced.of(rows.values())


def choice_of(code: str) -> LandUseChoice | None:
    """Return the standard's row on a class: the one with the longest prefix of it, if any."""
    rows = [row for row in standard.load().land_use_choices if code.startswith(row.land_class)]
    return max(rows, key=lambda row: len(row.land_class), default=None)


def city_lines(situation: Situation) -> NDArray[np.bool_]:
    """Return the faces in any green, yellow, blue or purple line."""
    roles = situation.settings.roles
    return situation.covered([roles.green, roles.yellow, roles.blue, roles.purple])


def planned(situation: Situation) -> NDArray[np.object_]:
    """Return the planned class of each face, None where there is none."""
    layer = situation.settings.roles.land_use
    return field_of_face(situation.plan, situation.fabric, layer, CLASS_CODE)


def follow_boundary(
    situation: Situation,
    faces: NDArray[np.int64],
    goes_in: NDArray[np.bool_],
    project: NDArray[np.object_],
) -> Forced:
    """Return the classes that follow from a swap of the boundary.

    Land of the central urban area that enters gets the class of its project's sector (of several
    projects, of the first tier, then of the lowest number), unless it is planned for construction
    already. Planned land that leaves becomes what it is now. Roads, utilities and water stay (the
    standard's ``fixed`` classes), and so does land in a city line.

    Parameters
    ----------
    situation
        The plan before; it has planned land use.
    faces, goes_in, project
        Faces that are transferred, whether into the boundary, and for which projects, by number,
        joined by ``", "``; shape (k,) each.
    """
    code = planned(situation)
    central = situation.settings.roles.central
    scope = np.array([item is not None for item in code], dtype=bool)
    if central in situation.fabric.labels:
        scope |= situation.covered([central])
    held = ~city_lines(situation) & scope
    fixed = [row.land_class for row in standard.load().land_use_choices if row.fixed]
    held &= ~starts_with(code, fixed)
    built = standard.load().land_groups["construction"].include
    class_of = _Sectors(situation)
    feature = situation.fabric.label(situation.settings.roles.land_use)
    rows: list[tuple[int, str, str, str, str, str]] = []
    for face, enters, numbers in zip(faces.tolist(), goes_in, project, strict=True):
        now, use = code[face], situation.land_class[face]
        if not held[face]:
            continue
        if enters and not (now or "").startswith(built):
            group = f"in {numbers} {feature[face] or use}"
            rows.append((face, class_of(numbers), group, FOLLOWS_IN, "", numbers))
        elif not enters and now is not None and use is not None and padded(use) != now:
            rows.append((face, padded(use), f"out {feature[face]}", FOLLOWS_OUT, "", ""))
    return Forced.of(rows)


class _Sectors:
    """The planned class of land that enters for some projects."""

    def __init__(self, situation: Situation) -> None:
        tables = situation.plan.tables
        self._sector: Mapping[str, str] = {}
        if "projects" in tables:
            table = tables["projects"]
            self._sector = dict(zip(map(str, table["number"]), table["sector"], strict=True))

    def __call__(self, numbers: str) -> str:
        """Return the class for projects, joined by ``", "``."""
        return padded(standard.load().sector_classes[self._first(numbers.split(", "))])

    def _first(self, numbers: Iterable[str]) -> str:
        tiers = standard.load().sectors
        known = [(number, self._sector[number]) for number in numbers if number in self._sector]
        ranked = sorted((tiers[sector].tier, number, sector) for number, sector in known)
        return ranked[0][2] if ranked else OTHER
