"""C3: the binding indicators of the plan hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.checks.indicators.evaluate import indicators as evaluated
from planloop.checks.indicators.result import NO_DATA
from planloop.checks.proofs.ending import ended
from planloop.standard import Attestation

if TYPE_CHECKING:
    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof


def indicators(evidence: Evidence) -> Proof:
    """Prove that no binding indicator of the plan is beyond its target.

    Its target decides where it has one, in the digits of the indicator; otherwise it may not be
    worse than before, by however little. What the layers tell of an indicator after is what the
    table of indicators says of it, binding or not. The page on indicators says how each one is
    computed.
    """
    results = evidence.once(evaluated)
    binding = [item for item in results if item.binding]
    known = [item for item in binding if item.basis != NO_DATA]
    numbers: dict[str, object] = {
        "binding": len(binding),
        "without_data": len(binding) - len(known),
        "worsened": sum(item.worsened for item in known),
    }
    broken = []
    for item in known:
        numbers |= item.numbers()
        if item.broken:
            limit = "" if item.target is None else f", {item.text(item.target)}"
            change = f"{item.text(item.before)} → {item.text(item.after)} {item.row.unit}"
            broken.append(f"{item.row.code} {item.row.name_zh}: {change}{limit}")
    broken += [
        f"{item.row.code} {item.row.name_zh}: {item.text(item.after)} ≠ {item.text(item.told)}"
        for item in results
        if item.contradicted
    ]
    return ended("C3.indicators", numbers, broken, Attestation.OURS)
