"""C8: the project list, each with its document and verdict; what is new in it; the sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planloop.checks.conformity.checking import check_projects
from planloop.checks.conformity.grounds import Grounds
from planloop.checks.conformity.project_list import list_changes
from planloop.checks.proofs.ending import ended, not_applicable
from planloop.checks.records import differing
from planloop.plan.cells import is_blank
from planloop.plan.placed_sites import site_layers
from planloop.standard import Attestation

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence
    from planloop.plan.plan import Plan
    from planloop.plan.proof import Proof

NUMBER, NAME, BASIS, CHANGE = "number", "name", "basis", "change"
ADDED = "新增"
"""How the column of changes reads for a project that the approved list has not."""

APPROVED = "approved_projects"
"""Name of the table of the approved list, where a plan has it."""


def project_list(evidence: Evidence) -> Proof:
    """Prove that the list counts what it shows: each project once, each with a source document.

    Every row has a number that no other has, a name, and the document that it rests on.
    """
    table = _list(evidence.after)
    if not len(table):
        return not_applicable("C8.list", "no-projects", Attestation.OFFICIAL)
    broken = []
    for field in (NUMBER, NAME, BASIS):
        blank = [_called(row) for row in table.to_dict("records") if is_blank(row.get(field))]
        broken += [f"{number} no {field}" for number in blank]
    twice = table[NUMBER][table[NUMBER].duplicated()]
    broken += [f"{number} twice" for number in dict.fromkeys(twice.astype(str))]
    bases = table[BASIS] if BASIS in table.columns else pd.Series(dtype="str")
    numbers = {
        "projects": len(table),
        "with_document": int(sum(not is_blank(item) for item in bases)),
        "documents": len({str(item) for item in bases if not is_blank(item)}),
    }
    return ended("C8.list", numbers, broken)


def verdicts(evidence: Evidence) -> Proof:
    """Prove that each project of the list has a verdict on the plan after, and no site is nobody's.

    The verdicts are those of ``planloop conformity``, P1 to P12, worked out anew. A project that
    does not conform breaks nothing here: what it needs is told with it. A site whose project is not
    in the list does.
    """
    table = _list(evidence.after)
    if not len(table):
        return not_applicable("C8.verdicts", "no-projects", Attestation.OFFICIAL)
    conformity = check_projects(Grounds(evidence.after, evidence.settings))
    judged = [item.number for item in conformity.judged]
    listed = [_called(row) for row in table.to_dict("records")]
    alone = [judged.count(number) == listed.count(number) == 1 for number in listed]
    broken = [f"{number} no verdict" for number, one in zip(listed, alone, strict=True) if not one]
    broken += [f"{number} not in the list" for number in judged if number not in set(listed)]
    numbers = {"projects": len(table), **conformity.counts()}
    return ended("C8.verdicts", {name.replace("-", "_"): n for name, n in numbers.items()}, broken)


def added_projects(evidence: Evidence) -> Proof:
    """Prove that the number of projects added is what the list says.

    Where the plan holds the approved list (table ``approved_projects``), the rows that say 新增 are
    exactly those that it has not. Without one, the rows that say so are counted, and every row has
    to say what it is.
    """
    table = _list(evidence.after)
    if CHANGE not in table.columns or not any(not is_blank(item) for item in table[CHANGE]):
        return not_applicable("C8.added", "no-changes-told", Attestation.OURS)
    told = [_called(row) for row in table.to_dict("records") if row[CHANGE] == ADDED]
    silent = [_called(row) for row in table.to_dict("records") if is_blank(row[CHANGE])]
    numbers: dict[str, object] = {"projects": len(table), "added": len(told)}
    broken = [f"{number} no change told" for number in silent]
    approved = evidence.before.tables.get(APPROVED)
    if approved is not None:
        changes = list_changes(approved, table)
        numbers |= {"approved": len(approved), "dropped": len(changes.dropped)}
        broken += [f"{number} not told" for number in changes.added if number not in set(told)]
        broken += [f"{number} approved" for number in told if number not in set(changes.added)]
    return ended("C8.added", numbers, broken, Attestation.OURS)


def sites(evidence: Evidence) -> Proof:
    """Prove that every site is the same before and after, or told of in the change set."""
    roles = evidence.settings.roles
    before = {layer.code: layer.frame for layer in site_layers(evidence.before, roles)}
    after = {layer.code: layer.frame for layer in site_layers(evidence.after, roles)}
    if not before and not after:
        return not_applicable("C8.sites", "no-sites", Attestation.OFFICIAL)
    broken, told = [], 0
    for code in sorted({*before, *after}):
        one, other = before.get(code), after.get(code)
        if one is None:
            one, other = other, None
        known = _told(evidence, code)
        for fid in [] if one is None else differing(one, other):
            if fid in known:
                told += 1
            else:
                broken.append(f"{code}:{fid}")
    numbers = {
        "before": sum(map(len, before.values())),
        "after": sum(map(len, after.values())),
        "told": told,
    }
    return ended("C8.sites", numbers, broken)


def _told(evidence: Evidence, code: str) -> set[str]:
    """Return the identifiers of the features of a layer that the change set tells of."""
    pieces = evidence.changes.of(code)
    named = [*pieces["before_id"], *pieces["after_id"]]
    return {str(item) for item in named if not is_blank(item)}


def _list(plan: Plan) -> pd.DataFrame:
    return plan.tables.get("projects", pd.DataFrame({NUMBER: []}))


def _called(row: dict[object, object]) -> str:
    return "–" if is_blank(row.get(NUMBER)) else str(row[NUMBER])
