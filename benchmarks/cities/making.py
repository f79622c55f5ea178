"""A maintenance round of a real city, written as the files of a bureau: ``scheme.toml`` and all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
import xlsxwriter

from benchmarks.cities.central import central
from benchmarks.cities.city import CRS, FARMLAND, TOWN_ZONE, ZONES, read_parcels
from benchmarks.cities.mapping import (
    BASIC,
    CLASS,
    GREEN,
    KIND,
    NUMBER,
    PARCELS,
    PLACES,
    PLAN,
    PLANNED,
    SITES,
    YELLOW,
    ZONE,
    ZONED,
    mapping,
)
from benchmarks.cities.projects import projects
from benchmarks.cities.sites import Fields, sites
from benchmarks.cities.survey import basic_farmland, survey
from planloop import standard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.cities.central import Central
    from benchmarks.cities.city import City, Parcels
    from benchmarks.cities.survey import Survey

WANTING, ELSEWHERE, SETTLED, BLOCKED = 40, 4, 4, 2
"""Projects that want land outside the boundary, that need none in it, that have theirs inside, and
that want basic farmland."""

CAPACITY, MOST_IN = 0.62, 0.4
"""Land that may go out, and land that may go in this time, as shares of what the projects want: not
all can be served, and there is a choice of what goes out."""

SPARE = 1.0
"""By how much the issued area exceeds the boundary, ha."""

PEOPLE = 120
"""Residents of a hectare of development land."""

ROOM = 1.1
"""Target of construction land, as a share of the development land."""

SETTINGS = """\
[scheme]
name = "{name}都市計畫動態維護（測試）"
year = 2026
synthetic = true

[region]
code = "{code}"
name = "{name}"

[inputs]
mapping = "mapping.toml"
projects = "projects.xlsx"
assessment = "assessment.xlsx"
indicators = "indicators.xlsx"

[central]
population = {people}

[quota]
issued_area_ha = {issued:.1f}
issued_multiple = 1.5
base_town_area_ha = {base:.1f}

[frozen]
zones = ["100", "210"]

[swap]
near_term = [2026, 2030]
least_new_patch_ha = 3.0
least_rest_patch_ha = 1.0
least_hole_ha = 1.0
most_in_ha = {most_in:.1f}
"""


def make_round(city: City, real_data: Path, seed: int, folder: Path) -> Path:
    """Write a round into a folder and return its ``scheme.toml``.

    Parameters
    ----------
    city
        The city.
    real_data
        Folder of the real files.
    seed
        Of everything that is made up.
    folder
        An empty folder.
    """
    random = np.random.default_rng(seed)
    parcels = read_parcels(city, real_data)
    town = shapely.union_all(parcels.shape[parcels.inside])
    basic = basic_farmland(parcels, random)
    farmland = shapely.union_all(parcels.shape[parcels.zoned == FARMLAND])
    fields = Fields.between(town, farmland, shapely.union_all(parcels.shape[basic]))
    drawn = sites(fields, WANTING + ELSEWHERE, random)
    outside = sum(shapely.area(shapely.difference(site, town)) for site in drawn[:WANTING]) / 1e4
    found = survey(parcels, fields, drawn, CAPACITY * outside, random)
    used = np.flatnonzero(parcels.inside & (parcels.hectares > 0.5) & (parcels.hectares < 3.0))  # noqa: PLR2004  # as large as sites
    used = np.setdiff1d(used, [*found.vacant, *np.concatenate(list(found.rights.values()))])
    settled = parcels.shape[random.choice(used, SETTLED, replace=False)]
    blocked = parcels.shape[random.choice(np.flatnonzero(basic), BLOCKED, replace=False)]
    wanting = [*drawn[:WANTING], *settled, *blocked]
    listed = projects(city, wanting, drawn[WANTING:], random)

    drawn_lines = central(parcels, found, random)
    found.rights["QSZD"] = np.union1d(found.rights["QSZD"], drawn_lines.titled)

    _write_plan(folder, parcels, found, basic, drawn_lines)
    frame = gpd.GeoDataFrame(
        {"XMBH": [item.number for item in listed]}, geometry=[item.site for item in listed], crs=CRS
    )
    pyogrio.write_dataframe(frame, folder / SITES, layer="sites")
    write_table(folder / "projects.xlsx", "projects", [item.row() for item in listed])
    idle = [
        {
            "number": f"A-{number:03d}",
            "kind": "闲置",
            "layer": "XZYDYH",
            "feature": parcels.number[index],
            "description": "測試",
        }
        for number, index in enumerate(found.vacant, start=1)
    ]
    write_table(folder / "assessment.xlsx", "assessment", idle)
    (folder / "mapping.toml").write_text(
        mapping(city, parcels, _with_land(found), drawn_lines), encoding="utf-8"
    )
    hectares = float(shapely.area(town)) / 1e4
    targets = [{"number": number, "target": round(ROOM * hectares / 100, 2)} for number in "56"]
    write_table(folder / "indicators.xlsx", "indicators", targets)
    settings = folder / "scheme.toml"
    text = SETTINGS.format(
        name=city.name,
        code=city.code,
        issued=hectares + SPARE,
        base=0.7 * hectares,
        most_in=MOST_IN * outside,
        people=round(PEOPLE * hectares),
    )
    settings.write_text(text, encoding="utf-8")
    return settings


def _write_plan(
    folder: Path,
    parcels: Parcels,
    found: Survey,
    basic: NDArray[np.bool_],
    drawn: Central,
) -> None:
    """Write the plan's polygons with what the survey found, the layers of rights, facilities."""
    frame = gpd.GeoDataFrame(
        {
            NUMBER: parcels.number,
            ZONED: parcels.zoned,
            ZONE: [ZONES.get(str(name), TOWN_ZONE) for name in parcels.zoned],
            CLASS: found.land_class,
            BASIC: np.where(basic, "1", "0"),
            PLANNED: drawn.planned,
            GREEN: drawn.green,
            YELLOW: drawn.yellow,
        },
        geometry=parcels.shape,
        crs=CRS,
    )
    pyogrio.write_dataframe(frame, folder / PLAN, layer=PARCELS)
    places = gpd.GeoDataFrame({KIND: drawn.kinds}, geometry=drawn.places, crs=CRS)
    pyogrio.write_dataframe(places, folder / PLAN, layer=PLACES)
    for layer in _with_land(found):
        rights = frame.iloc[found.rights[layer]][[NUMBER, "geometry"]]
        pyogrio.write_dataframe(rights, folder / PLAN, layer=layer)


def _with_land(found: Survey) -> list[str]:
    """Return the layers of rights that hold any land."""
    return [layer for layer, held in found.rights.items() if len(held)]


def write_table(path: Path, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Write a table with the standard's headers."""
    columns = standard.load().columns(table)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [column.header for column in columns])
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [row.get(column.name) for column in columns])
