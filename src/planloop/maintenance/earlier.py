"""An earlier scheme of the same region, which a new one stays near to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from planloop.checks.diffs.side import read_side
from planloop.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from planloop.geometry.fabric import Fabric
    from planloop.plan.region import Region


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """What an earlier scheme changes, to be asked by place: its faces may have been cut otherwise.

    Parameters
    ----------
    digest
        Digest of the scheme.
    pieces
        The pieces of its change set, all layers.
    served
        Numbers of the projects that it serves.
    """

    digest: str
    pieces: gpd.GeoDataFrame
    served: frozenset[str]

    @classmethod
    def read(cls, folder: Path, region: Region) -> Earlier:
        """Read a written scheme.

        Raises
        ------
        InputError
            The folder holds no scheme, or not what was written; or one of another region.
        """
        side = read_side(folder)
        found = side.document.region
        if (found.code, found.epsg) != (region.code, region.epsg):
            raise InputError(
                "read.near-elsewhere",
                path=folder,
                told=f"{region.code}, EPSG:{region.epsg}",
                found=f"{found.code}, EPSG:{found.epsg}",
            )
        served = (item.id for item in side.decisions if item.outcome == "served")
        return cls(side.document.digest, side.pieces, frozenset(served))

    def changed(
        self, fabric: Fabric, cells: Sequence[NDArray[np.int64]], layer: str
    ) -> NDArray[np.bool_]:
        """Return which cells, given by their faces, it changes in a layer, shape (n,)."""
        return np.array([item is not None for item in self._of_cell(fabric, cells, layer)[1]], bool)

    def codes(
        self, fabric: Fabric, cells: Sequence[NDArray[np.int64]], layer: str
    ) -> list[str | None]:
        """Return the code that it gives each cell in a layer.

        None where it changes nothing there, or takes the land out of the layer.
        """
        held, rows = self._of_cell(fabric, cells, layer)
        codes = held["code_after"].to_numpy(dtype=object)
        found = [None if row is None else codes[row] for row in rows]
        return [code if isinstance(code, str) else None for code in found]

    def _of_cell(
        self, fabric: Fabric, cells: Sequence[NDArray[np.int64]], layer: str
    ) -> tuple[gpd.GeoDataFrame, list[int | None]]:
        """Return the pieces of a layer, and the row of that with most of each cell's area.

        None where most of it lies in no piece. A face lies where its point on the surface does.
        """
        held = self.pieces[self.pieces["layer"] == layer]
        faces = np.concatenate([np.zeros(0, dtype=np.int64), *cells])
        points = shapely.point_on_surface(fabric.faces[faces])
        tree = shapely.STRtree(np.asarray(held.geometry.array, dtype=object))
        piece = np.full(len(faces), len(held), dtype=np.int64)
        point, row = tree.query(points, predicate="within")
        piece[point] = row
        owner = np.repeat(np.arange(len(cells)), [len(item) for item in cells])
        area = np.zeros((len(cells), len(held) + 1))
        np.add.at(area, (owner, piece), fabric.area[faces])
        return held, [None if row == len(held) else int(row) for row in area.argmax(axis=1)]
