"""A drawn sheet as files: a picture and a PDF, the same bytes for the same sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planloop.publishing.map_page import DPI

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


def write_picture(figure: Figure, directory: Path, stem: str, title: str) -> list[Path]:
    """Write ``<stem>.png`` and ``<stem>.pdf``, and return their paths."""
    png, pdf = directory / f"{stem}.png", directory / f"{stem}.pdf"
    figure.savefig(png, dpi=DPI, metadata={"Software": "planloop", "Title": title})
    told = {"Title": title, "Creator": "planloop", "Producer": "planloop"}
    figure.savefig(pdf, metadata=told | {"CreationDate": None})
    return [png, pdf]
