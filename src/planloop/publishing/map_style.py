"""How each thing on a map looks and is called: one table, for the map and for its legend."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from matplotlib.colors import to_hex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planloop.standard.records import Zone

When = Literal["both", "after", "locator"]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke of a line: colour, width in points, dashes in widths of the line."""

    colour: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Style:
    """How one thing looks.

    Parameters
    ----------
    key
        Its name.
    draw, legend
        Order in which things are drawn, the last on top, and in which the legend lists them;
        ``legend`` is None for what the legend leaves out.
    when
        Drawn in ``both`` panels, in the panel ``after`` alone, or in the ``locator``.
    take, of, match
        Where the features come from: ``zones``; ``boundary`` (`of`: prefix of the zone code);
        ``class`` (`of`: prefix of the land class); ``role`` (`of`: role of the settings);
        ``borders`` (the lines between a role's features);
        ``layer`` (`of`: layer codes; `match`: what one of a feature's texts holds); ``pieces``
        (`of`: kind of the change); ``role-name`` and ``layer-name`` (`match`: field of the name).
    fill, hatch, hatch_colour
        Inside: colour, ``""`` for none; hatch as matplotlib names it.
    strokes
        Outline or line, the lowest first.
    band
        Width in mm on paper of a tinted band along the inside of the outline.
    marker, marker_size
        Marker of a point, as matplotlib names it, and its size in points.
    text_size
        Size of a name, in points.
    label_zh, label_en
        What the legend calls it.
    """

    key: str
    draw: int
    legend: int | None
    when: When
    take: str
    of: str
    match: str
    fill: str
    hatch: str
    hatch_colour: str
    strokes: tuple[Stroke, ...]
    band: float
    marker: str
    marker_size: float
    text_size: float
    label_zh: str
    label_en: str
    lighten: float


@cache
def styles() -> Mapping[str, Style]:
    """Return the styles by key, in the order of the table."""
    text = resources.files("planloop.publishing").joinpath("map_styles.csv").read_text("utf-8")
    return {row["key"]: _style(row) for row in csv.DictReader(text.splitlines())}


def zone_style(zone: Zone | None, code: str) -> Style:
    """Return the style of a planning zone: the standard's colour, made lighter, and its name.

    Parameters
    ----------
    zone
        The zone, None for a code that the standard does not know.
    code
        Its code.
    """
    base = styles()["zone"]
    if zone is None:
        return replace(base, key=f"zone-{code}", fill="#e6e6e6", label_zh=code, label_en=code)
    return replace(
        base,
        key=f"zone-{code}",
        fill=lighter(zone.rgb, base.lighten),
        label_zh=zone.name_zh,
        label_en=zone.name_en,
    )


def lighter(rgb: tuple[int, int, int], share: float) -> str:
    """Return a colour mixed with a share of white, as ``#rrggbb``."""
    red, green, blue = ((part + (255 - part) * share) / 255 for part in rgb)
    return to_hex((red, green, blue))


def _style(row: dict[str, str]) -> Style:
    strokes = [
        Stroke(row[name], float(row[width]), tuple(map(float, row[dash].split())))
        for name, width, dash in (
            ("edge", "width", "dash"),
            ("over", "over_width", "over_dash"),
        )
        if row[name] and row[width]
    ]
    when: dict[str, When] = {"both": "both", "after": "after", "locator": "locator"}
    return Style(
        key=row["key"],
        draw=int(row["draw"]),
        legend=int(row["legend"]) if row["legend"] else None,
        when=when[row["when"]],
        take=row["take"],
        of=row["of"],
        match=row["match"],
        fill=row["fill"],
        hatch=row["hatch"],
        hatch_colour=row["hatch_colour"],
        strokes=tuple(strokes),
        band=float(row["band_mm"] or 0),
        marker=row["marker"],
        marker_size=float(row["marker_size"] or 0),
        text_size=float(row["text_size"] or 0),
        label_zh=row["label_zh"],
        label_en=row["label_en"],
        lighten=float(row["lighten"] or 0),
    )
