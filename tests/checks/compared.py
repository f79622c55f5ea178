"""Two written schemes of the toy city that differ in everything that a comparison tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planloop.checks.accounting import accounts
from planloop.checks.evidence import Evidence
from planloop.checks.proofs import prove
from planloop.plan.certificate import SolveLevel
from planloop.plan.settings import SchemeSettings
from tests.checks.toy_city import city, claim, moves
from tests.publishing.toy_scheme import HOSTILE, toy_scheme

if TYPE_CHECKING:
    from planloop.plan.scheme import Scheme

KEPT = "652702000000000087"
"""The parcel at (10, 6): it goes out in the first scheme, and is kept in the other."""


def other() -> Scheme:
    """Return the toy city with other land swapped, the scattered patch locked, and P-1 left out.

    Settings differ by a lock, a limit that is dropped, and the order of the exclusions.
    """
    first = toy_scheme()
    place = city()
    table = place.plan.tables["projects"]
    table.loc[table["number"] == "P-2", "name"] = HOSTILE
    swap = moves(place.faces((9, 3)), "430", "430") + moves(place.faces((8, 5)), None, "520")
    made = claim(place, swap)
    data = first.settings.model_dump(mode="python")
    data["locks"]["keep"] = [KEPT, "652702000000000001"]
    data["swap"]["most_in_ha"] = None
    data["roles"]["exclusions"] = data["roles"]["exclusions"][::-1]
    settings = SchemeSettings.model_validate(data)
    made = replace(made, settings=settings)
    evidence = Evidence.build(made.before, made.after, made.changes, settings)
    decisions = tuple(
        replace(item, outcome="kept", reason="kept-locked", evidence=())
        if item.outcome == "transfer_out"
        else replace(item, outcome="not_chosen", reason="project-forbidden", numbers={})
        if item.id == "P-1"
        else item
        for item in first.decisions
    )
    level = SolveLevel("tier-1-near", "optimal", 0.0, 0.0, 0.0, 1.0, 1)
    solver = replace(first.solver, levels=(level, *first.solver.levels[1:]))
    return replace(
        first,
        settings=settings,
        inputs={"XZYDYH": "2" * 64, "table:projects": "1" * 64},
        before=made.before,
        changes=made.changes,
        after=made.after,
        decisions=decisions,
        solver=solver,
        accounts=accounts(evidence, decisions),
        proofs=prove(evidence),
    )
