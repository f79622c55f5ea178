"""C8: each proof is broken by the list or the sites that break it; the honest ones hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from planloop.checks.evidence import Evidence
from planloop.checks.proofs import projects
from planloop.messages import LANGUAGES
from planloop.plan.layer import Layer, canonical
from planloop.plan.proof import Outcome
from tests.checks.toy_city import Claim, block

if TYPE_CHECKING:
    from planloop.plan.plan import Plan
    from planloop.plan.proof import Proof

ROWS = [
    {"number": "P-1", "name": "口岸查验", "sector": "口岸", "area_ha": 1.1, "basis": "甲第1页"},
    {"number": "P-2", "name": "物流仓储", "sector": "物流仓储", "area_ha": 0.3, "basis": "甲第2页"},
    {"number": "P-3", "name": "加工", "sector": "进出口加工", "area_ha": 0.36, "basis": "乙第1页"},
    {"number": "P-4", "name": "未落图", "sector": "交通", "area_ha": 2.0, "basis": "乙第2页"},
]


def listed(**cells: Any) -> pd.DataFrame:  # noqa: ANN401  # cells of a table
    """Return the list; cells of the second row may be replaced."""
    rows = [row | {"change": "新增"} for row in ROWS]
    rows[1] |= cells
    return pd.DataFrame(rows)


def evidence(
    honest: Claim, table: pd.DataFrame | None, approved: pd.DataFrame | None = None
) -> Evidence:
    tables = {} if table is None else {"projects": table}
    before = {} if approved is None else {"approved_projects": approved}
    return Evidence.build(
        replace(honest.before, tables=tables | before),
        replace(honest.after, tables=tables),
        honest.changes,
        honest.settings,
    )


def test_an_honest_list_holds(honest: Claim) -> None:
    shown = evidence(honest, listed())
    proof = projects.project_list(shown)
    assert proof.outcome is Outcome.HOLDS
    assert dict(proof.numbers) == {"projects": 4, "with_document": 4, "documents": 4}
    proof = projects.verdicts(shown)
    assert proof.outcome is Outcome.HOLDS
    counts = dict(proof.numbers)
    assert counts.pop("projects") == 4
    assert counts["not_placed"] == 1
    assert sum(int(str(number)) for number in counts.values()) == 4
    proof = projects.added_projects(shown)
    assert (proof.outcome, proof.numbers["added"]) == (Outcome.HOLDS, 4)
    proof = projects.sites(shown)
    assert proof.outcome is Outcome.HOLDS
    assert dict(proof.numbers) == {"before": 3, "after": 3, "told": 0}


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"basis": None}, "P-2 no basis"),
        ({"basis": "  "}, "P-2 no basis"),
        ({"name": None}, "P-2 no name"),
        ({"number": None}, "– no number"),
        ({"number": "P-1"}, "P-1 twice"),
    ],
)
def test_a_list_that_does_not_count_what_it_shows(
    honest: Claim, cells: dict[str, Any], place: str
) -> None:
    proof = projects.project_list(evidence(honest, listed(**cells)))
    assert (proof.outcome, proof.broken_at) == (Outcome.BROKEN, (place,))


def test_a_site_whose_project_nobody_lists(honest: Claim) -> None:
    proof = projects.verdicts(evidence(honest, listed(number="P-7")))
    assert proof.outcome is Outcome.BROKEN
    assert proof.broken_at == ("P-2 not in the list",)


def test_a_number_that_stands_twice_has_no_verdict_of_its_own(honest: Claim) -> None:
    proof = projects.verdicts(evidence(honest, listed(number="P-1")))
    assert proof.broken_at == ("P-1 no verdict", "P-1 no verdict", "P-2 not in the list")


def test_rows_that_say_not_what_they_are(honest: Claim) -> None:
    proof = projects.added_projects(evidence(honest, listed(change=None)))
    assert proof.broken_at == ("P-2 no change told",)


def test_what_is_added_against_the_approved_list(honest: Claim) -> None:
    approved = listed().iloc[:2].drop(columns="change")
    table = listed(change="保留")
    table.loc[0, "change"] = "调整"
    proof = projects.added_projects(evidence(honest, table, approved))
    assert proof.outcome is Outcome.HOLDS
    assert dict(proof.numbers) == {"projects": 4, "added": 2, "approved": 2, "dropped": 0}
    proof = projects.added_projects(evidence(honest, listed(), approved))
    assert proof.broken_at == ("P-1 approved", "P-2 approved")
    table.loc[3, "change"] = "调整"
    proof = projects.added_projects(evidence(honest, table, approved))
    assert proof.broken_at == ("P-4 not told",)


def moved(plan: Plan, *, drop: bool = False) -> Plan:
    """Return the plan with the second site somewhere else, or gone."""
    layer = plan.layer("JQZDXMM")
    frame = layer.frame.copy()
    if drop:
        frame = frame.drop(index=frame.index[1])
    else:
        frame.loc[frame.index[1], "geometry"] = block(5.3, 3.2, 5.9, 3.7)
    return plan.with_layers(Layer(layer.code, canonical(frame)))


@pytest.mark.parametrize("drop", [False, True])
def test_a_site_that_moved_without_a_word(honest: Claim, *, drop: bool) -> None:
    shown = evidence(honest, listed())
    shown = replace(shown, after=moved(shown.after, drop=drop))
    proof = projects.sites(shown)
    assert proof.outcome is Outcome.BROKEN
    assert proof.broken_at == (f"JQZDXMM:{honest.before.layer('JQZDXMM').ids[1]}",)


def test_a_site_that_the_change_set_tells_of(honest: Claim) -> None:
    shown = evidence(honest, listed())
    fid = honest.before.layer("JQZDXMM").ids[1]
    row = shown.changes.pieces.iloc[:1].assign(layer="JQZDXMM", before_id=fid, after_id=fid)
    pieces = pd.concat([shown.changes.pieces, row.set_axis(["JQZDXMM-1"])])
    changes = replace(shown.changes, pieces=pieces)
    proof = projects.sites(replace(shown, after=moved(shown.after), changes=changes))
    assert (proof.outcome, proof.numbers["told"]) == (Outcome.HOLDS, 1)


def test_layers_of_sites_that_came_or_went(honest: Claim) -> None:
    shown = evidence(honest, listed())
    layers = {code: layer for code, layer in shown.after.layers.items() if code != "JQZDXMM"}
    gone = replace(shown, after=replace(shown.after, layers=layers))
    assert len(projects.sites(gone).broken_at) == 3
    came = replace(shown, before=gone.after)
    assert len(projects.sites(came).broken_at) == 3


def test_where_there_is_nothing_to_prove(honest: Claim) -> None:
    bare = evidence(honest, None)
    silent = evidence(honest, listed().drop(columns="change"))
    layers = {code: layer for code, layer in bare.after.layers.items() if code != "JQZDXMM"}
    siteless = replace(bare, before=replace(bare.before, layers=layers))
    siteless = replace(siteless, after=siteless.before)
    found: list[Proof] = [
        projects.project_list(bare),
        projects.verdicts(bare),
        projects.added_projects(bare),
        projects.added_projects(silent),
        projects.sites(siteless),
    ]
    assert {proof.outcome for proof in found} == {Outcome.NOT_APPLICABLE}
    assert all(proof.title(lang) for proof in found for lang in LANGUAGES)
