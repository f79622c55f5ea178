"""Fuzzing of the geometry kernel: bytes become layers, and what is promised of them is checked.

`targets` names what there is to fuzz, `decode` makes layers of bytes, and what must hold lies in
``tests/geometry/invariants.py``, where the property tests take it from, too. `python -m fuzz` runs
the targets under atheris for a while; ``tests/geometry/test_corpus.py`` replays the committed
inputs without it.
"""
