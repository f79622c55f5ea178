"""The change set that verifying rebuilds: what the run's was, and nothing that no piece tells."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from planloop import standard
from planloop.plan.change_set import ChangeSet
from planloop.plan.layer import Layer
from planloop.plan.unsettled import SETTING, USED
from tests.checks.toy_city import ZONE_OF, City, Claim, claim, moves
from tests.examples import examples

if TYPE_CHECKING:
    import geopandas as gpd

FREE = sorted(place for place, code in ZONE_OF.items() if code == "520")
HELD = sorted(place for place, code in ZONE_OF.items() if code.startswith("4"))


def same(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> None:
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


@given(
    entering=st.sets(st.sampled_from(FREE), max_size=6),
    leaving=st.sets(st.sampled_from(HELD), max_size=6),
    part=st.sampled_from(["410", "430"]),
)
@hypothesis.settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_between_is_what_the_run_made(
    toy: City,
    entering: set[tuple[int, int]],
    leaving: set[tuple[int, int]],
    part: str,
) -> None:
    nothing = np.zeros(0, dtype=np.int64)
    into = toy.faces(*sorted(entering)) if entering else nothing
    out = toy.faces(*sorted(leaving)) if leaving else nothing
    made = claim(toy, moves(into, part, part) + moves(out, None, "520"))
    again = ChangeSet.between(made.before, made.after, made.changes.pieces)
    for code, delta in made.changes.deltas.items():
        if len(delta.old) or len(delta.new):
            same(again.deltas[code].old, delta.old)
            same(again.deltas[code].new, delta.new)
    assert set(again.deltas) <= set(made.changes.deltas)
    assert again.apply(made.before).digest() == made.after.digest()
    assert again.invert().apply(made.after).digest() == made.before.digest()


@pytest.mark.parametrize("layer", ["ZXCQCSLVX", "GHFQ"])
def test_what_no_piece_tells_is_left_out(honest: Claim, layer: str) -> None:
    held = honest.after.layer(layer)
    untouched = next(fid for fid in held.ids if fid not in set(honest.changes.pieces["before_id"]))
    frame = held.frame.copy()
    frame.loc[untouched, "BZ"] = "改"
    after = honest.after.with_layers(Layer(layer, frame))
    again = ChangeSet.between(honest.before, after, honest.changes.pieces)
    told = again.deltas.get(layer)
    assert told is None or untouched not in {*told.old.index, *told.new.index}
    assert again.apply(honest.before).digest() == honest.after.digest()


def _asked(node: ast.AST) -> list[ast.expr]:
    """Return what a call asks the standard's parameters for, where it is one."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return node.args if name in {"parameter", "_default"} else []
    if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "parameters":
        return [node.slice]
    return []


def test_parameters_that_are_used_are_known() -> None:
    """Every parameter that the code asks the standard for stands in the list, and only those."""
    source = Path(standard.__file__).parents[1]
    found = set()
    for path in sorted(source.rglob("*.py")):
        if path.name in {"loader.py", "unsettled.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            texts = _asked(node)
            found |= {
                item.value
                for item in texts
                if isinstance(item, ast.Constant) and isinstance(item.value, str)
            }
    assert found == set(USED)
    assert set(SETTING) <= set(USED)
