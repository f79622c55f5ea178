"""The benchmarks' layers on disk: made once, kept below build/bench/layers.

``python -m benchmarks.store parcels 500000`` makes one in a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from benchmarks import bent_cells, ground, parcels, zones
from benchmarks.subdivide import subdivide

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUILD = Path(__file__).parents[1] / "build" / "bench"
LAYERS = BUILD / "layers"
ROW_GROUP = 10_000
"""Rows that a reader may fetch by themselves."""

CHECKED = 110_000
"""Layers of up to so many polygons are checked to be a valid coverage; GEOS takes long beyond."""


def layer(name: str, count: int | None = None) -> Path:
    """Return the GeoParquet file of a layer, made first where it is not there yet.

    Parameters
    ----------
    name
        ``parcels``, ``zones``, ``zones-subdivided`` (pieces of at most 256 vertices), ``boundary``
        or ``sites``.
    count
        About how many parcels.
    """
    path = _path(name, count)
    if not path.exists():
        number = [] if count is None else [str(count)]
        command = [sys.executable, "-m", "benchmarks.store", name, *number]
        subprocess.run(command, cwd=Path(__file__).parents[1], check=True)  # noqa: S603  # our own module
    return path


def described(name: str, count: int | None = None) -> dict[str, int]:
    """Return how many polygons, vertices and holes a layer has, and how they spread."""
    text = layer(name, count).with_suffix(".json").read_text(encoding="utf-8")
    told: dict[str, int] = json.loads(text)
    return told


def main(arguments: list[str]) -> int:
    """Make one layer."""
    name, count = arguments[0], int(arguments[1]) if len(arguments) > 1 else None
    started = time.perf_counter()
    polygons, ids, classes = _made(name, count)
    wrong = ~shapely.is_valid(polygons)
    fits = name not in ("parcels", "zones") or len(polygons) > CHECKED
    if wrong.any() or not (fits or shapely.coverage_is_valid(polygons)):
        print(f"{name}: {wrong.sum()} polygons are invalid, or they do not fit together")
        return 1
    table = gpd.GeoDataFrame({"id": ids, "class": classes}, geometry=polygons, crs=ground.EPSG)
    path = _path(name, count)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = _counts(polygons)
    path.with_suffix(".json").write_text(json.dumps(told) + "\n", encoding="utf-8")
    part = path.with_suffix(".part")
    table.to_parquet(part, index=False, row_group_size=ROW_GROUP)
    part.rename(path)
    text = ", ".join(f"{value} {key}" for key, value in told.items())
    print(f"made {name}: {text}; {time.perf_counter() - started:.0f} s", flush=True)
    return 0


def _counts(polygons: NDArray[np.object_]) -> dict[str, int]:
    vertices = shapely.get_num_coordinates(polygons)
    few, half, many = np.percentile(vertices, [5, 50, 95])
    return {
        "polygons": len(polygons),
        "vertices": int(vertices.sum()),
        "vertices of the 5th percentile": round(few),
        "of the median": round(half),
        "of the 95th percentile": round(many),
        "of the largest": int(vertices.max()),
        "holes": int(shapely.get_num_interior_rings(shapely.get_parts(polygons)).sum()),
        "hectares": round(float(shapely.area(polygons).sum()) / 1e4),
    }


def _made(
    name: str, count: int | None
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.int64]]:
    """Return polygons, ids and classes of a layer."""
    if name == "parcels":
        survey = parcels.parcels(count or 10_000)
        return survey.polygons, np.arange(len(survey.polygons)), survey.classes
    if name in ("boundary", "sites"):
        plain = zones.boundary() if name == "boundary" else zones.sites()
        return plain, np.arange(len(plain)), np.zeros(len(plain), dtype=np.int64)
    plan = zones.zones()
    ids = np.arange(len(plan.polygons))
    if name == "zones":
        return plan.polygons, ids, plan.classes
    pieces, zone = subdivide(plan.polygons)
    return pieces, zone, plan.classes[zone]


def _path(name: str, count: int | None) -> Path:
    """Return where a layer lies; a changed generator makes it anew."""
    sources = [Path(str(module.__file__)) for module in (bent_cells, ground, parcels, zones)]
    sources += [Path(__file__), Path(__file__).with_name("subdivide.py")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]
    number = "" if count is None else f"-{count}"
    return LAYERS / f"{name}{number}-{digest}.parquet"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
