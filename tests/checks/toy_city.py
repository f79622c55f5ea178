"""A toy city of 96 survey parcels, and swaps in it, made in code.

Twelve columns by eight rows of parcels about 100 m wide; inner corners are moved at random, so that
no two areas are alike. Column 0 is west, row 0 south::

    7 |100.100.200.200|520.520.520.520.520.520.520.520
    6 |100.100.200.200|520.520.520.520.520.520.[410].520      scattered patch at (10, 6)
    5 |100.100.200.200|410.410.410.410.410.520.520.520
    4 |100.100.200.200|410.410.410.410.410.520.520.520        site of P-1 across (8..9, 3..4)
    3 |100.100.200.200|410.410.410.410.410.520.520.520
    2 |100.100.200.200|420.420.410.410.410.520.520.520
    1 |100.100.300.300|520.520.520.520.520.520.700.700
    0 |100.100.300.300|520.520.520.520.520.520.700.700

The ecological redline is zone 100, basic farmland zone 300.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planloop import standard
from planloop.geometry.area import area_dm2
from planloop.geometry.fabric import Fabric
from planloop.geometry.grid import snap
from planloop.maintenance.pieces import Moved, pieces_of
from planloop.maintenance.redraw import Relabelling, redraw
from planloop.plan.change_set import ATTRIBUTE, TRANSFER_IN, TRANSFER_OUT, ChangeSet, LayerDelta
from planloop.plan.layer import Layer, canonical
from planloop.plan.participants import participants
from planloop.plan.plan import Plan
from planloop.plan.quota import Quota
from planloop.plan.region import Region
from planloop.plan.settings import SchemeSettings, parse_settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

EPSG = 4537
CORNER = (383_000.0, 5_003_000.0)
PITCH = 100.0
COLUMNS, ROWS = 12, 8
NOTHING = np.array([None], dtype=object)
HAZARD = "XZZRZHFXFBM"
DATE = dt.date(2026, 6, 1)

Cell = tuple[int, int]

ZONE_OF: dict[Cell, str] = {}
for _column in range(COLUMNS):
    for _row in range(ROWS):
        _code = "520"
        if _column < 2:
            _code = "100"
        elif _column < 4:
            _code = "300" if _row < 2 else "200"
        elif _column < 9 and 2 <= _row < 6:
            _code = "420" if (_row == 2 and _column < 6) else "410"
        elif _column > 9 and _row < 2:
            _code = "700"
        ZONE_OF[_column, _row] = _code
SCATTERED: Cell = (10, 6)
ZONE_OF[SCATTERED] = "410"

CLASS_OF = {cell: "070100" if zone.startswith("4") else "040400" for cell, zone in ZONE_OF.items()}
CLASS_OF |= {cell: "010300" for cell, zone in ZONE_OF.items() if zone in {"300", "520"}}
CLASS_OF |= {SCATTERED: "010300", (9, 4): "040100"}


def corners(seed: int = 7) -> NDArray[np.float64]:
    """Return the corners of the parcels, shape (13, 9, 2): inner ones moved by up to 15 m."""
    column, row = np.meshgrid(np.arange(COLUMNS + 1), np.arange(ROWS + 1), indexing="ij")
    points = np.stack([column, row], axis=-1).astype(np.float64) * PITCH + np.array(CORNER)
    shift = np.random.default_rng(seed).uniform(-15.0, 15.0, points.shape)
    points[1:-1, 1:-1] += shift[1:-1, 1:-1]
    return snap(points)


CORNERS = corners()


def cell(column: int, row: int) -> shapely.Polygon:
    """Return one parcel."""
    ring = [(0, 0), (1, 0), (1, 1), (0, 1)]
    return shapely.Polygon([CORNERS[column + right, row + up] for right, up in ring])


def block(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a rectangle in units of parcels; it does not follow the moved corners."""
    x, y = CORNER
    bounds = (x + west * PITCH, y + south * PITCH, x + east * PITCH, y + north * PITCH)
    return shapely.box(*bounds)


def union(cells: Iterable[Cell]) -> list[shapely.Polygon]:
    """Return the single parts of the union of parcels."""
    whole = shapely.coverage_union_all([cell(*place) for place in sorted(cells)])
    return sorted(shapely.get_parts(whole).tolist(), key=lambda part: part.bounds)


def frame(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    """Return rows with ``BSM`` and ``geometry`` as a layer's frame, MJ or TBMJ put in."""
    table = gpd.GeoDataFrame(rows, geometry="geometry", crs=f"EPSG:{EPSG}")
    shapes = np.asarray(table.geometry.array, dtype=object)
    field = "TBMJ" if "YDYHFLDM" in table.columns else "MJ"
    if (shapely.get_dimensions(shapes) == 2).all():
        table[field] = area_dm2(shapes, epsg=EPSG) / 100.0
    return canonical(table.set_index(pd.Index(table["BSM"], name="fid")))


def serial(number: int) -> str:
    """Return an identifier as the standard builds it."""
    return f"6527020000{number:08d}"


def zone_rows(zones: Mapping[Cell, str], *, only: str = "") -> list[dict[str, object]]:
    """Return one row for each connected patch of one zone code."""
    found: list[tuple[str, shapely.Polygon]] = []
    for code in sorted(set(zones.values())):
        if code.startswith(only):
            found += [(code, part) for part in union(c for c, z in zones.items() if z == code)]
    names = standard.load().zones
    return [
        {
            "BSM": serial(number),
            "YSDM": "2090020100",
            "XZQDM": "652702",
            "XZQMC": "玩具市",
            "GHFQDM": code,
            "GHFQMC": names[code].name_zh,
            "BZ": None,
            "geometry": part,
        }
        for number, (code, part) in enumerate(found, start=1)
    ]


def plain(*shapes: shapely.Geometry, **fields: object) -> gpd.GeoDataFrame:
    """Return a layer of polygons that share their fields."""
    return frame(
        [{"BSM": serial(n), **fields, "geometry": s} for n, s in enumerate(shapes, start=1)]
    )


def site_rows() -> list[dict[str, object]]:
    """Return the sites: P-1 wants land, P-2 is inside, P-3 lies in the redline."""
    sites = {
        "P-1": block(8.5, 3.3, 9.8, 4.15),
        "P-2": block(5.2, 3.2, 5.8, 3.7),
        "P-3": block(0.3, 0.3, 0.9, 0.9),
    }
    return [
        {"BSM": serial(n), "XMBH": number, "geometry": shape}
        for n, (number, shape) in enumerate(sites.items(), start=1)
    ]


def raw_layers() -> dict[str, gpd.GeoDataFrame]:
    """Return every layer as drawn, before noding."""
    everything = list(ZONE_OF)
    west = [place for place in everything if place[0] < 6]
    east = [place for place in everything if place[0] >= 6]
    parcels = [
        {"BSM": serial(n), "YDYHFLDM": CLASS_OF[place], "CZCSXM": None, "geometry": cell(*place)}
        for n, place in enumerate(sorted(everything), start=1)
    ]
    townships = [
        {"BSM": serial(1), "XZQMC": "西镇", "geometry": union(west)[0]},
        {"BSM": serial(2), "XZQMC": "东镇", "geometry": union(east)[0]},
    ]
    roads = [{"BSM": serial(1), "geometry": shapely.LineString([CORNERS[0, 3], CORNERS[12, 4]])}]
    return {
        "XZQX": plain(union(everything)[0], XZQMC="玩具市"),
        "XZQXZ": frame(townships),
        "XZYDYH": frame(parcels),
        "GHFQ": frame(zone_rows(ZONE_OF)),
        "CZKFBJ": frame(zone_rows(ZONE_OF, only="4")),
        "STBHHX": plain(*union(c for c, z in ZONE_OF.items() if z == "100")),
        "YJJBNT": plain(*union(c for c, z in ZONE_OF.items() if z == "300")),
        "JQZDXMM": frame(site_rows()),
        "QSZD": plain(block(5.1, 3.1, 6.9, 4.9)),
        "YPXM": plain(block(7.1, 3.1, 7.9, 4.9)),
        "YJXM": plain(block(4.1, 2.1, 4.9, 2.9)),
        HAZARD: plain(block(11.2, 6.2, 11.9, 7.9)),
        "ZXCQCSLVX": plain(block(6.2, 4.2, 6.8, 4.7), BZ="绿线"),
        "LSJTDLX": frame(roads),
    }


def settings(**sections: Mapping[str, object]) -> SchemeSettings:
    """Return the settings of the toy scheme; whole entries of sections may be replaced."""
    data: dict[str, dict[str, object]] = {
        "scheme": {"name": "玩具市动态维护方案", "year": 2026, "date": DATE, "synthetic": True},
        "region": {"code": "652702", "name": "玩具市", "declared_area_km2": 0.97},
        "inputs": {"mapping": "mapping.toml", "projects": "projects.xlsx"},
        "quota": {"issued_area_ha": 22.0, "issued_multiple": 1.8, "base_town_area_ha": 12.0},
        "roles": {"exclusions": ["STBHHX", "YJJBNT", HAZARD]},
        # Every proof is asked for; these two limits are so wide that they break nothing by chance.
        "swap": {
            "balance_tolerance_m2": 6000.0,
            "balance_by_township": True,
            "township_tolerance_ha": 50.0,
            "most_in_ha": 50.0,
        },
    }
    for name, entries in sections.items():
        data[name] = data.get(name, {}) | dict(entries)
    return parse_settings(data)


def quota(chosen: SchemeSettings) -> Quota:
    """Return the quota of the settings."""
    issued = chosen.quota
    return Quota(
        round(issued.issued_area_ha * 1e6),
        issued.issued_multiple,
        round(issued.base_town_area_ha * 1e6),
        issued.multiple_reading,
    )


def tables() -> dict[str, pd.DataFrame]:
    """Return the project list and the assessment table."""
    projects = pd.DataFrame(
        {
            "number": ["P-1", "P-2", "P-3"],
            "name": ["口岸查验", "物流仓储", "加工"],
            "sector": ["口岸", "物流仓储", "进出口加工"],
            "start_year": [2026, 2027, 2032],
            "end_year": [2028, 2029, 2034],
            "area_ha": [1.1, 0.3, 0.36],
            "basis": ["十五五规划", "物流专项规划", "产业专项规划"],
        }
    )
    assessment = pd.DataFrame({"number": ["T-1"], "kind": ["零散"], "layer": ["XZYDYH"]})
    return {"projects": projects, "assessment": assessment}


@dataclass(frozen=True, eq=False)
class City:
    """The toy city, noded, and what is needed to change it."""

    plan: Plan
    fabric: Fabric
    settings: SchemeSettings

    def faces(self, *cells: Cell) -> NDArray[np.int64]:
        """Return the faces whose middle lies in the parcels."""
        middle = shapely.point_on_surface(self.fabric.faces)
        inside = [shapely.contains(cell(*place), middle) for place in cells]
        return np.flatnonzero(np.any(inside, axis=0))

    def site(self, number: str) -> NDArray[np.int64]:
        """Return the faces of a project's site outside the boundary."""
        middle = shapely.point_on_surface(self.fabric.faces)
        shape = next(row["geometry"] for row in site_rows() if row["XMBH"] == number)
        outside = self.fabric.labels["CZKFBJ"].of_face < 0
        return np.flatnonzero(shapely.contains(shape, middle) & outside)


Edit = Callable[[dict[str, gpd.GeoDataFrame]], None]


def city(edit: Edit | None = None, chosen: SchemeSettings | None = None) -> City:
    """Return the toy city, its layers noded together as the intake does it.

    Parameters
    ----------
    edit
        Changes the layers as drawn, in place.
    chosen
        Settings in the place of :func:`settings`.
    """
    chosen = chosen or settings()
    layers = raw_layers()
    if edit is not None:
        edit(layers)
    held = {code: Layer(code, canonical(item)) for code, item in layers.items()}
    partition, overlapping = participants(held, chosen.roles)
    fabric = Fabric.build(
        {code: (held[code].ids, held[code].geometry) for code in partition},
        {code: (held[code].ids, held[code].geometry) for code in overlapping},
        epsg=EPSG,
        host="XZYDYH",
    )
    noded = {code: _noded(held[code], fabric) for code in (*partition, *overlapping)}
    region = Region("652702", "玩具市", EPSG, (chosen.region.declared_area_km2 or 0.0) * 1e6)
    return City(Plan(region, held | noded, tables(), quota(chosen)), fabric, chosen)


def _noded(layer: Layer, fabric: Fabric) -> Layer:
    shapes = []
    for number in range(len(layer)):
        if layer.code in fabric.labels:
            faces = fabric.labels[layer.code].faces(number)
        else:
            relation = fabric.relations[layer.code]
            faces = relation.face[relation.feature == number]
        shapes.append(shapely.coverage_union_all(fabric.faces[faces]))
    rows = layer.frame.drop(columns="geometry")
    crs = layer.frame.crs
    return Layer(layer.code, canonical(gpd.GeoDataFrame(rows, geometry=shapes, crs=crs)))


@dataclass(frozen=True, eq=False)
class Swap:
    """Faces to move, one entry for each face.

    Parameters
    ----------
    faces
        Face indices.
    part
        Part of the boundary afterwards, None for land that goes out.
    zone
        Zone code afterwards.
    """

    faces: NDArray[np.int64]
    part: NDArray[np.object_]
    zone: NDArray[np.object_]

    def __add__(self, other: Swap) -> Swap:
        """Return both together."""
        return Swap(
            *(
                np.concatenate([getattr(self, name), getattr(other, name)])
                for name in ("faces", "part", "zone")
            )
        )


def moves(faces: NDArray[np.int64], part: str | None, zone: str) -> Swap:
    """Return a swap of faces that all go the same way."""
    fill = [np.full(len(faces), value, dtype=object) for value in (part, zone)]
    return Swap(faces, *fill)


def ordinary(place: City) -> Swap:
    """Return the swap that keeps every promise: P-1's site in, the scattered patch out."""
    return moves(place.site("P-1"), "410", "410") + moves(place.faces(SCATTERED), None, "520")


@dataclass(frozen=True, eq=False)
class Claim:
    """Everything that an Evidence is built of."""

    before: Plan
    after: Plan
    changes: ChangeSet
    settings: SchemeSettings


def claim(place: City, swap: Swap, extra: Swap | None = None) -> Claim:
    """Carry a swap out.

    Parameters
    ----------
    place
        The city.
    swap
        What changes boundary and zones.
    extra
        Zones that change beside the swap; `part` is not used.
    """
    fabric = place.fabric
    names = {code: zone.name_zh for code, zone in standard.load().zones.items()}
    township = fabric.labels["XZQXZ"].of_face
    town = np.array(["西镇", "东镇"], dtype=object)
    codes = {code: place.plan.layer(code).values("GHFQDM") for code in ("CZKFBJ", "GHFQ")}
    zones = swap if extra is None else swap + extra
    entering = np.array([part is not None for part in swap.part], dtype=bool)
    new_zone = {int(face): bool(goes) for face, goes in zip(swap.faces, entering, strict=True)}
    reasons = {
        "CZKFBJ": np.where(entering, "in-project", "out-idle"),
        "GHFQ": np.array(
            [
                "zone-follows-in" if new_zone.get(int(face)) else "zone-by-class"
                for face in zones.faces
            ]
        ),
    }
    kinds = {
        "CZKFBJ": np.where(entering, TRANSFER_IN, TRANSFER_OUT),
        "GHFQ": np.full(len(zones.faces), ATTRIBUTE),
    }
    moved, deltas = [], {}
    for layer, faces, code in (
        ("CZKFBJ", swap.faces, swap.part),
        ("GHFQ", zones.faces, zones.zone),
    ):
        goes_in = np.array([new_zone.get(int(face), False) for face in faces])
        of_face = fabric.labels[layer].of_face[faces]
        drawn = redraw(
            fabric,
            place.plan.region,
            Relabelling(
                layer=place.plan.layer(layer),
                faces=faces,
                code=code,
                group=np.full(len(faces), "", dtype=object),
                code_field="GHFQDM",
                name_field="GHFQMC",
                names=names,
            ),
        )
        deltas[layer] = drawn.delta
        moved.append(
            Moved(
                layer=layer,
                kind=kinds[layer].astype(object),
                faces=faces,
                before_id=fabric.label(layer)[faces],
                after_id=drawn.after_id,
                code_before=np.append(codes[layer], NOTHING)[of_face],
                code_after=code,
                reason=reasons[layer].astype(object),
                evidence=np.where(goes_in, "", "T-1").astype(object),
                project=np.where(goes_in, "P-1", "").astype(object),
                township=town[township[faces]],
            )
        )
    changes = ChangeSet(pieces_of(fabric, moved, DATE), deltas)
    return Claim(place.plan, changes.apply(place.plan), changes, place.settings)


def restated(old: Claim, code: str, feature: str, **fields: object) -> Claim:
    """Return the claim with a feature of `after` changed and the change told in the deltas.

    ``geometry`` may be among the fields; areas stay as they are.
    """
    layer = old.after.layer(code)
    record = layer.frame.loc[[feature]].copy()
    for name, value in fields.items():
        record[name] = [value]
    after = Layer(code, canonical(pd.concat([layer.frame.drop(index=feature), record])))
    delta = old.changes.deltas.get(code)
    if delta is None:
        before = old.before.layer(code).frame.loc[[feature]]
        delta = LayerDelta(code, before, after.frame.loc[[feature]])
    elif feature in delta.new.index:
        delta = LayerDelta(code, delta.old, after.frame.loc[delta.new.index])
    else:
        ids = sorted([*delta.new.index, feature])
        before = old.before.layer(code).frame.loc[sorted([*delta.old.index, feature])]
        delta = LayerDelta(code, before, after.frame.loc[ids])
    changes = ChangeSet(old.changes.pieces, {**old.changes.deltas, code: delta})
    return replace(old, after=old.after.with_layers(after), changes=changes)


def retold(old: Claim, piece: str, **fields: object) -> Claim:
    """Return the claim with one piece telling something else."""
    pieces = old.changes.pieces.copy()
    for name, value in fields.items():
        pieces[name] = [value if index == piece else held for index, held in pieces[name].items()]
    return replace(old, changes=ChangeSet(pieces, old.changes.deltas))
