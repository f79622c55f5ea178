"""Areas on the ellipsoid, latitude and longitude given, against pyproj.Geod."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mpmath as mp
import numpy as np

from benchmarks.measure import measured
from benchmarks.sizes import run
from benchmarks.store import layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from benchmarks.record import Record

JOB = "ellipsoidal areas, lat/lon given"
TIMES = 5
REFERENCES = 24
"""Rings that are also measured with 50 digits."""

DIGITS = 1e-12
"""Largest relative difference to 50 digits."""

GEODESIC = 1e-6
"""pyproj's edges are geodesics, ours straight in latitude and longitude: areas differ by less than
this part of the sum."""


SERIES = (
    ((1, 1, 0), (3, 6, 1), (30, 80, 2), (35, 112, 3), (630, 2304, 4)),
    ((1, 6, 1), (15, 80, 2), (21, 112, 3), (420, 2304, 4)),
    ((3, 80, 2), (7, 112, 3), (180, 2304, 4)),
    ((1, 112, 3), (45, 2304, 4)),
    ((5, 2304, 4),),
)
"""The coefficients A to E of the official rule: sums of top / bottom times a power of e²."""


def main() -> int:
    """Measure, and return 1 when areas disagree."""
    return run("area", work, quick=[2_000_000], full=[2_000_000, 20_000_000], unit="vertices")


def work(record: Record) -> None:
    """Measure planloop and pyproj on the same rings."""
    parcels = layer("parcels", 100_000 if record.size < 4_000_000 else 500_000)  # noqa: PLR2004  # what they have
    with tempfile.TemporaryDirectory(prefix="planloop-bench-") as folder:
        path = Path(folder, "rings.npz")
        measured("areas:located", path=parcels, vertices=record.size, into=path)
        ours = measured("areas:ours", path=path, times=TIMES)
        theirs = measured("areas:theirs", path=path)
        with np.load(path) as arrays:
            given = {name: arrays[name] for name in arrays.files}
    calls = [ours.phases[f"call {number}"] for number in range(1, TIMES)]
    record.add(JOB, "planloop.ring_areas", min(calls, key=lambda call: call.cpu), ours.peak)
    record.heard(str(theirs.facts["version"]))
    record.add(JOB, "pyproj.Geod, ring by ring", theirs.phases["geod"], theirs.peak)
    record.facts["rings"] = len(given["first"]) - 1
    record.facts["vertices"] = len(given["latitude"])

    mine, their = np.abs(ours.arrays["area"]), np.abs(theirs.arrays["area"])
    chosen = np.linspace(0, len(mine) - 1, REFERENCES).astype(int)
    series, closed = np.array([reference(given, ring) for ring in chosen]).T
    digits = np.abs(mine[chosen] / series - 1.0).max()
    record.check("areas against the series with 50 digits, relative", digits, DIGITS)
    truncated = np.abs(series / closed - 1.0).max()
    record.facts["five-term series against the closed form, relative"] = float(truncated)
    record.facts["largest difference to geodesic edges, m²"] = float(np.abs(mine - their).max())
    total = abs(mine.sum() / their.sum() - 1.0)
    record.check("pyproj.Geod: sum of areas differs (its edges are geodesics)", total, GEODESIC)


def reference(given: Mapping[str, NDArray[Any]], ring: int) -> tuple[float, float]:
    """Return the area of a ring with 50 digits, by the official series and by the closed form.

    Both sum up, edge by edge, the area between two parallels over the mean longitude of the ends.
    The series breaks off after five terms, the closed form of the area below a parallel is exact.
    """
    start, stop = given["first"][ring : ring + 2]
    with mp.workdps(50):
        flattening = 1 / mp.mpf("298.257222101")  # of CGCS2000, as is the semi-major axis
        e2 = flattening * (2 - flattening)
        e, minor = mp.sqrt(e2), mp.mpf(6378137) * (1 - flattening)
        terms = [
            sum(mp.mpf(top) / bottom * e2**power for top, bottom, power in row) for row in SERIES
        ]

        def below(latitude: Any) -> Any:  # noqa: ANN401  # mpmath has no types
            sine = mp.sin(latitude)
            return minor**2 / 2 * (sine / (1 - e2 * sine**2) + mp.atanh(e * sine) / e)

        series = closed = mp.mpf(0)
        for k in range(start, stop - 1):
            south, north = (mp.mpf(given["latitude"][k + end]) for end in (0, 1))
            width = (mp.mpf(given["longitude"][k]) + mp.mpf(given["longitude"][k + 1])) / 2
            half, middle = (north - south) / 2, (north + south) / 2
            waves = [mp.sin(n * half) * mp.cos(n * middle) for n in (1, 3, 5, 7, 9)]
            signs = (1, -1, 1, -1, 1)
            series += (
                2 * minor**2 * width * sum(map(mp.fprod, zip(signs, terms, waves, strict=True)))
            )
            closed += width * (below(north) - below(south))
        return float(abs(series)), float(abs(closed))


if __name__ == "__main__":
    sys.exit(main())
