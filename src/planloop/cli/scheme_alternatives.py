"""``planloop scheme alternatives``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planloop.cli.options import OUT, SETTINGS
from planloop.cli.shell import Shell, verb
from planloop.messages import render

if TYPE_CHECKING:
    from pathlib import Path

    from planloop.maintenance.alternatives import Option


@click.command("alternatives")
@SETTINGS
@OUT
@click.option(
    "--count",
    type=click.IntRange(1, 12),
    default=5,
    show_default=True,
    help="Plans at most, with the one that a run would choose.",
)
@click.option(
    "--distance",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Projects that any two plans differ by at least.",
)
@click.option(
    "--front-points",
    type=click.IntRange(0, 30),
    default=6,
    show_default=True,
    help="Points on each front at most; 0 for no fronts.",
)
@click.option("--overwrite", is_flag=True, help="Replace earlier alternatives in that folder.")
@verb
def alternatives(  # noqa: PLR0913  # one for each option
    shell: Shell,
    settings: Path,
    directory: Path,
    *,
    count: int,
    distance: int,
    front_points: int,
    overwrite: bool,
) -> None:
    """Compare the best plans that SETTINGS (scheme.toml) allows: a picture, tables, data.

    The first plan is the one that `scheme run` would choose; each of the others is the best of
    those that serve other projects than all before it. Two fronts show what serving projects costs
    in outline, and in land moved. 方案比选：若干最优方案及其权衡。
    """
    from planloop.api import find_alternatives, write_alternatives  # noqa: PLC0415  # instant help

    progress = shell.progress()
    made = find_alternatives(
        settings, count, distance=distance, front_points=front_points, progress=progress
    )
    written = write_alternatives(made, directory, overwrite=overwrite, progress=progress)
    shell.say(made.settings.scheme.name)
    for place, item in enumerate(made.options, start=1):
        shell.say(plan_line(place, item, len(made.demands), shell.lang))
    shell.say(render(f"alternatives.ended-{made.ended}", {}, shell.lang))
    shell.say_files(written)
    data: dict[str, object] = {
        "scheme": made.settings.scheme.name,
        "directory": str(written),
        "ended": made.ended,
    }
    items: list[dict[str, object]] = [
        {
            "place": place,
            "standing": item.plan.standing,
            "served": list(item.measured.served),
            "gained": list(item.plan.gained),
            "left": list(item.plan.left),
            "proven": item.plan.proven,
        }
        for place, item in enumerate(made.options, start=1)
    ]
    shell.give(data, items)


def plan_line(place: int, item: Option, wanted: int, lang: str) -> str:
    """Return one line for a plan: how it compares, whom it serves, and what changes for it."""
    plan = item.plan
    parts = [
        render("alternatives.plan", {"place": place}, lang),
        render(f"alternatives.{plan.standing}", {}, lang),
        render(
            "alternatives.served", {"served": len(item.measured.served), "wanted": wanted}, lang
        ),
    ]
    for sign, numbers in (("+", plan.gained), ("-", plan.left)):
        parts += [f"{sign}{number}" for number in numbers]
    return "  ".join(parts)
