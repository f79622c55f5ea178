"""The rounds of real cities are what they are said to be: seeded, and binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from benchmarks.cities.city import CITIES, FARMLAND, read_parcels
from benchmarks.cities.making import make_round
from benchmarks.cities.sites import LARGEST, SHARED, SMALLEST, Fields, sites
from benchmarks.cities.survey import BASIC, basic_farmland

if TYPE_CHECKING:
    from pathlib import Path

TOWN = shapely.box(0.0, 0.0, 3_000.0, 1_000.0)
FARMLAND_BESIDE = shapely.box(0.0, 1_000.0, 3_000.0, 3_000.0)
BASIC_FIELD = shapely.box(2_000.0, 1_000.0, 3_000.0, 3_000.0)


@pytest.fixture(scope="module")
def fields() -> Fields:
    return Fields.between(TOWN, FARMLAND_BESIDE, BASIC_FIELD)


def test_sites_lie_between_town_and_open_fields(fields: Fields) -> None:
    found = np.array(sites(fields, 20, np.random.default_rng(1)), dtype=object)
    ground = shapely.union(TOWN, shapely.box(0.0, 1_000.0, 2_000.0, 3_000.0))
    assert shapely.contains(ground, found).all()
    area = shapely.area(found) / 1e4
    assert area.min() > SMALLEST - 1e-6
    assert area.max() < LARGEST + 1e-6
    adjoin = shapely.intersects(found, TOWN)
    assert 0.5 < adjoin.mean() < 1.0, "about one in four lies apart"


def test_sites_leave_the_fields_whole() -> None:
    """Between two parts of a town, sites may reach from one to the other, but do not."""
    strip = shapely.box(0.0, 1_000.0, 9_000.0, 1_100.0)
    both = shapely.union(shapely.box(0, 0, 9_000, 1_000), shapely.box(0, 1_100, 9_000, 2_000))
    fields = Fields.between(both, strip, shapely.Polygon())
    found = sites(fields, 12, np.random.default_rng(2))
    rest = shapely.difference(strip, shapely.buffer(shapely.union_all(found), 0.01))
    assert rest.geom_type == "Polygon"


def test_few_sites_cross(fields: Fields) -> None:
    found = sites(fields, 20, np.random.default_rng(3))
    taken = [
        (shapely.area(shapely.intersection(one, found[:number])).sum(), one.area)
        for number, one in enumerate(found)
    ]
    assert all(shared <= SHARED * area + 1e-6 for shared, area in taken)
    assert sum(shared > 1.0 for shared, _ in taken) < 10


def test_too_many_sites_are_refused(fields: Fields) -> None:
    with pytest.raises(ValueError, match="of 500 sites"):
        sites(fields, 500, np.random.default_rng(1))


@pytest.mark.parametrize("name", sorted(CITIES))
def test_basic_farmland_is_whole_fields_up_to_a_share(name: str, real_data: Path) -> None:
    parcels = read_parcels(CITIES[name], real_data)
    basic = basic_farmland(parcels, np.random.default_rng(1))
    farmland = parcels.zoned == FARMLAND
    assert (farmland | ~basic).all()
    share = parcels.hectares[basic].sum() / parcels.hectares[farmland].sum()
    assert 0.8 * BASIC < share <= BASIC


@pytest.mark.parametrize("name", sorted(CITIES))
def test_a_seed_gives_the_same_round_and_another_another(
    name: str, real_data: Path, tmp_path: Path
) -> None:
    found = []
    for number, seed in enumerate((1, 1, 2)):
        folder = tmp_path / str(number)
        folder.mkdir()
        make_round(CITIES[name], real_data, seed, folder)
        layers = [
            gpd.read_file(folder / "sites.gpkg"),
            gpd.read_file(folder / "plan.gpkg", layer="parcels"),
        ]
        texts = [(folder / name).read_text("utf-8") for name in ("scheme.toml", "mapping.toml")]
        found.append([*texts, *(layer.to_json() for layer in layers)])
    assert found[0] == found[1]
    assert all(one != other for one, other in zip(found[0][::2], found[2][::2], strict=True))
    assert found[0][3] != found[2][3]
