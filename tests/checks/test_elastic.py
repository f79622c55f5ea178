"""The elastic ratio: the parts added up parcel by parcel, and each way in which it may break."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planloop.checks.evidence import Evidence
from planloop.checks.proofs.elastic import elastic
from planloop.geometry.area import area_dm2
from planloop.plan.proof import Outcome
from planloop.standard import Attestation
from tests.checks.toy_city import (
    EPSG,
    SCATTERED,
    ZONE_OF,
    Claim,
    cell,
    city,
    claim,
    frame,
    moves,
    zone_rows,
)

if TYPE_CHECKING:
    import geopandas as gpd

    from planloop.plan.proof import Proof


def size(code: str) -> int:
    cells = [cell(*place) for place, zone in ZONE_OF.items() if zone == code]
    return int(area_dm2(np.array(cells), epsg=EPSG).sum())


def ended(made: Claim) -> Proof:
    return elastic(Evidence.build(made.before, made.after, made.changes, made.settings))


def test_within_the_limit(honest: Claim) -> None:
    found = ended(honest)
    assert found.outcome is Outcome.HOLDS
    assert found.attestation is Attestation.OURS
    assert found.numbers["420_before_dm2"] == found.numbers["420_after_dm2"] == size("420")
    assert found.numbers["410_before_dm2"] == size("410")
    assert found.numbers["ratio_before"] == round(size("420") / size("410"), 4)
    assert found.numbers["ratio_limit"] == 0.15
    assert size("420") < 0.15 * size("410"), "the case is within the limit"


def grown(entering: str) -> Claim:
    """Take the site of P-1 and a parcel beside it into a part of the boundary."""
    place = city()
    faces = np.concatenate([place.site("P-1"), place.faces((9, 2))])
    leaving = moves(place.faces(SCATTERED), None, "520")
    return claim(place, moves(faces, entering, entering) + leaving)


def test_a_larger_elastic_part_breaks_it() -> None:
    found = ended(grown("420"))
    assert float(str(found.numbers["ratio_after"])) > 0.15
    assert found.outcome is Outcome.BROKEN
    assert "0.15" in found.broken_at[0]
    assert ended(grown("410")).outcome is Outcome.HOLDS


def elastic_city(cells: int) -> Claim:
    """Return a swap for the concentrated part in a city whose elastic part is large already."""
    wide = [place for place, zone in sorted(ZONE_OF.items()) if zone == "410"][:cells]

    def widen(layers: dict[str, gpd.GeoDataFrame]) -> None:
        zones = {**ZONE_OF, **dict.fromkeys(wide, "420")}
        layers["GHFQ"] = frame(zone_rows(zones))
        layers["CZKFBJ"] = frame(zone_rows(zones, only="4"))

    place = city(widen)
    leaving = moves(place.faces(SCATTERED), None, "520")
    return claim(place, moves(place.site("P-1"), "410", "410") + leaving)


def test_above_the_limit_it_may_not_rise() -> None:
    """More leaves the concentrated part than enters it, so that the same elastic part is more."""
    found = ended(elastic_city(6))
    before, after = (float(str(found.numbers[f"ratio_{when}"])) for when in ("before", "after"))
    assert 0.15 < before < after
    assert found.outcome is Outcome.BROKEN


def test_above_the_limit_it_may_stay() -> None:
    made = elastic_city(6)
    back = Claim(made.after, made.before, made.changes.invert(), made.settings)
    found = ended(back)
    before, after = (float(str(found.numbers[f"ratio_{when}"])) for when in ("before", "after"))
    assert 0.15 < after < before
    assert found.outcome is Outcome.HOLDS


def test_from_nothing_it_is_not_as_before() -> None:
    """Where neither part was there before, no ratio was, that could be kept."""

    def special(layers: dict[str, gpd.GeoDataFrame]) -> None:
        for code in ("GHFQ", "CZKFBJ"):
            layers[code]["GHFQDM"] = layers[code]["GHFQDM"].replace({"410": "430", "420": "430"})

    place = city(special)
    found = ended(claim(place, moves(place.site("P-1"), "420", "420")))
    assert found.outcome is Outcome.BROKEN
    assert found.numbers["ratio_after"] is None


def without_elastic() -> Claim:
    def concentrate(layers: dict[str, gpd.GeoDataFrame]) -> None:
        for code in ("GHFQ", "CZKFBJ"):
            layers[code]["GHFQDM"] = layers[code]["GHFQDM"].replace("420", "430")

    place = city(concentrate)
    return claim(place, moves(place.site("P-1"), "410", "410"))


def test_no_elastic_part() -> None:
    found = ended(without_elastic())
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.numbers == {"why": "proofs.no-elastic-part"}
