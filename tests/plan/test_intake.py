"""The intake on the tiny county: what it refuses, what it finds, and its certificate by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from planloop.errors import InputError
from planloop.messages import LANGUAGES
from planloop.plan.digest import digest_layer
from planloop.plan.intake import Intake, intake
from tests.plan.county import EPSG, PROJECT, SOUTH, WEST, Bureau, box, layer, quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from planloop.plan.certificate import LayerIntake

GEOD = pyproj.Geod(a=6378137.0, rf=298.257222101)
TO_DEGREES = pyproj.Transformer.from_crs(f"EPSG:{EPSG}", "EPSG:4490", always_xy=True)


def geodesic(shape: shapely.Geometry) -> float:
    """Return the geodesic area in m², edges cut to 20 m: pyproj's, not ours."""
    dense = shapely.segmentize(shape, 20.0)
    degrees = shapely.transform(
        dense, lambda xy: np.column_stack(TO_DEGREES.transform(xy[:, 0], xy[:, 1]))
    )
    return abs(GEOD.geometry_area_perimeter(degrees)[0])


def taken(bureau: Bureau) -> Intake:
    return intake(bureau.write(), quiet)


def row(found: Intake, code: str) -> LayerIntake:
    (item,) = [item for item in found.certificate.layers if item.code == code]
    return item


def test_a_county_that_fits(bureau: Bureau) -> None:
    """Where layers share their lines nothing moves; where one ends in another's edge it is noded.

    By hand: the town (10 km wide squares of parcels) gets vertices where parcels meet its edge, the
    site of P-1 where the parcel does; the parcels are squares that others do not cut, but for the
    one that the site cuts.
    """
    found = taken(bureau)
    told = {
        item.code: (item.identical, item.noded, item.moved) for item in found.certificate.layers
    }
    assert told == {
        "XZQX": (0, 1, 0),  # eight parcels along its edge
        "XZYDYH": (6, 2, 0),  # the parcel under the site, and the one north of it
        "CZKFBJ": (0, 1, 0),  # parcels meet in the middle of its sides
        "GHFQ": (0, 3, 0),
        "STBHHX": (0, 1, 0),
        "JQZDXMM": (1, 0, 0),
    }
    for item in found.certificate.layers:
        assert item.identical + item.noded + item.moved == item.features
        assert item.features == len(bureau.layers[item.code])
        assert item.largest_shift == 0.0
        # Edges count as straight in the plane before and after; only their inner points differ.
        assert item.area_change < 0.01 * item.features
        assert item.exploded == 0
    assert found.certificate.epsg == EPSG
    assert sum(found.certificate.zone_shares.values()) == pytest.approx(1.0)
    assert (found.certificate.gaps, found.certificate.overlaps) == ((0, 0.0), (0, 0.0))


def test_the_layers_are_those_of_the_source(bureau: Bureau) -> None:
    """Every shape after the intake is the source's, with vertices on its own edges only."""
    found = taken(bureau)
    for code, source in bureau.layers.items():
        held = found.plan.layer(code).frame
        for fid, shape in zip(source["BSM"], source.geometry, strict=True):
            assert shapely.equals(held.geometry[fid], shape), (code, fid)
    zones = shapely.points(shapely.get_coordinates(found.plan.layer("GHFQ").geometry))
    parcels = shapely.points(shapely.get_coordinates(found.plan.layer("XZYDYH").geometry))
    assert set(shapely.to_wkb(zones)) <= set(shapely.to_wkb(parcels)), "one set of vertices"


def test_the_fabric(bureau: Bureau) -> None:
    """Eight parcels, one of them cut by the site: nine faces, whose areas add up by parcel."""
    found = taken(bureau)
    fabric = found.fabric
    assert len(fabric) == 9
    assert shapely.coverage_is_valid(fabric.faces)
    for number, shape in enumerate(found.plan.layer("XZYDYH").geometry):
        of_parcel = fabric.area[fabric.labels["XZYDYH"].of_face == number].sum()
        assert of_parcel / 100 == pytest.approx(geodesic(shape), abs=0.5)


def test_inputs_are_digested_as_read(bureau: Bureau) -> None:
    settings = bureau.write()
    found = intake(settings, quiet)
    sources = bureau.read()
    for code, item in sources.layers.items():
        assert found.inputs[code] == digest_layer(item.layer)
    assert "table:projects" in found.inputs
    again = intake(settings, quiet)
    assert again.inputs == found.inputs
    assert again.plan.digest() == found.plan.digest()


def gridded(x: float, y: float) -> tuple[float, float]:
    return WEST + x, SOUTH + y


def test_a_crossing_off_the_grid_is_noded(bureau: Bureau) -> None:
    """A slanted site crosses parcels between grid points: no line moves more than half a cell."""
    slanted = shapely.Polygon(
        [gridded(1000, 0), gridded(1333.3333, 0), gridded(1777.7777, 1999.9999)]
    )
    bureau.layers["JQZDXMM"] = layer("JQZDXMM", [slanted], XMBH=["P-1"])
    bureau.projects = [PROJECT | {"area_ha": 33.3}]
    site = row(taken(bureau), "JQZDXMM")
    assert (site.identical, site.noded, site.moved) == (0, 1, 0)
    assert 0.0 < site.largest_shift <= 1e-4 / np.sqrt(2)
    # The edges crossed are 2 km long: at most half a cell times their length.
    assert site.area_change <= 2 * 2050 * 1e-4


def overlapping(bureau: Bureau, depth: float) -> shapely.Polygon:
    """Let the second zone reach into the first over 2 km; return what they share."""
    zones = bureau.layers["GHFQ"]
    shared = shapely.box(*gridded(1000 - depth, 0), *gridded(1000, 2000))
    shapes = list(zones.geometry)
    shapes[1] = shapely.union(shapes[1], shared)
    bureau.layers["GHFQ"] = layer("GHFQ", shapes, GHFQDM=["410", "520", "100"])
    return shared


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_overlap_is_an_error(bureau: Bureau, lang: str) -> None:
    shared = overlapping(bureau, 0.01)
    with pytest.raises(InputError) as caught:
        taken(bureau)
    error = caught.value
    assert (error.key, error.where["layer"]) == ("intake.overlap", "GHFQ")
    assert error.where["feature"] == "GHFQ1 × GHFQ2"
    assert float(str(error.params["area"])) == pytest.approx(geodesic(shared), abs=0.01)
    at = error.where["at"]
    assert isinstance(at, tuple)
    assert shapely.distance(shared, shapely.Point(at)) < 1e-3
    assert "GHFQ1 × GHFQ2" in error.text(lang)


def test_a_hairline_overlap_is_a_finding(bureau: Bureau) -> None:
    """2 m by 12.5 mm are less than 0.1 m²: the land stays with the first, and that is told."""
    zones = bureau.layers["GHFQ"]
    shared = shapely.box(*gridded(998, 0), *gridded(1000, 0.0125))
    assert shapely.area(shared) == pytest.approx(0.025)
    shapes = list(zones.geometry)
    shapes[1] = shapely.union(shapes[1], shared)
    bureau.layers["GHFQ"] = layer("GHFQ", shapes, GHFQDM=["410", "520", "100"])
    found = taken(bureau)
    (finding,) = [item for item in found.findings if item.code == "overlap"]
    assert (finding.layer, finding.features) == ("GHFQ", ("GHFQ1", "GHFQ2"))
    assert finding.numbers["area"] == pytest.approx(0.025, abs=0.01)
    assert found.certificate.overlaps == (1, finding.numbers["area"])
    item = row(found, "GHFQ")
    assert (item.identical, item.noded, item.moved) == (0, 2, 1), "the second lost the corner"
    assert item.largest_shift == pytest.approx(2.0, abs=1e-4), "so far from what is left of it"
    assert item.area_change == pytest.approx(0.025, abs=0.01)
    whole = shapely.union_all(found.plan.layer("GHFQ").geometry)
    assert shapely.equals(whole, box(0, 0, 40, 20))


def test_gaps_and_land_outside_the_region(bureau: Bureau) -> None:
    """A zone that ends 3 m before the county's edge, and a parcel that reaches 2 m beyond it."""
    shapes = list(bureau.layers["GHFQ"].geometry)
    shapes[1] = shapely.difference(
        shapes[1], gap := shapely.box(*gridded(2000, 0), *gridded(3000, 3))
    )
    bureau.layers["GHFQ"] = layer("GHFQ", shapes, GHFQDM=["410", "520", "100"])
    parcels = bureau.layers["XZYDYH"]
    shapes = list(parcels.geometry)
    beyond = shapely.box(*gridded(0, -2), *gridded(1000, 0))
    shapes[0] = shapely.union(shapes[0], beyond)
    bureau.layers["XZYDYH"] = layer("XZYDYH", shapes, YDYHFLDM=list(parcels["YDYHFLDM"]))
    found = taken(bureau)
    sizes = {
        item.code: (item.layer, item.numbers["area"])
        for item in found.findings
        if item.code in {"gap", "outside-region"}
    }
    assert sizes == {
        "gap": ("GHFQ", pytest.approx(geodesic(gap), abs=0.05)),
        "outside-region": ("XZYDYH", pytest.approx(geodesic(beyond), abs=0.05)),
    }
    assert found.certificate.gaps == (1, sizes["gap"][1]), "land outside is no gap"
    place = next(item.at for item in found.findings if item.code == "gap")
    assert place is not None
    assert shapely.contains(gap, shapely.Point(place))


def test_a_hole_in_the_parcels_is_a_gap(bureau: Bureau) -> None:
    parcels = bureau.layers["XZYDYH"]
    shapes = list(parcels.geometry)
    hole = shapely.box(*gridded(3400, 400), *gridded(3410, 420))
    shapes[6] = shapely.difference(shapes[6], hole)
    bureau.layers["XZYDYH"] = layer("XZYDYH", shapes, YDYHFLDM=list(parcels["YDYHFLDM"]))
    found = taken(bureau)
    assert found.certificate.gaps[0] == 1
    assert found.certificate.gaps[1] == pytest.approx(geodesic(hole), abs=0.05)


def test_a_feature_that_vanishes(bureau: Bureau) -> None:
    """Of a redline of 0.04 m² on another one nothing is left, for the land stays with the first."""
    tiny = shapely.box(*gridded(3100, 1100), *gridded(3100.2, 1100.2))
    bureau.layers["STBHHX"] = layer("STBHHX", [box(30, 10, 40, 20), tiny])
    with pytest.raises(InputError) as caught:
        taken(bureau)
    assert caught.value.key == "intake.vanished"
    assert (caught.value.where["layer"], caught.value.where["feature"]) == ("STBHHX", "STBHHX2")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_stored_area_that_is_wrong(bureau: Bureau, lang: str) -> None:
    """The official area of the town is that of the ellipsoid, not 2,000,000 m² of the plane."""
    found = taken(bureau)
    (finding,) = [item for item in found.findings if item.code == "stored-area"]
    assert (finding.layer, finding.features) == ("CZKFBJ", ("CZKFBJ1",))
    assert finding.numbers["stored"] == 2_000_000.0
    official = geodesic(box(0, 0, 10, 20))
    assert finding.numbers["official"] == pytest.approx(official, abs=0.1)
    assert abs(official - 2_000_000) > 100
    assert "CZKFBJ1" in finding.text(lang)


def test_a_stored_area_that_is_right_is_no_finding(bureau: Bureau) -> None:
    (finding,) = [item for item in taken(bureau).findings if item.code == "stored-area"]
    bureau.layers["CZKFBJ"]["MJ"] = [finding.numbers["official"]]
    assert not [item for item in taken(bureau).findings if item.code == "stored-area"]


def test_areas_as_text(bureau: Bureau) -> None:
    """A field of area that is no number is an error that says where; one that is becomes one."""
    site = bureau.layers["JQZDXMM"]
    bureau.layers["JQZDXMM"] = site.assign(MJ=["199999.5"])
    assert taken(bureau).plan.layer("JQZDXMM").frame["MJ"].tolist() == [199999.5]
    bureau.layers["JQZDXMM"] = site.assign(MJ=["很大"])
    with pytest.raises(InputError) as caught:
        taken(bureau)
    assert caught.value.key == "read.not-a-number"
    assert caught.value.where["layer"] == "JQZDXMM"


def test_whole_numbers_of_layers_that_grow(bureau: Bureau) -> None:
    """New features have no OBJECTID: its column must be able to say so, and lose nothing."""
    bureau.layers["CZKFBJ"] = bureau.layers["CZKFBJ"].assign(OBJECTID=[7], BIG=[2**53 + 1])
    bureau.layers["STBHHX"] = bureau.layers["STBHHX"].assign(OBJECTID=[7])
    found = taken(bureau).plan
    boundary = found.layer("CZKFBJ").frame
    assert boundary["OBJECTID"].dtype == "float64"
    assert boundary["OBJECTID"].tolist() == [7.0]
    assert boundary["BIG"].tolist() == [str(2**53 + 1)]
    assert found.layer("STBHHX").frame["OBJECTID"].dtype == "int64", "it never gets new features"


def shuffled(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.sample(frac=1.0, random_state=3).reset_index(drop=True)


def turned(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_geometry(shapely.reverse(np.array(frame.geometry.array)), crs=frame.crs)


def in_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.to_crs(4490)


def with_zone_number(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.to_crs(4516)


@pytest.mark.parametrize("change", [shuffled, turned, in_degrees, with_zone_number])
def test_how_the_files_say_it_does_not_matter(
    bureau: Bureau, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]
) -> None:
    """Rows in another order, rings the other way round, other coordinates: one plan, one fabric."""
    # Coordinates in degrees are exact to a rounding, not to the bit: whole metres come back.
    bureau.layers["CZKFBJ"] = bureau.layers["CZKFBJ"].drop(columns="MJ")
    first = taken(bureau)
    bureau.layers = {code: change(frame) for code, frame in bureau.layers.items()}
    other = taken(bureau)
    assert other.plan.digests() == first.plan.digests()
    assert other.plan.digest() == first.plan.digest()
    assert (
        shapely.to_wkb(other.fabric.faces).tolist() == shapely.to_wkb(first.fabric.faces).tolist()
    )
    np.testing.assert_array_equal(other.fabric.area, first.fabric.area)
    assert other.inputs == first.inputs
    assert [item.to_json() for item in other.findings] == [i.to_json() for i in first.findings]


def test_layers_of_mixed_coordinate_systems_work_in_one(bureau: Bureau) -> None:
    """One layer with the zone's number in the easting, one in degrees: the region's zone holds."""
    bureau.layers["STBHHX"] = bureau.layers["STBHHX"].to_crs(4516)
    bureau.layers["GHFQ"] = bureau.layers["GHFQ"].to_crs(4490)
    found = taken(bureau)
    assert {item.crs for item in found.certificate.layers} == {
        "EPSG:4537",
        "EPSG:4516",
        "EPSG:4490",
    }
    assert {held.frame.crs.to_epsg() for held in found.plan.layers.values()} == {EPSG}
    assert {item.moved for item in found.certificate.layers} == {0}
    assert shapely.equals(found.plan.layer("STBHHX").geometry[0], box(30, 0, 40, 20))


def test_multi_part_features_are_taken_apart(bureau: Bureau) -> None:
    two = shapely.MultiPolygon([box(30, 0, 40, 10), box(30, 12, 40, 20)])
    bureau.layers["STBHHX"] = layer("STBHHX", [two])
    found = taken(bureau)
    item = row(found, "STBHHX")
    assert (item.features, item.exploded) == (2, 1)
    assert item.identical + item.noded + item.moved == 2
    assert [finding.code for finding in found.findings].count("exploded") == 1


def test_projects_in_any_order(bureau: Bureau) -> None:
    rows = [PROJECT | {"number": f"P-{n}", "sector": "交通"} for n in (2, 3)]
    bureau.projects = [PROJECT, *rows]
    first = taken(bureau)
    bureau.projects = [*reversed(rows), PROJECT]
    other = taken(bureau)
    pd.testing.assert_frame_equal(other.plan.tables["projects"], first.plan.tables["projects"])
    assert other.inputs == first.inputs
    assert other.plan.digest() == first.plan.digest()
