"""What differs between two schemes, as files: the land as a layer, and a picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.errors import OutputError
from planloop.messages import LANGUAGES, render
from planloop.plan.formats.geopackage import write_layers
from planloop.plan.formats.staging import staged, staged_file
from planloop.plan.layer import Layer, canonical
from planloop.publishing.diff_map import picture

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.checks.scheme_diff import SchemeDiff

LAND = "land"
"""Name of the layer."""


def publish_difference(
    diff: SchemeDiff, *, layer: Path | None = None, image: Path | None = None
) -> tuple[Path, ...]:
    """Write what is asked for, and return the paths written.

    Parameters
    ----------
    diff
        The comparison.
    layer
        GeoPackage for the land that differs, as :func:`write_land` does.
    image
        PNG for the map, as :func:`write_map` does.

    Raises
    ------
    OutputError
        A file exists, has another suffix, or cannot be written whole.
    """
    wanted = ((layer, ".gpkg", write_land), (image, ".png", write_map))
    for path, suffix, _ in wanted:
        if path is not None:
            _check_name(path, suffix)
    return tuple(write(diff, path) for path, _, write in wanted if path is not None)


def write_land(diff: SchemeDiff, path: Path) -> Path:
    """Write the land that differs as a new GeoPackage, and return its path.

    Its one layer has the columns of :data:`~planloop.checks.diffs.land.LAND_COLUMNS`, and what
    each patch is in ``zh`` and ``en``.

    Raises
    ------
    OutputError
        The file exists, or cannot be written whole.
    """
    frame = diff.land
    for lang in LANGUAGES:
        texts = [
            f"{render(f'diff.only-{row.changed}', {}, lang)} "
            f"{render(f'diff.kind-{row.kind}', {}, lang)}"
            for row in frame.itertuples()
        ]
        frame = frame.assign(**{lang: texts}).astype({lang: "str"})
    with staged(path, features=len(frame)) as aside:
        write_layers(aside, [Layer(LAND, canonical(frame))])
    return path


def write_map(diff: SchemeDiff, path: Path) -> Path:
    """Write a picture of where the schemes change the boundary differently, and return its path.

    Raises
    ------
    InputError
        The plan before cannot be read from the files of the first scheme.
    OutputError
        The file exists, or cannot be written.
    """
    image = picture(diff)
    with staged_file(path) as aside:
        aside.write_bytes(image)
    return path


def _check_name(path: Path, suffix: str) -> None:
    if path.suffix.lower() != suffix:
        raise OutputError("diff.suffix", path=path, suffix=suffix)
    if path.exists():
        raise OutputError("write.exists", path=path)
