"""C6: the zones do not fall apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from planloop.checks.proofs.ending import ended
from planloop.standard import Attestation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planloop.checks.evidence import Evidence
    from planloop.plan.proof import Proof


def fragmentation(evidence: Evidence) -> Proof:
    """Prove that first-level zones hang together no worse than before.

    The index is the number of connected patches of all first-level zones together; land that
    touches at a point only is not connected. A broken proof names each zone with more patches, and
    the smallest of those that it fell into or gained.
    """
    patches = {when: _patches(evidence, when) for when in ("before", "after")}
    codes = sorted({*patches["before"], *patches["after"]})
    count = {
        when: {code: len(found.get(code, [])) for code in codes} for when, found in patches.items()
    }
    total = {when: sum(counts.values()) for when, counts in count.items()}
    numbers: dict[str, object] = {f"patches_{when}": number for when, number in total.items()}
    numbers |= {
        f"{code}00_patches_{when}": number
        for when, counts in count.items()
        for code, number in counts.items()
    }
    worse = [code for code in codes if count["after"][code] > count["before"][code]]
    broken = []
    for code in worse if total["after"] > total["before"] else []:
        new = _fallen_apart(patches["before"].get(code, []), patches["after"][code])
        sizes = [int(evidence.fabric.area[patch].sum()) for patch in new]
        least = int(np.argmin(sizes))
        shape = np.zeros(len(evidence.fabric), dtype=bool)
        shape[new[least]] = True
        place = f"{sizes[least] / 100:.2f} m² {evidence.place(shape)}"
        broken.append(f"{code}00: {count['before'][code]} → {count['after'][code]}, {place}")
    return ended("C6.fragmentation", numbers, broken, Attestation.OURS)


def _patches(evidence: Evidence, when: str) -> dict[str, list[NDArray[np.int64]]]:
    """Return the patches of each first-level zone, by its first digit."""
    family = np.array([(code or "")[:1] for code in evidence.zone(when)], dtype=object)
    codes = sorted({str(code) for code in family if code})
    return {code: evidence.fabric.patches(family == code) for code in codes}


def _fallen_apart(
    before: list[NDArray[np.int64]], after: list[NDArray[np.int64]]
) -> list[NDArray[np.int64]]:
    """Return the patches that were no part of the zone, or hung together with another of these."""
    number = {int(face): index for index, patch in enumerate(before) for face in patch}
    origins = [{number[int(face)] for face in patch if int(face) in number} for patch in after]
    held = Counter(origin for origin_set in origins for origin in origin_set)
    return [
        patch
        for patch, origin in zip(after, origins, strict=True)
        if not origin or any(held[item] > 1 for item in origin)
    ]
