"""C3: the elastic part of the boundary stays in proportion."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planloop import standard
from planloop.checks.proofs.ending import ended, not_applicable

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof

CONCENTRATED, ELASTIC = "410", "420"


def elastic(evidence: Evidence) -> Proof:
    """Prove that the elastic part of the boundary is within its ratio, or not above what it was.

    The ratio is that of the elastic to the concentrated part, at most `elastic_ratio` of the
    standard. Above that it may be no larger than before. Compared in whole areas.
    """
    row = standard.load().parameter("elastic_ratio")
    areas = {
        (part, when): evidence.area(evidence.part(when) == part)
        for part in (CONCENTRATED, ELASTIC)
        for when in ("before", "after")
    }
    was, now = ((areas[ELASTIC, when], areas[CONCENTRATED, when]) for when in ("before", "after"))
    if not was[0] and not now[0]:
        return not_applicable("C3.elastic", "no-elastic-part", row.attestation)
    numbers: dict[str, object] = {
        f"{part}_{when}_dm2": size for (part, when), size in areas.items()
    }
    numbers |= {"ratio_before": _ratio(was), "ratio_after": _ratio(now), "ratio_limit": row.value}
    within = now[0] <= Decimal(str(row.value)) * now[1]
    no_worse = any(was) and now[0] * was[1] <= was[0] * now[1]
    broken = [] if within or no_worse else [f"{_ratio(was)} → {_ratio(now)} > {row.value}"]
    return ended("C3.elastic", numbers, broken, row.attestation)


def _ratio(parts: tuple[int, int]) -> float | None:
    elastic_part, concentrated = parts
    return round(elastic_part / concentrated, 4) if concentrated else None
