"""Drawn locks: that they do what the same locks in the settings do, and tell what they leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from planloop.checks.verify import verify
from planloop.errors import PlanloopError
from planloop.maintenance.boundary.drawn_locks import DrawnLocks, drawn_locks
from planloop.maintenance.run import run
from planloop.messages import LANGUAGES
from planloop.plan.intake import intake
from planloop.publishing.publish import publish
from tests.maintenance.county_swap import FAR, HELD, IDLE, PLANT, PORT, swap_county, write
from tests.plan.county import EPSG, box, check_refusal, quiet

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.finding import Finding
    from planloop.plan.scheme import Scheme
    from planloop.plan.settings import SchemeSettings

# The county's parcels: XZYDYH3 and XZYDYH4 are squares of 100 ha east of the town, less the patches
# that lie in them; XZYDYH9, 10 and 11 are the patches FAR, HELD and IDLE.
SOUTH = box(10, 0, 20, 10)
"""XZYDYH3, but for NEAR."""
NEAR = box(10, 4, 11, 6)
"""XZYDYH12, put in here: 2 ha beside the town."""
SWAP = "[swap]\nbalance_tolerance_m2 = 70000.0\n"
"""So that all 12 ha that may go out can go for the port's 6."""


@dataclass
class Drawn:
    """A file of drawn locks."""

    locks: list[str]
    shapes: list[shapely.Geometry]
    fields: dict[str, list[Any]] = field(default_factory=dict)
    name: str = "locks.gpkg"
    column: str = "lock"
    crs: str | None = f"EPSG:{EPSG}"

    def frame(self) -> gpd.GeoDataFrame:
        columns = {self.column: self.locks, **self.fields}
        return gpd.GeoDataFrame(columns, geometry=self.shapes, crs=self.crs)

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        driver = "OpenFileGDB" if path.suffix == ".gdb" else None
        pyogrio.write_dataframe(self.frame(), path, driver=driver)
        return path


def settings_of(folder: Path, drawn: Drawn | Path | None, tail: str = "", **inputs: str) -> Any:  # noqa: ANN401
    """Return the settings of the county, with a file of drawn locks."""
    folder.mkdir(exist_ok=True)
    bureau = swap_county(folder, SWAP + tail)
    parcels = bureau.layers["XZYDYH"]
    parcels.geometry = parcels.geometry.difference(NEAR)
    near = parcels.iloc[[2]].assign(BSM="XZYDYH12").set_geometry([NEAR], crs=parcels.crs)
    bureau.layers["XZYDYH"] = gpd.GeoDataFrame(pd.concat([parcels, near], ignore_index=True))
    # A field of this name cannot be written to a geodatabase.
    bureau.layers["GHFQ"] = bureau.layers["GHFQ"].drop(columns="OBJECTID")
    settings = write(bureau)
    if drawn is None:
        return settings
    path = drawn.write(folder) if isinstance(drawn, Drawn) else drawn
    told = settings.inputs.model_copy(update={"locks": path, **inputs})
    return settings.model_copy(update={"inputs": told})


def made(folder: Path, drawn: Drawn | None, tail: str = "") -> Scheme:
    return run(settings_of(folder, drawn, tail))


def read(folder: Path, drawn: Drawn, tail: str = "", **inputs: str) -> DrawnLocks:
    settings: SchemeSettings = settings_of(folder, drawn, tail, **inputs)
    return drawn_locks(intake(settings, quiet), settings)


def told(found: tuple[Finding, ...]) -> dict[str, tuple[str, ...]]:
    for item in found:
        for lang in LANGUAGES:
            assert "{" not in item.text(lang)
    return {item.code: item.features for item in found}


# The same as in the settings

AROUND_FAR = shapely.buffer(FAR, 20.0)
"""A hand-drawn outline: it covers FAR and a rim of the parcel round it."""

SAME: dict[str, tuple[Drawn, str]] = {
    "must_in": (Drawn(["必须调入"], [NEAR.buffer(10.0)]), 'must_in = ["XZYDYH12"]'),
    "must_in by a point": (Drawn(["must_in"], [NEAR.centroid]), 'must_in = ["XZYDYH12"]'),
    "must_out": (Drawn(["必须调出"], [shapely.buffer(IDLE, 20.0)]), 'must_out = ["XZYDYH11"]'),
    "must_out by a point": (
        Drawn(["must_out"], [IDLE.centroid]),
        'must_out = ["XZYDYH11"]',
    ),
    "keep": (Drawn(["保持"], [AROUND_FAR]), 'keep = ["XZYDYH9"]'),
    "untouchable": (Drawn(["不得变动"], [AROUND_FAR]), 'untouchable = ["XZYDYH9"]'),
    "must_serve by number": (
        Drawn(["必须保障"], [PLANT.centroid], {"XMBH": ["P-2"]}),
        'must_serve = ["P-2"]',
    ),
    "must_serve by site": (
        Drawn(["must_serve"], [shapely.buffer(PLANT, 5.0)]),
        'must_serve = ["P-2"]',
    ),
    "forbid by a point": (Drawn(["不予保障"], [PORT.centroid]), 'forbid = ["P-1"]'),
    "forbid by number": (
        Drawn(["forbid"], [PORT], {"项目编号": ["P-1"]}),
        'forbid = ["P-1"]',
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_a_drawn_lock_is_the_lock_of_the_settings(tmp_path: Path, name: str) -> None:
    drawn, line = SAME[name]
    by_drawing = made(tmp_path / "a", drawn)
    by_settings = made(tmp_path / "b", None, f"[locks]\n{line}\n")
    one, other = by_drawing.digests(), by_settings.digests()
    same = {"settings", "before", "after", "pieces", "decisions", "accounts", "proofs"}
    assert {part for part in one if one[part] == other[part]} >= same
    assert by_drawing.settings.locks == by_settings.settings.locks
    assert by_drawing.broken == ()
    assert one["pieces"] != made(tmp_path / "c", None).digests()["pieces"]


# What a drawing touches


def test_what_is_touched_and_not_locked_is_told(tmp_path: Path) -> None:
    """A rim of 20 m round FAR lies in the parcel round it, and is told with its area."""
    found = read(tmp_path, Drawn(["keep"], [AROUND_FAR]))
    assert found.locks.keep == ("XZYDYH9",)
    assert told(found.findings) == {"drawn-touched": ("XZYDYH5",)}
    (item,) = found.findings
    rim = AROUND_FAR.difference(FAR).area
    assert float(str(item.numbers["area"])) == pytest.approx(rim, rel=2e-3)
    assert (item.numbers["drawing"], item.numbers["count"]) == ("locks.gpkg:1", 1)
    assert item.numbers["each"] == f"XZYDYH5 {item.numbers['area']} m²"


@pytest.mark.parametrize(("part", "locked"), [(0.501, True), (0.499, False)])
def test_more_than_half_locks(tmp_path: Path, part: float, *, locked: bool) -> None:
    half = box(24, 4, 26, 4 + 4 * part)
    found = read(tmp_path, Drawn(["keep"], [half]))
    assert found.locks.keep == (("XZYDYH9",) if locked else ())
    codes = {} if locked else {"drawn-touched": ("XZYDYH9",), "drawn-nothing": ()}
    assert told(found.findings) == codes


def test_each_drawing_is_judged_by_itself(tmp_path: Path) -> None:
    """Two that cover 40 % each lock nothing, and each of them says so."""
    halves = [box(24, 4, 26, 5.6), box(24, 6, 26, 7.6)]
    found = read(tmp_path, Drawn(["keep"] * 2, list(halves)))
    assert found.locks.keep == ()
    assert [item.code for item in found.findings] == ["drawn-touched", "drawn-nothing"] * 2
    assert [item.numbers["drawing"] for item in found.findings[::2]] == [
        "locks.gpkg:1",
        "locks.gpkg:2",
    ]


def test_what_is_locked_otherwise_is_not_told(tmp_path: Path) -> None:
    """The rim is locked by a drawing of its own and by the settings."""
    drawn = Drawn(["keep", "keep"], [AROUND_FAR, box(20.1, 0.1, 29.9, 9.9)])
    found = read(tmp_path, drawn, '[locks]\nkeep = ["XZYDYH11"]\n')
    assert found.locks.keep == ("XZYDYH11", "XZYDYH5", "XZYDYH9")
    assert found.findings == ()
    assert found.origin["keep", "XZYDYH9"] == (str(tmp_path / "locks.gpkg"), 1)
    assert ("keep", "XZYDYH11") not in found.origin


def test_land_that_has_nothing_to_move_is_told(tmp_path: Path) -> None:
    """The square of the town lies inside already; the south of it is no scattered land."""
    inside, outside = box(1, 1, 9, 9), box(11, 1, 19, 9)
    found = read(tmp_path, Drawn(["must_in", "must_out"], [inside, outside]))
    assert (found.locks.must_in, found.locks.must_out) == ((), ())
    assert [(item.code, item.features) for item in found.findings] == [
        ("drawn-idle", ("XZYDYH1",)),
        ("drawn-nothing", ()),
        ("drawn-idle", ("XZYDYH3",)),
        ("drawn-nothing", ()),
    ]
    told(found.findings)


def test_points(tmp_path: Path) -> None:
    """One in each of two parcels; one on the edge of two; one outside the county."""
    drawn = Drawn(
        ["keep", "keep", "keep"],
        [
            shapely.MultiPoint([FAR.centroid, HELD.centroid]),
            shapely.Point(box(24, 6, 25, 7).bounds[:2]),
            shapely.Point(box(45, 6, 46, 7).bounds[:2]),
        ],
    )
    found = read(tmp_path, drawn)
    assert found.locks.keep == ("XZYDYH10", "XZYDYH9")
    assert [(item.code, item.features) for item in found.findings] == [
        ("drawn-touched", ("XZYDYH5",)),
        ("drawn-nothing", ()),
        ("drawn-nothing", ()),
    ]


def test_land_beyond_all_parcels_is_told(tmp_path: Path) -> None:
    drawn = Drawn(["keep"], [box(35, 5, 41, 6)])
    found = read(tmp_path, drawn)
    assert set(told(found.findings)) == {"drawn-touched", "drawn-nothing", "drawn-beyond"}
    numbers = {item.code: float(str(item.numbers["area"])) for item in found.findings}
    assert numbers["drawn-beyond"] == pytest.approx(10_000.0, rel=2e-3)
    assert numbers["drawn-touched"] == pytest.approx(50_000.0, rel=2e-3)


def test_projects_by_site_and_by_number(tmp_path: Path) -> None:
    """One outline covers two sites and touches a third; one names a project far from it."""
    wide = shapely.union_all([PORT, PLANT, box(12, 18, 13, 18.2)])
    drawn = Drawn(
        ["forbid", "forbid", "keep"],
        [wide, FAR, FAR],
        {"number": [None, "P-3", "P-1"]},
    )
    found = read(tmp_path, drawn)
    assert found.locks.forbid == ("P-1", "P-2", "P-3")
    assert [(item.code, item.features) for item in found.findings] == [
        ("drawn-touched", ("P-4",)),
        ("drawn-elsewhere", ()),
        ("drawn-number-unused", ()),
    ]
    told(found.findings)


# Contradictions


def refused(folder: Path, drawn: Drawn, tail: str = "", **inputs: str) -> PlanloopError:
    with pytest.raises(PlanloopError) as caught:
        read(folder, drawn, tail, **inputs)
    return caught.value


def test_two_drawings_that_contradict_each_other(tmp_path: Path) -> None:
    drawn = Drawn(["keep", "must_out"], [AROUND_FAR, FAR.centroid])
    error = refused(tmp_path, drawn)
    path = tmp_path / "locks.gpkg"
    check_refusal(error, "boundary.drawn-contradict", path=path, row=2)
    for lang in LANGUAGES:
        text = error.text(lang)
        assert all(word in text for word in ("XZYDYH9", "locks.gpkg:1", "locks.gpkg:2"))


def test_a_drawing_that_contradicts_the_settings(tmp_path: Path) -> None:
    error = refused(tmp_path, Drawn(["forbid"], [PORT]), '[locks]\nmust_serve = ["P-1"]\n')
    check_refusal(error, "boundary.drawn-contradict", path=tmp_path / "locks.gpkg", row=1)
    assert "must_serve (of [locks])" in error.text("en")
    assert "P-1" in error.text("zh")


@pytest.mark.parametrize(
    ("lock", "shape", "key"),
    [
        ("must_out", HELD, "boundary.lock-held"),
        ("must_in", box(31, 1, 39, 9), "boundary.lock-held"),
        ("must_serve", box(31, 2, 33, 4), "boundary.lock-blocked"),
    ],
)
def test_a_drawing_that_cannot_be_carried_out(
    tmp_path: Path, lock: str, shape: shapely.Geometry, key: str
) -> None:
    with pytest.raises(PlanloopError) as caught:
        made(tmp_path, Drawn([lock], [shape]))
    check_refusal(caught.value, key, path=tmp_path / "locks.gpkg", row=1)


# Files

DEGREES = gpd.GeoSeries([AROUND_FAR], crs=f"EPSG:{EPSG}").to_crs(4490)[0]


@pytest.mark.parametrize("name", ["l.gpkg", "l.shp", "l.geojson", "l.gdb"])
@pytest.mark.parametrize("column", ["LOCK", "锁定"])
def test_any_vector_file(tmp_path: Path, name: str, column: str) -> None:
    drawn = Drawn(["保持"], [DEGREES], name=name, column=column, crs="EPSG:4490")
    assert read(tmp_path, drawn).locks.keep == ("XZYDYH9",)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_another_zone_and_another_datum(tmp_path: Path) -> None:
    """The neighbouring zone is projected; WGS 84 is refused until the settings say what it is."""
    shapes = gpd.GeoSeries([AROUND_FAR], crs=f"EPSG:{EPSG}")
    zone = Drawn(["keep"], [shapes.to_crs(4536)[0]], crs="EPSG:4536")
    assert read(tmp_path / "zone", zone).locks.keep == ("XZYDYH9",)
    world = Drawn(["keep"], [shapes.to_crs(4326)[0]], crs="EPSG:4326")
    path = tmp_path / "world" / "locks.gpkg"
    check_refusal(refused(path.parent, world), "read.locks-datum-unstated", path=path)
    found = read(path.parent, world, locks_datum="视同 CGCS2000")
    assert found.locks.keep == ("XZYDYH9",)
    bare = Drawn(["keep"], [AROUND_FAR], crs=None)
    path = tmp_path / "bare" / "locks.gpkg"
    check_refusal(refused(path.parent, bare), "read.locks-no-crs", path=path)
    assert read(path.parent, bare, locks_crs=f"EPSG:{EPSG}").locks.keep == ("XZYDYH9",)


CORNERS = list(FAR.exterior.coords)
BOWTIE = shapely.Polygon([CORNERS[0], CORNERS[1], CORNERS[3], CORNERS[2]])
BAD: dict[str, tuple[Drawn, str, int | None]] = {
    "unknown word": (Drawn(["keep", "锁死"], [FAR, IDLE]), "read.unknown-value", 2),
    "no word": (Drawn(["keep", None], [FAR, IDLE]), "read.empty-cell", 2),  # type: ignore[list-item]
    "no field": (Drawn(["keep"], [FAR], column="kind"), "read.locks-no-field", None),
    "a line": (Drawn(["keep"], [shapely.LineString(FAR.exterior)]), "read.wrong-geometry", 1),
    "no shape": (Drawn(["keep"] * 2, [FAR, None]), "read.empty-geometry", 2),
    "a bow tie": (
        Drawn(["keep"], [BOWTIE]),
        "read.invalid-geometry",
        1,
    ),
    "far away": (
        Drawn(["keep"], [box(24, 904, 26, 908)]),
        "read.far-away",
        None,
    ),
    "nothing": (Drawn([], []), "read.locks-empty", None),
    "a datum of its own": (Drawn(["keep"], [FAR], crs="EPSG:2343"), "read.datum-refused", None),
    "unknown project": (
        Drawn(["keep", "forbid"], [FAR, FAR], {"XMBH": [None, "P-9"]}),
        "boundary.unknown-project",
        2,
    ),
    "a number that lost digits": (
        Drawn(["forbid"], [FAR], {"XMBH": [1.2345678901234567e19]}),
        "read.too-many-digits",
        1,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_says_what_is_wrong(tmp_path: Path, name: str) -> None:
    drawn, key, row = BAD[name]
    error = refused(tmp_path, drawn)
    assert error.where.get("row") == row
    check_refusal(error, key, **({} if key == "read.far-away" else {"path": tmp_path / drawn.name}))


def test_a_missing_file_and_several_layers(tmp_path: Path) -> None:
    with pytest.raises(PlanloopError) as caught:
        intake(settings_of(tmp_path, tmp_path / "no.gpkg"), quiet)
    check_refusal(caught.value, "read.missing-file", path=tmp_path / "no.gpkg")
    path = Drawn(["keep"], [FAR]).write(tmp_path)
    second = Drawn(["keep"], [IDLE]).frame()
    pyogrio.write_dataframe(second, path, layer="第二", append=True)
    with pytest.raises(PlanloopError) as caught:
        intake(settings_of(tmp_path, path), quiet)
    check_refusal(caught.value, "read.locks-which-layer", path=path)
    settings = settings_of(tmp_path, path, locks_layer="第二")
    assert drawn_locks(intake(settings, quiet), settings).locks.keep == ("XZYDYH11",)


# The record


def test_the_drawings_are_among_the_inputs(tmp_path: Path) -> None:
    """By what they say: the order of the rows and the format do not count, the shape does."""
    drawn = Drawn(["keep", "must_out"], [FAR, IDLE])
    digest = [
        intake(settings_of(tmp_path / str(number), item), quiet).inputs.get("locks")
        for number, item in enumerate(
            (
                drawn,
                Drawn(["本轮不动", "必须调出"], [FAR, IDLE], name="l.geojson", column="锁定"),
                Drawn(["must_out", "keep"], [IDLE, FAR]),
                Drawn(["keep", "must_out"], [FAR, HELD]),
                None,
            )
        )
    ]
    assert digest[0] == digest[2]
    assert digest[0] not in digest[3:]
    assert digest[4] is None


def test_a_written_scheme_with_drawn_locks_verifies(tmp_path: Path) -> None:
    scheme = made(tmp_path / "in", Drawn(["必须调出", "keep"], [IDLE, box(24, 4, 26, 5)]))
    publish(scheme, tmp_path / "out")
    found = verify(tmp_path / "out")
    assert found.ok, [item.text("en") for item in found.findings]
    assert "locks" in scheme.inputs
    codes = {item.code for item in scheme.findings}
    assert {"drawn-touched", "drawn-nothing"} <= codes
    assert "locks.gpkg:2" in (tmp_path / "out" / "findings.jsonl").read_text(encoding="utf-8")
