"""What drawn locks mean: which survey parcels and projects they lock, and what they only touch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

from planloop import standard
from planloop.errors import SettingsError
from planloop.geometry.area import area
from planloop.geometry.tabulate import tabulate
from planloop.maintenance.boundary.locks import PARCEL_LOCKS, PROJECT_LOCKS, contradictions
from planloop.maintenance.boundary.transfer_in import SITE_PROJECT
from planloop.maintenance.situation import covered
from planloop.plan.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from planloop.plan.drawings import Drawing, Drawings
    from planloop.plan.intake import Intake
    from planloop.plan.settings import LocksSection, RolesSection, SchemeSettings

    Origin: TypeAlias = Mapping[tuple[str, str], tuple[str, int]]

LEAST_M2 = 0.005
"""Less than this is 0.00 m² where areas are told."""

BY_SETTINGS = "[locks]"
"""Where a lock stands that is not drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLocks:
    """The locks of a scheme, those drawn among them.

    Parameters
    ----------
    locks
        Those of the settings, then those that are drawn, ascending.
    origin
        Lock and parcel or project → file and row of the first drawing that locks it.
    findings
        What drawings touch and do not lock, and those that lock nothing.
    """

    locks: LocksSection
    origin: Origin
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Targets:
    """Survey parcels, or sites of projects, that a drawing may lock.

    Parameters
    ----------
    layer
        Layer code.
    ids
        Identifier of each polygon's parcel or project, shape (n,).
    shapes
        Polygons, shape (n,).
    whole
        Identifier → area, m².
    """

    layer: str
    ids: NDArray[np.object_]
    shapes: NDArray[np.object_]
    whole: Mapping[str, float]

    @classmethod
    def of(cls, taken: Intake, layer: str, ids: NDArray[np.object_]) -> _Targets:
        shapes = taken.plan.layer(layer).geometry
        whole: dict[str, float] = defaultdict(float)
        for name, size in zip(ids, area(shapes, epsg=taken.fabric.epsg), strict=True):
            whole[str(name)] += float(size)
        return cls(layer, ids, shapes, whole)


@dataclass(slots=True, eq=False)
class _Hit:
    """What one drawing meets.

    Parameters
    ----------
    drawing
        The drawing.
    layer
        Layer of the parcels or sites that it is held against.
    covered
        Identifier → area that it covers, m²; 0 for a point on an edge.
    taken
        Those that it locks.
    """

    drawing: Drawing
    layer: str
    covered: dict[str, float] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)


def drawn_locks(taken: Intake, settings: SchemeSettings) -> DrawnLocks:
    """Return the locks of the settings together with those that are drawn.

    Parameters
    ----------
    taken
        What the intake yields.
    settings
        The settings.

    Raises
    ------
    SettingsError
        A drawing names a project that does not exist, or contradicts another lock.

    Notes
    -----
    An area locks the survey parcels of which it covers more than the standard's ``drawn_share``; a
    point locks the parcel that it lies in. Each drawing is judged by itself. A lock for projects
    that names its project locks that; else those whose sites it covers, or lies in, in the same
    way. Parcels that it has nothing to say of stay as they are: those that lie in the boundary
    already where they must go in, those outside where they must go out.
    """
    drawings = taken.drawings
    if drawings is None:
        return DrawnLocks(settings.locks, {}, ())
    hits = _hits(taken, settings.roles, drawings)
    known = set(taken.plan.tables["projects"]["number"].astype(str))
    for hit in hits:
        number = hit.drawing.number
        if hit.drawing.lock not in PROJECT_LOCKS or number is None:
            continue
        if number not in known:
            key, row = "boundary.unknown-project", hit.drawing.row
            raise SettingsError(key, path=drawings.path, row=row, lock=hit.drawing.lock, id=number)
        hit.taken = {number}
    movable = _movable(taken, settings.roles)
    for hit in hits:
        hit.taken &= movable.get(hit.drawing.lock, hit.taken)
    origin: dict[tuple[str, str], tuple[str, int]] = {}
    for hit in hits:
        for name in sorted(hit.taken):
            origin.setdefault((hit.drawing.lock, name), (str(drawings.path), hit.drawing.row))
    locks = {
        lock: tuple(dict.fromkeys([*getattr(settings.locks, lock), *_named(origin, lock)]))
        for lock in (*PARCEL_LOCKS, *PROJECT_LOCKS)
    }
    merged = settings.locks.model_copy(update=locks)
    _check(merged, origin, drawings)
    found = [item for hit in hits for item in _findings(hit, locks, movable, drawings, taken)]
    return DrawnLocks(merged, origin, tuple(found))


def _named(origin: Origin, lock: str) -> list[str]:
    return sorted(name for held, name in origin if held == lock)


def _hits(taken: Intake, roles: RolesSection, drawings: Drawings) -> list[_Hit]:
    """Return what each drawing meets, and what it locks by its shape, in the order of the file."""
    parcels = taken.plan.layer(roles.parcels)
    targets = dict.fromkeys(PARCEL_LOCKS, _Targets.of(taken, roles.parcels, parcels.ids))
    if roles.sites in taken.plan.layers:
        numbers = taken.plan.layer(roles.sites).values(SITE_PROJECT)
        targets |= dict.fromkeys(PROJECT_LOCKS, _Targets.of(taken, roles.sites, numbers))
    hits = []
    for locks, layer in ((PARCEL_LOCKS, roles.parcels), (PROJECT_LOCKS, roles.sites)):
        drawn = [item for item in drawings.items if item.lock in locks]
        mine = [_Hit(item, layer) for item in drawn]
        if locks[0] in targets:
            _by_area([hit for hit in mine if hit.drawing.is_area], targets[locks[0]], taken)
            for hit in mine:
                if not hit.drawing.is_area:
                    _by_point(hit, targets[locks[0]], alone=locks is PARCEL_LOCKS)
        hits += mine
    return sorted(hits, key=lambda hit: hit.drawing.row)


def _by_area(hits: Sequence[_Hit], targets: _Targets, taken: Intake) -> None:
    """Tell of areas what they cover, and lock what they cover enough of."""
    if not hits:
        return
    share = standard.load().parameter("drawn_share").value
    shapes = np.array([hit.drawing.shape for hit in hits], dtype=object)
    table = tabulate(shapes, targets.shapes, epsg=taken.fabric.epsg)
    sizes = table.planar_area if table.area is None else table.area
    for one, other, size in zip(table.a.tolist(), table.b.tolist(), sizes.tolist(), strict=True):
        name = str(targets.ids[other])
        hits[one].covered[name] = hits[one].covered.get(name, 0.0) + size
    for hit in hits:
        hit.taken = {
            name for name, size in hit.covered.items() if size > share * targets.whole[name]
        }


def _by_point(hit: _Hit, targets: _Targets, *, alone: bool) -> None:
    """Lock what points lie in; what they lie on the edge of is only touched.

    Parameters
    ----------
    hit
        What the points of one drawing meet.
    targets
        Polygons.
    alone
        Whether a point lies in one of them at most: of parcels that overlap by some cm² the land
        stays with the first.
    """
    for point in shapely.get_parts(hit.drawing.shape):
        met = shapely.intersects(targets.shapes, point)
        within = shapely.contains_properly(targets.shapes, point)
        hit.covered |= {str(name): 0.0 for name in targets.ids[met]}
        names = sorted({str(name) for name in targets.ids[within]})
        hit.taken |= set(names[:1] if alone else names)


def _movable(taken: Intake, roles: RolesSection) -> dict[str, set[str]]:
    """Return the parcels that have land to go in, and those that have land to go out."""
    parcel = taken.fabric.label(roles.parcels)
    inside = covered(taken.fabric, [roles.boundary])
    return {
        lock: {str(name) for name in parcel[faces] if name is not None}
        for lock, faces in (("must_in", ~inside), ("must_out", inside))
    }


def _check(locks: LocksSection, origin: Origin, drawings: Drawings) -> None:
    """Check that no drawing contradicts another lock.

    Raises
    ------
    SettingsError
        One does; the error names both, and the parcel or project.
    """

    def by(lock: str, name: str) -> str:
        row = origin.get((lock, name))
        return BY_SETTINGS if row is None else f"{drawings.path.name}:{row[1]}"

    for first, second, both in contradictions(locks):
        drawn = {name for name in both if (first, name) in origin or (second, name) in origin}
        for name in sorted(drawn)[:1]:
            path, row = origin.get((first, name)) or origin[second, name]
            raise SettingsError(
                "boundary.drawn-contradict",
                path=path,
                row=row,
                id=name,
                first=first,
                first_by=by(first, name),
                second=second,
                second_by=by(second, name),
            )


def _findings(
    hit: _Hit,
    locks: Mapping[str, Iterable[str]],
    movable: Mapping[str, set[str]],
    drawings: Drawings,
    taken: Intake,
) -> list[Finding]:
    """Return what a drawing touches and does not lock, and what else is odd in it."""
    drawing = hit.drawing
    share = standard.load().parameter("drawn_share").value
    place = shapely.point_on_surface(drawing.shape)
    told: dict[str, object] = {
        "drawing": f"{drawings.path.name}:{drawing.row}",
        "lock": drawing.lock,
    }

    def finding(code: str, names: Iterable[str] = (), **numbers: object) -> Finding:
        at = (float(place.x), float(place.y))
        ids, values = tuple(names), told | numbers
        return Finding(code, Severity.WARNING, hit.layer, ids, at, values)

    def listed(names: Sequence[str]) -> dict[str, object]:
        sizes = [hit.covered[name] for name in names]
        each = [f"{name} {size:.2f} m²" for name, size in zip(names, sizes, strict=True)]
        return {"count": len(names), "area": f"{sum(sizes):.2f}", "each": ", ".join(each)}

    found = []
    by_number = drawing.lock in PROJECT_LOCKS and drawing.number is not None
    # What another drawing or the settings lock in the same way has what it was drawn for.
    missed = sorted(set(hit.covered) - set(locks[drawing.lock]))
    idle = [name for name in missed if name not in movable.get(drawing.lock, hit.covered)]
    touched = [name for name in missed if name not in idle]
    if by_number and drawing.number not in hit.covered:
        found.append(finding("drawn-elsewhere", number=drawing.number))
    if touched and not by_number:
        percent = f"{share * 100:g}"
        found.append(finding("drawn-touched", touched, share=percent, **listed(touched)))
    if idle:
        found.append(finding("drawn-idle", idle, **listed(idle)))
    if not hit.taken:
        found.append(finding("drawn-nothing", area=f"{_size(drawing.shape, taken):.2f}"))
    if drawing.lock in PARCEL_LOCKS:
        beyond = _size(_beyond(hit, taken), taken)
        if beyond >= LEAST_M2:
            found.append(finding("drawn-beyond", area=f"{beyond:.2f}"))
        if drawing.number is not None:
            found.append(finding("drawn-number-unused", number=drawing.number))
    return found


def _size(shape: shapely.Geometry, taken: Intake) -> float:
    """Return the official area of a shape, m²; 0 for points."""
    parts = shapely.get_parts(shape)
    return float(area(parts, epsg=taken.fabric.epsg).sum())


def _beyond(hit: _Hit, taken: Intake) -> shapely.Geometry:
    """Return what of a drawing lies in no survey parcel."""
    layer = taken.plan.layer(hit.layer)
    met = np.isin(layer.ids, np.array(sorted(hit.covered), dtype=object))
    return shapely.difference(hit.drawing.shape, shapely.union_all(layer.geometry[met]))
