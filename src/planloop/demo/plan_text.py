"""The plan's indicators and clauses, as tables; invented, but for the plan's period."""

from __future__ import annotations

INDICATORS: dict[str, tuple[float | None, float | None]] = {
    "2": (0.19, 0.24),
    "4": (4.4, 4.4),
    "5": (21.6, 34.0),
    "6": (14.2, 24.9),
    "7": (9.1, 9.1),
    "9": (47.5, 47.5),
    "15": (1.11, 4.5),
    "15-中心": (1.02, 4.2),
    "16": (96.0, 98.0),
    "17": (None, 560.0),
    "17-中心": (None, 520.0),
    "18": (1.8, 3.0),
    "23": (12.0, 8.0),
    "34": (35.0, 60.0),
    "36": (1.0, 1.8),
}
"""Number of the indicator → value of the base year, and target."""

CLAUSES = {
    "第17条": "城镇开发边界总面积{boundary}公顷，扩展倍数按下发口径控制。",
    "第23条": "生态控制区面积{zone-200}公顷，城镇发展区面积{zone-400}公顷。",
    "第24条": "生态保护区面积{zone-100}公顷，严格保护，不得擅自调整。",
    "第41条": "中心城区人均公园绿地{indicator-30}平方米，体育用地{indicator-29}平方米。",
}
"""Number of the clause → text with places for figures."""
