"""The toy city's scheme: the honest swap with decisions, certificates, accounts and proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.accounting import accounts
from planloop.checks.evidence import Evidence
from planloop.checks.proofs import prove
from planloop.plan.certificate import (
    IntakeCertificate,
    LayerIntake,
    SolveLevel,
    SolverCertificate,
)
from planloop.plan.decision import Decision
from planloop.plan.finding import Finding, Severity
from planloop.plan.scheme import Scheme
from tests.checks.toy_city import SCATTERED, City, city, claim, ordinary
from tests.publishing.toy_certificate import toy_certificate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.plan.plan import Plan

HOSTILE = "<script>alert(\"x\")</script> & '口岸'"
"""A name that a page must escape; it is that of the toy's project P-2."""


def toy_scheme(seconds: float = 1.25) -> Scheme:
    """Return the scheme, built anew; `seconds` is how long the solver says that it took."""
    place = city()
    table = place.plan.tables["projects"]
    table.loc[table["number"] == "P-2", "name"] = HOSTILE
    made = claim(place, ordinary(place))
    evidence = Evidence.build(made.before, made.after, made.changes, made.settings)
    return Scheme(
        settings=made.settings,
        inputs={"XZYDYH": "0" * 64, "table:projects": "1" * 64},
        before=made.before,
        changes=made.changes,
        after=made.after,
        decisions=decisions(place),
        intake=intake(made.before),
        solver=SolverCertificate(
            "HiGHS 1.16.0",
            3,
            5,
            (
                SolveLevel("tier-1-near", "optimal", -1.0, -1.0, 0.0, seconds, 1),
                SolveLevel("weak-first", "node limit", 5.0, float("-inf"), float("inf"), 2.0, 9),
            ),
            (0, 1_000_000),
        ),
        optimality=toy_certificate(),
        accounts=accounts(evidence, decisions(place)),
        proofs=prove(evidence),
        findings=(
            Finding("gap", Severity.WARNING, "GHFQ", (), (383_010.5, 5_003_010.25), {"area": 0.5}),
            Finding("exploded", Severity.INFO, "XZYDYH", numbers={"count": 2}),
        ),
    )


def decisions(place: City) -> tuple[Decision, ...]:
    """Return what was decided, by the drawing: parcels whose middle moved, and three projects."""
    found = [
        Decision("parcel", parcel, outcome, reason, {}, area, evidence, projects)
        for parcel, outcome, reason, area, evidence, projects in _parcels(place)
    ]
    need = sum(item.area for item in found if item.outcome == "transfer_in")
    offered = sum(item.area for item in found if item.outcome == "transfer_out")
    numbers = {
        "need_ha": f"{need / 1e6:.4f}",
        "tier": 1,
        "used_ha": f"{need / 1e6:.4f}",
        "offered_ha": f"{offered / 1e6:.4f}",
    }
    found.append(Decision("project", "P-1", "served", "project-served", numbers, need))
    found.append(Decision("project", "P-2", "inside", "project-inside", area=_site(place, "P-2")))
    barred = {"barred_ha": 0.36}
    found.append(
        Decision(
            "project",
            "P-3",
            "blocked",
            "project-excluded",
            barred,
            _site(place, "P-3"),
            ("STBHHX:652702000000000001",),
        )
    )
    return tuple(sorted(found, key=lambda item: (item.subject, item.id, item.outcome, item.area)))


def _site(place: City, number: str) -> int:
    """Return the area of a project's site, by its faces."""
    relation = place.fabric.relations["JQZDXMM"]
    numbers = place.plan.layer("JQZDXMM").values("XMBH")[relation.feature]
    return int(place.fabric.area[relation.face[numbers == number]].sum())


def _parcels(
    place: City,
) -> Iterable[tuple[str, str, str, int, tuple[str, ...], tuple[str, ...]]]:
    owner, size = place.fabric.label("XZYDYH"), place.fabric.area
    entering, leaving = place.site("P-1"), place.faces(SCATTERED)
    for parcel in sorted({str(owner[face]) for face in entering}):
        area = int(sum(size[face] for face in entering if owner[face] == parcel))
        yield parcel, "transfer_in", "in-project", area, (), ("P-1",)
    for parcel in sorted({str(owner[face]) for face in leaving}):
        area = int(sum(size[face] for face in leaving if owner[face] == parcel))
        yield parcel, "transfer_out", "out-idle", area, ("T-1",), ()
    titled = place.faces((5, 3))
    parcel = str(owner[titled[0]])
    evidence = ("QSZD:652702000000000001",)
    yield parcel, "kept", "kept-titled", int(size[titled].sum()), evidence, ()


def intake(plan: Plan) -> IntakeCertificate:
    """Return a certificate of an intake that changed nothing."""
    return IntakeCertificate(
        epsg=plan.region.epsg,
        zone_shares={28: 0.75, 27: 0.25},
        layers=tuple(
            LayerIntake(code, f"plan.gdb:{code}", "EPSG:4490", n, n, 0, 0, 0, 0.0, 0.0)
            for code, n in ((code, len(layer)) for code, layer in plan.layers.items())
        ),
        gaps=(1, 0.5),
        overlaps=(0, 0.0),
    )
