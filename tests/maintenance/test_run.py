"""From files to a proven scheme on the tiny county, by hand and by plain shapely and pyproj."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest
import shapely

from planloop.errors import InfeasibleError, PlanloopError, SettingsError
from planloop.maintenance.run import run
from planloop.messages import LANGUAGES
from planloop.plan.proof import Outcome
from tests.maintenance.county_swap import (
    ASSESSMENT,
    FAR,
    IDLE,
    PATCHES,
    PLANT,
    PORT,
    swap_county,
    write,
)
from tests.plan.county import EPSG, box

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.plan.decision import Decision
    from planloop.plan.scheme import Scheme

GEOD = pyproj.Geod(a=6378137.0, rf=298.257222101)
TO_DEGREES = pyproj.Transformer.from_crs(f"EPSG:{EPSG}", "EPSG:4490", always_xy=True)


def geodesic_dm2(shape: shapely.Geometry) -> float:
    dense = shapely.segmentize(shape, 20.0)
    degrees = shapely.transform(
        dense, lambda xy: np.column_stack(TO_DEGREES.transform(xy[:, 0], xy[:, 1]))
    )
    return abs(GEOD.geometry_area_perimeter(degrees)[0]) * 100


def made(folder: Path, tail: str = "") -> Scheme:
    folder.mkdir(exist_ok=True)
    return run(write(swap_county(folder, tail)))


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Scheme:
    return made(tmp_path_factory.mktemp("county"))


def told(scheme: Scheme) -> dict[tuple[str, str], Decision]:
    return {(item.id, item.outcome): item for item in scheme.decisions}


def test_every_promise_is_kept(scheme: Scheme) -> None:
    assert scheme.broken == ()
    ended = {item.name: item.outcome for item in scheme.proofs}
    assert set(ended.values()) <= {Outcome.HOLDS, Outcome.NOT_APPLICABLE}
    assert ended["C2.balance"] is ended["C5.identity"] is ended["W.pieces"] is Outcome.HOLDS


def test_the_choice_by_hand(scheme: Scheme) -> None:
    """8 and 4 ha may go; the port (6 ha, first tier) is served, the plant (8 ha) finds no more.

    Of 8 or 4 or 12 ha for 6 ha within 2.5 ha only 8 ha fit. FAR has 8 ha, is 1.4 km away; 4πA/P²
    is 8 · 4π/12². The outline: 17 of the town's eastern edge, 5 of the port, twice 8 of patches.
    """
    reasons = {key: item.reason for key, item in told(scheme).items()}
    assert reasons == {
        ("P-1", "served"): "project-served",
        ("P-2", "not_chosen"): "project-outweighed",
        ("P-3", "blocked"): "project-excluded",
        ("P-4", "not_needed"): "project-not-needed",
        ("XZYDYH3", "transfer_in"): "in-project",
        ("XZYDYH9", "transfer_out"): "out-detached",
        ("XZYDYH10", "kept"): "kept-titled",
        ("XZYDYH11", "kept"): "kept-not-needed",
    }
    assert told(scheme)["P-3", "blocked"].evidence == ("GHFQ:GHFQ3", "STBHHX:STBHHX1")
    assert told(scheme)["XZYDYH10", "kept"].evidence == ("QSZD:QSZD1",)
    assert told(scheme)["XZYDYH11", "kept"].evidence == ("T-1",)
    assert scheme.solver.optimal
    assert {level.name: level.value for level in scheme.solver.levels[:-1]} == {
        "tier-1-near": -1.0,
        "tier-2-near": 0.0,
        "weak-first": pytest.approx(8e2 * (0.08 + 1 / 2.4 + 32 * np.pi / 144) / 3, abs=1.0),
        "compact": 100.0 * (17 + 5 + 2 * 8),
    }


def test_the_result_by_plain_overlay(scheme: Scheme) -> None:
    before = shapely.union_all(scheme.before.layer("CZKFBJ").geometry)
    after = shapely.union_all(scheme.after.layer("CZKFBJ").geometry)
    assert shapely.equals(before, shapely.union_all([box(0, 0, 10, 20), *PATCHES]))
    assert shapely.symmetric_difference(
        after, shapely.union(shapely.difference(before, FAR), PORT)
    ).area == pytest.approx(0.0, abs=1e-6)
    zones = scheme.after.layer("GHFQ")
    town = shapely.union_all(zones.geometry[zones.values("GHFQDM") == "410"])
    assert shapely.symmetric_difference(town, after).area == pytest.approx(0.0, abs=1e-6)
    assert shapely.coverage_is_valid(zones.geometry)
    assert shapely.equals(shapely.union_all(zones.geometry), box(0, 0, 40, 20))


def test_the_numbers_by_geodesics(scheme: Scheme) -> None:
    entering, leaving = geodesic_dm2(PORT), geodesic_dm2(FAR)
    totals: dict[str, Any] = dict(scheme.accounts.totals)
    assert totals["transferred_in_dm2"] == pytest.approx(entering, abs=10)
    assert totals["transferred_out_dm2"] == pytest.approx(leaving, abs=10)
    assert told(scheme)["XZYDYH3", "transfer_in"].area == totals["transferred_in_dm2"]
    assert told(scheme)["XZYDYH9", "transfer_out"].area == totals["transferred_out_dm2"]
    served, refused = told(scheme)["P-1", "served"], told(scheme)["P-2", "not_chosen"]
    assert served.numbers["need_ha"] == f"{entering / 1e6:.4f}"
    assert refused.numbers["need_ha"] == f"{geodesic_dm2(PLANT) / 1e6:.4f}"
    assert refused.numbers["offered_ha"] == f"{(leaving + geodesic_dm2(IDLE)) / 1e6:.4f}"


def test_undone_to_the_bit(scheme: Scheme) -> None:
    undone = scheme.changes.invert().apply(scheme.after)
    assert undone.digests() == scheme.before.digests()


def test_fields_are_inherited(scheme: Scheme) -> None:
    """The field keeps its number and remarks; new land has none of either."""
    zones = scheme.after.layer("GHFQ").frame
    assert zones.loc["GHFQ2", "BZ"] == "备注1"
    assert zones.loc["GHFQ2", "OBJECTID"] == 1.0
    new = zones.index.difference(scheme.before.layer("GHFQ").ids)
    assert zones.loc[new, "OBJECTID"].isna().all()
    assert zones.loc[new, "BZ"].isna().all()
    assert sorted(new) == ["652702000000000001", "652702000000000002"]


def test_what_the_assessment_names_in_vain_is_found(scheme: Scheme) -> None:
    (finding,) = [item for item in scheme.findings if item.code == "assessment-unknown"]
    assert finding.numbers["number"] == "T-2"
    assert all("无此图斑" in finding.text(lang) for lang in LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_said(scheme: Scheme, lang: str) -> None:
    texts = [item.text(lang) for item in scheme.decisions]
    texts += [item.text(lang) for item in scheme.findings]
    texts += [item.title(lang) for item in scheme.proofs]
    assert all(texts)
    assert not [text for text in texts if "{" in text]


def test_the_same_again_with_rows_in_another_order(scheme: Scheme, tmp_path: Path) -> None:
    bureau = swap_county(tmp_path)
    bureau.layers = {
        code: frame.sample(frac=1.0, random_state=1).reset_index(drop=True)
        for code, frame in reversed(bureau.layers.items())
    }
    bureau.projects = bureau.projects[::-1]
    again = run(write(bureau, ASSESSMENT[::-1]))
    assert again.digests() == scheme.digests()
    assert again.decisions == scheme.decisions


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_in_another_process(scheme: Scheme, tmp_path: Path, seed: str) -> None:
    code = (
        "import json, sys; from pathlib import Path; from tests.maintenance.test_run import made; "
        "print(json.dumps(made(Path(sys.argv[1])).digests()))"
    )
    result = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", code, str(tmp_path)],
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(result.stdout) == scheme.digests()
    assert result.stdout.startswith("{"), "nothing else is printed"


def test_locks_do_what_they_say(tmp_path: Path) -> None:
    """The plant must be served: it takes the 8 ha, and the port is not served."""
    serve = made(tmp_path / "serve", '[locks]\nmust_serve = ["P-2"]\n')
    assert ("P-2", "served") in told(serve)
    assert told(serve)["P-2", "served"].reason == "project-must-serve"
    assert ("P-1", "not_chosen") in told(serve)
    forbid = made(tmp_path / "forbid", '[locks]\nforbid = ["P-1"]\n')
    assert told(forbid)["P-1", "not_chosen"].reason == "project-forbidden"
    assert ("P-2", "served") in told(forbid)
    kept = made(tmp_path / "keep", '[locks]\nkeep = ["XZYDYH3"]\n')
    assert told(kept)["P-1", "blocked"].evidence == ("locks.keep:XZYDYH3",)
    for item in (serve, forbid, kept):
        assert item.broken == ()


def test_a_part_for_each_sector(tmp_path: Path) -> None:
    tail = '[swap]\nbalance_tolerance_m2 = 25000.0\nsub_zone_by_sector = {"口岸" = "430"}\n'
    found = made(tmp_path, tail)
    assert found.broken == ()
    (piece,) = found.changes.of("CZKFBJ", "1")["code_after"]
    assert piece == "430"


BAD: dict[str, tuple[str, type[PlanloopError], str]] = {
    "no balance": (
        '[locks]\nmust_serve = ["P-1", "P-2"]\n',
        InfeasibleError,
        "boundary.infeasible",
    ),
    "both locks": (
        '[locks]\nmust_serve = ["P-1"]\nforbid = ["P-1"]\n',
        SettingsError,
        "boundary.locks-contradict",
    ),
    "blocked": ('[locks]\nmust_serve = ["P-3"]\n', SettingsError, "boundary.lock-blocked"),
    "titled": ('[locks]\nmust_out = ["XZYDYH10"]\n', SettingsError, "boundary.lock-held"),
    "no time": (
        '[locks]\nmust_serve = ["P-1"]\n[solver]\ntime_limit_s = 1e-9\n',
        InfeasibleError,
        "boundary.no-plan",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_done_is_said(tmp_path: Path, name: str) -> None:
    tail, kind, key = BAD[name]
    with pytest.raises(kind) as caught:
        made(tmp_path, tail)
    assert caught.value.key == key
    for lang in LANGUAGES:
        assert "{" not in caught.value.text(lang)


def test_m3_does_not_bind(tmp_path: Path) -> None:
    bureau = swap_county(tmp_path)
    line = "base_town_area_ha = 150.0\n"
    bureau.settings = bureau.settings.replace(line, line + 'multiple_reading = "M3"\n')
    with pytest.raises(SettingsError) as caught:
        run(write(bureau))
    assert caught.value.key == "boundary.no-multiple"
