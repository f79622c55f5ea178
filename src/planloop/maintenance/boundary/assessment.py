"""What the check-up nominates for going out: parcels that it found idle or scattered."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pandas as pd

from planloop.plan.finding import Finding, Severity

if TYPE_CHECKING:
    from planloop.plan.plan import Plan
    from planloop.plan.settings import RolesSection

NOMINATING = ("闲置", "零散")
"""Kinds of the assessment table that nominate land for going out: idle, scattered."""


def nominated(
    plan: Plan, roles: RolesSection
) -> tuple[dict[str, tuple[str, ...]], tuple[Finding, ...]]:
    """Return survey parcel → numbers of the assessment table that nominate it.

    Returns
    -------
    nominated, findings
        Numbers ascending; and the rows that nominate something that is no survey parcel.
    """
    found: dict[str, list[str]] = defaultdict(list)
    findings = []
    known = set(plan.layer(roles.parcels).ids)
    rows = plan.tables["assessment"].to_dict("records") if "assessment" in plan.tables else []
    for row in sorted(rows, key=lambda item: str(item["number"])):
        if row["kind"] not in NOMINATING:
            continue
        number = str(row["number"])
        named = [None if pd.isna(row[key]) else str(row[key]) for key in ("layer", "feature")]
        layer, feature = named
        if layer == roles.parcels and feature in known:
            found[str(feature)].append(number)
        else:
            place = f"{layer or '-'}:{feature or '-'}"
            findings.append(
                Finding(
                    code="assessment-unknown",
                    severity=Severity.WARNING,
                    layer=roles.parcels,
                    numbers={"number": number, "place": place},
                )
            )
    return {parcel: tuple(numbers) for parcel, numbers in found.items()}, tuple(findings)
