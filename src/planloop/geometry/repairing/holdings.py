"""Which polygons hold each face of the plane, and the rules by which faces change hands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planloop.geometry.neighbours import shared_edges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from planloop.geometry.arranging.arrangement import Arrangement
    from planloop.geometry.ledger import Done

NOBODY = -1
"""Stands among the neighbours of some faces for faces that no polygon holds."""


@dataclass(frozen=True, slots=True)
class Move:
    """Faces that have changed hands.

    Parameters
    ----------
    kind
        Why.
    polygons
        The polygons involved, ascending.
    to
        The polygon that holds the faces afterwards, or None.
    faces
        The faces, ascending.
    change
        Pairs of polygon and faces that it has lost or got, and 1 for got, -1 for lost.
    """

    kind: Done
    polygons: tuple[int, ...]
    to: int | None
    faces: tuple[int, ...]
    change: tuple[tuple[int, int, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """Which faces are concerned.

    Parameters
    ----------
    free
        Faces that may change hands.
    inside
        Faces within the boundary; None without one.
    apart
        Faces that go one by one: pieces of an area that nobody could take as a whole.
    """

    free: frozenset[int]
    inside: frozenset[int] | None
    apart: frozenset[int]


@dataclass(frozen=True, slots=True)
class Judge:
    """What may be done.

    Parameters
    ----------
    allows
        Whether an overlap, a gap or an area outside, given by its faces, may be ended, or a part of
        a polygon is but a sliver.
    spoils
        Whether a polygon that gets some faces gets a spike by them.
    """

    allows: Callable[[Done, set[int]], bool]
    spoils: Callable[[int, set[int]], bool]


class Holdings:
    """The faces that each polygon holds, changing.

    Parameters
    ----------
    arrangement
        The faces.
    holders
        The polygons that hold each face, shape (n + 1,); the last is the unbounded face.
    extent
        Which faces are concerned.
    judge
        What may be done.

    Attributes
    ----------
    holders, held
        The polygons that hold each face, the faces that each polygon holds.
    moves
        What has changed hands.
    refused
        Areas that nobody could take, since each neighbour would get a spike by them.

    Notes
    -----
    The rules. Each connected area goes as a whole, if it can.

    * A gap, and what a dropped polygon or a spike has left, goes to the neighbour with the longest
      common line, as that neighbour's outline changes least for the area that it gets; but not to
      one that would get a spike by it.
    * What no neighbour can take as a whole is cut straight across where two of them meet, and the
      pieces go by the same rule.
    * An overlap is left to the polygon whose rest has the longer line with it: there the other's
      outline runs astray inside it. But no polygon loses all that it has: a small one that lies
      on a large one is not drawn by mistake, the large one lacks a hole.
    * Of equal lines, the polygon that comes first in the array has it.

    A common line is measured in whole multiples of a nanometre, so that "equal" depends on nothing
    but the lines.
    """

    def __init__(
        self, arrangement: Arrangement, holders: list[set[int]], extent: Extent, judge: Judge
    ) -> None:
        self.holders = holders
        self.moves: list[Move] = []
        self.held: defaultdict[int, set[int]] = defaultdict(set)
        for face, who in enumerate(holders):
            for polygon in who:
                self.held[polygon].add(face)
        self.refused: list[set[int]] = []
        self._free, self._inside, self._apart = extent.free, extent.inside, extent.apart
        self._judge = judge
        self._beside: list[list[tuple[int, float]]] = [[] for _ in holders]
        graph, right = arrangement.graph, arrangement.right
        shared = shared_edges(graph, right[::2], right[1::2], len(holders))
        for one, other, length in zip(
            shared.left.tolist(), shared.right.tolist(), shared.length.tolist(), strict=True
        ):
            self._beside[one].append((other, length))
            self._beside[other].append((one, length))

    def give_spikes(self, cut: Mapping[int, set[int]]) -> None:
        """Give away what polygons have lost with their spikes: `cut` is the faces by polygon.

        Where the longest line is with faces that no polygon holds, it joins these.
        """
        for polygon, faces in sorted(cut.items()):
            left = {face for face in faces & self._free if not self.holders[face]}
            for group in self._groups(left if self._inside is None else left & self._inside):
                lines = self._lines(group)
                lines.pop(polygon, None)
                to = self._taker(lines, group)
                if to is not None and lines[to] >= lines.get(NOBODY, 0.0):
                    self._move("spike", group, to, (), {polygon, to})

    def drop(self, polygon: int, kind: Done, twin: int | None, dropped: set[int]) -> None:
        """Drop a polygon; `twin` is its duplicate, `dropped` are all that will be dropped."""
        self._give_away(polygon, set(self.held[polygon]), kind, twin, dropped)

    def _give_away(
        self, polygon: int, faces: set[int], kind: Done, twin: int | None, dropped: set[int]
    ) -> None:
        """Take faces from a polygon; what no other one holds goes to neighbours not `dropped`."""
        alone = {face for face in faces if self.holders[face] == {polygon}}
        for group in self._groups(alone if self._inside is None else alone & self._inside):
            lines = self._lines(group)
            lines = {who: line for who, line in lines.items() if who not in dropped}
            to = self._taker(lines, group)
            if to is not None:
                self._move(kind, group, to, (polygon,), {polygon, to})
                faces = faces - group
        for group in self._groups(faces):
            others = {who for face in group for who in self.holders[face]}
            self._move(kind, group, twin, (polygon,), others)

    def cut_outside(self) -> None:
        """Cut off what lies outside the boundary."""
        if self._inside is None:
            return
        beyond = self._free - self._inside
        for polygon in sorted({who for face in beyond for who in self.holders[face]}):
            for group in self._groups(beyond & self.held[polygon]):
                rest = self._around(group) - self._inside
                if rest.isdisjoint(self.held[polygon]) and self._judge.allows("outside", group):
                    self._move("outside", group, None, (polygon,), {polygon})

    def part_overlaps(self) -> None:
        """Leave each overlap to one of its polygons, until there is none that may be ended."""
        while True:
            pairs = {
                (one, other)
                for face in self._free
                for one in self.holders[face]
                for other in self.holders[face]
                if one < other
            }
            before = len(self.moves)
            for one, other in sorted(pairs):
                self._part(one, other)
            if len(self.moves) == before:
                return

    def _part(self, one: int, other: int) -> None:
        both = self.held[one] & self.held[other]
        for group in self._groups(both & self._free):
            if not self._around(group).isdisjoint(both) or not self._judge.allows("overlap", group):
                continue
            lines = self._lines(group)
            keeps, loses = one, other
            if lines.get(other, 0.0) > lines.get(one, 0.0):
                keeps, loses = other, one
            if self.held[loses] <= group:
                keeps, loses = loses, keeps
            if not self.held[loses] <= group:
                self._move("overlap", group, keeps, (loses,), {one, other})

    def fill_gaps(self, cut: Mapping[int, set[int]]) -> None:
        """Give gaps to neighbours, but none to a polygon that has just lost it with its spike."""
        gaps = {face for face in self._free if not self.holders[face]}
        for group in self._groups(gaps if self._inside is None else gaps & self._inside):
            open_ = {face for face in self._around(group) if not self.holders[face]}
            open_ -= self._apart
            if (open_ & self._inside) if self._inside is not None else open_:
                continue
            lines = self._lines(group)
            border = set(lines) - {NOBODY}
            back = {polygon for polygon, faces in cut.items() if not group.isdisjoint(faces)}
            to = None
            if self._judge.allows("gap", group):
                lines = {who: line for who, line in lines.items() if who not in back}
                to = self._taker(lines, group)
            if to is not None:
                self._move("gap", group, to, (), border)

    def drop_parts(self) -> None:
        """Give away parts of polygons that are but slivers, as dropped polygons are."""
        polygons = {who for face in self._free for who in self.holders[face]}
        for polygon in sorted(polygons):
            groups = self._groups(self.held[polygon])
            thin = [
                group
                for group in groups
                if group <= self._free and self._judge.allows("sliver", group)
            ]
            for group in thin if len(groups) > len(thin) else ():
                self._give_away(polygon, group, "sliver", None, {polygon})

    def _taker(self, lines: Mapping[int, float], group: set[int]) -> int | None:
        """Return the polygon with the longest line that can take a group, the first of equals."""
        ranked = sorted((-line, who) for who, line in lines.items() if who != NOBODY)
        taker = next((who for _, who in ranked if not self._judge.spoils(who, group)), None)
        if taker is None and ranked:
            self.refused.append(group)
        return taker

    def _move(
        self, kind: Done, group: set[int], to: int | None, losers: Iterable[int], who: set[int]
    ) -> None:
        change = []
        for loser in losers:
            change.append((loser, -1, tuple(sorted(group & self.held[loser]))))
            self.held[loser] -= group
            for face in group:
                self.holders[face].discard(loser)
        if to is not None:
            got = group - self.held[to]
            change.append((to, 1, tuple(sorted(got))))
            self.held[to] |= got
            for face in got:
                self.holders[face].add(to)
        moved = tuple(sorted(item for item in change if item[2]))
        self.moves.append(Move(kind, tuple(sorted(who)), to, tuple(sorted(group)), moved))

    def _groups(self, faces: AbstractSet[int]) -> list[set[int]]:
        """Return the connected areas that some faces form, by their lowest faces."""
        rest, groups = set(faces), []
        for face in sorted(faces):
            if face not in rest:
                continue
            rest.discard(face)
            group, edge = {face}, [face]
            while edge:
                near = {other for other, _ in self._beside[edge.pop()]} & rest
                near = near - self._apart if face not in self._apart else set()
                rest -= near
                group |= near
                edge += near
            groups.append(group)
        return groups

    def _around(self, group: set[int]) -> set[int]:
        """Return the faces next to a group."""
        return {other for face in group for other, _ in self._beside[face]} - group

    def _lines(self, group: set[int]) -> dict[int, float]:
        """Return the length of the line between a group and each polygon's faces around it."""
        lines: defaultdict[int, float] = defaultdict(float)
        for face in group:
            for other, length in self._beside[face]:
                if other not in group:
                    for polygon in self.holders[other] or {NOBODY}:
                        lines[polygon] += length
        return dict(lines)
