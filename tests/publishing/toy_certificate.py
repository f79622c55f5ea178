"""Why no plan of the toy city is better, worked out by hand.

Two cells: the site of P-1 (0.702579 ha) may go in, the scattered patch (1.097484 ha) out. At worth
5 the patch stays if it can; but with the project served the balance lets no more than 0.36 of it
stay, at 5 / 1097484 the dm².
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.plan.optimality import Optimality

if TYPE_CHECKING:
    from collections.abc import Sequence

SITE, PATCH = 702_579, 1_097_484
PRICE = 5.0 / PATCH


def _terms(columns: Sequence[int], values: Sequence[int]) -> dict[str, list[int]]:
    return {"columns": list(columns), "values": list(values)}


def _row(
    name: str, terms: dict[str, list[int]], least: int | None, most: int | None
) -> dict[str, object]:
    return {"name": name, "terms": terms, "least": least, "most": most}


def toy_certificate() -> Optimality:
    """Return the certificate of the honest swap."""
    area = _terms((0, 1), (SITE, PATCH))
    return Optimality.model_validate(
        {
            "format": 1,
            "columns": ["inside:0", "inside:1", "serve:P-1"],
            "ins": 1,
            "outs": 1,
            "fractional": [],
            "rows": [
                _row("only-for:0", _terms((0, 2), (1, -1)), None, 0),
                _row("need:P-1:0", _terms((0, 2), (1, -1)), 0, None),
                _row("balance", area, None, PATCH),
                _row("swap.balance_tolerance_m2", area, PATCH - 1_000_000, None),
            ],
            "land": {"balance": 2, "tolerance": 3},
            "spanning": [2, 3],
            "clauses": [],
            "ground": {
                "cell": [-1, 0, 1, -1],
                "inside": [1, 0, 1, 0],
                "edge": [0, 0, 0, 1],
                "area": [10**9, SITE, PATCH, 10**9],
                "left": [0, 1, 2],
                "right": [1, 3, 3],
                "least_new": 0,
                "least_rest": 0,
                "least_hole": 0,
            },
            "plan": [1, 0, 1],
            "levels": [
                {
                    "parts": [
                        {
                            "name": "tier-1-near",
                            "unit": 1,
                            "constant": 0,
                            "costs": _terms((2,), (-1,)),
                        }
                    ],
                    "bound": -1,
                    "by": "arithmetic",
                    "prices": [{"rows": [], "prices": []}],
                    "cases": [[-1]],
                    "blocks": [],
                },
                {
                    "parts": [
                        {
                            "name": "weak-first",
                            "unit": 1,
                            "constant": 5,
                            "costs": _terms((1,), (-5,)),
                        }
                    ],
                    "bound": 5,
                    "by": "arithmetic",
                    # Of the project's land, of the balance, and of the level above.
                    "prices": [
                        {"rows": [1, 2, 4], "prices": [SITE * PRICE, -PRICE, -SITE * PRICE]}
                    ],
                    "cases": [[-1]],
                    "blocks": [],
                },
            ],
        }
    )
