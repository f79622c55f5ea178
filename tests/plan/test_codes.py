"""Codes matched by how they begin."""

from __future__ import annotations

import numpy as np

from planloop.plan.codes import starts_with


def test_codes_begin_with_any_prefix_and_nothing_begins_with_none() -> None:
    codes = np.array(["0701", None, "070102", "", "1207", "0701", "07"], dtype=object)
    expected = [True, False, True, False, True, True, False]
    assert starts_with(codes, ["0701", "12"]).tolist() == expected
    assert starts_with(codes, [""]).tolist() == [True, False, True, False, True, True, True]
    assert starts_with(codes, []).tolist() == [False] * 7
    assert starts_with(np.array([None, None], dtype=object), ["1"]).tolist() == [False, False]
    assert starts_with(np.array([], dtype=object), ["1"]).tolist() == []
