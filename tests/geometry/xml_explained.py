"""Where our functions do not simply agree with the XML suites of GEOS and JTS, and why.

An entry that begins to agree fails the test, and so does one that differs in another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.geometry.xml_judge import Verdict

FINER = """
geos/general/TestValid2-big.xml 1.1
geos/issue/issue-geos-350.xml 1.1 1.2 2.1
geos/issue/issue-geos-358.xml 1.1
geos/issue/issue-geos-360.xml 1.1
geos/issue/issue-geos-488.xml 1.1
geos/issue/issue-geos-614.xml 1.1
geos/issue/issue-geos-838.xml 1.1
geos/misc/heisenbugs.xml 1.1
geos/robust/overlay/TestOverlay-geos-1051.xml 1.1
geos/robust/overlay/TestOverlay-geos-350.xml 1.1 1.2 2.1
geos/robust/overlay/TestOverlay-geos-358.xml 1.1
geos/robust/overlay/TestOverlay-geos-360.xml 1.1
geos/robust/overlay/TestOverlay-geos-368.xml 1.1
geos/robust/overlay/TestOverlay-geos-488.xml 1.1
geos/robust/overlay/TestOverlay-geos-522.xml 1.1
geos/robust/overlay/TestOverlay-geos-737.xml 1.1
geos/robust/overlay/TestOverlay-geos-838.xml 1.1
geos/robust/overlay/TestOverlay-isochrone.xml 18.1 25.1 26.1 94.1
geos/robust/overlay/TestOverlay-jts-300.xml 1.1
geos/robust/overlay/TestOverlay-jts-808.xml 1.1
geos/robust/overlay/TestOverlay-misc-4.xml 1.1
geos/robust/overlay/TestOverlay-pg-4182-2.xml 1.1
geos/robust/overlay/TestOverlay-pg-list.xml 3.1
geos/robust/overlay/TestOverlay-rsf-794.xml 1.1
geos/robust/overlay/TestOverlay-shapely-1061.xml 1.1
geos/robust/overlay/TestOverlay-stmlf.xml 67.1 376.1 1510.1 1788.1 1862.1
jts/general/TestUnaryUnionFloating.xml 2.1
jts/misc/TestOverlay.xml 3.1 4.1
jts/misc/geos-bug838-union.xml 1.1
jts/robust/overlay/TestOverlay-geos-368.xml 1.1
jts/robust/overlay/TestOverlay-misc-4.xml 5.1
jts/robust/overlay/TestOverlay-pg-2176.xml 1.1
"""
"""Files, each with its operations: numbers need more digits than 500 km of our grid hold, and
outlines come so close to themselves that rounding makes them touch. Rounded, the argument is
invalid, and we refuse it. Repaired, on the grid, it agrees."""

INVALID = """
geos/issue/issue-geos-994.xml 1.1
geos/robust/overlay/TestOverlay-geos-994.xml 1.1
jts/misc/TestOverlay.xml 5.1
"""
"""An argument is invalid as it stands (GEOS says so), the suites want a result nevertheless, and we
refuse it: nothing is repaired silently."""

DIFFERENT = {
    "geos/robust/overlay/TestOverlay-misc-5.xml 1.1": (
        "All of it lies between the lines of a grid of 1, and the suite rounds both arguments and "
        "their crossings at once; we round each argument first, and one and a half cells remain."
    ),
    "geos/robust/overlay/TestOverlay-stmlf.xml 116.1": (
        "An outline that touches itself: `overlay` leaves its cut to GEOS, and GEOS's piece "
        "is 0.014 m² of 1,166 km² too large; `tabulate` has the area that fractions have."
    ),
    "geos/robust/overlay/TestOverlay-stmlf.xml 569.1": (
        "Polygons of 41,161 km²: what the smaller has outside the larger, 0.02 m², is less than "
        "what rounding may do to sums of that size, and the smaller counts as wholly inside."
    ),
    "geos/robust/overlay/TestOverlay-stmlf.xml 634.1": (
        "As 116.1: between polygons of 22,000 km² GEOS's piece is 1.723 m², not 1.768 m²."
    ),
    "jts/misc/TestOverlay.xml 2.1": (
        "The stated union is larger than both arguments less what they share, by 0.13 %; GEOS's "
        "union is ours. JTS keeps the file among those that it does not run."
    ),
}


def explained() -> dict[str, Verdict]:
    """Return the verdict on each operation that does not simply agree."""
    verdicts: dict[str, Verdict] = dict.fromkeys(DIFFERENT, "differs")
    verdicts |= dict.fromkeys(INVALID.strip().splitlines(), "invalid")
    for line in FINER.strip().splitlines():
        file, *operations = line.split(" ")
        verdicts |= {f"{file} {operation}": "finer" for operation in operations}
    return verdicts
