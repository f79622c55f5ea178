"""The few calls that the command line, a notebook and the README share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planloop.checks.conformity.conflicts import conflict_layers
from planloop.checks.conformity.opening import (
    Checked,
    CheckedList,
    check_list,
    check_sector_plan,
    open_grounds,
)
from planloop.checks.scheme_diff import SchemeDiff, compare
from planloop.checks.verify import Verification, verify
from planloop.errors import BrokenPromiseError
from planloop.maintenance.alternatives import Alternatives, alternatives
from planloop.maintenance.boundary.second.recheck import Opinion, rechecked
from planloop.maintenance.run import run
from planloop.plan.formats.package import write_package
from planloop.plan.intake import Intake, intake
from planloop.plan.optimality import read_optimality
from planloop.plan.scheme_document import read_document
from planloop.plan.sector_plan import Reading
from planloop.plan.settings import read_settings
from planloop.plan.written import CERTIFICATE, DOCUMENT
from planloop.progress import silent
from planloop.publishing.alternatives_files import publish_alternatives
from planloop.publishing.diff_files import publish_difference
from planloop.publishing.project_sheet import write_sheets
from planloop.publishing.publish import publish

if TYPE_CHECKING:
    from planloop.checks.conformity.checking import Conformity
    from planloop.checks.conformity.grounds import Grounds
    from planloop.plan.scheme import Scheme
    from planloop.progress import Progress


def read_plan(settings: Path | str, *, progress: Progress = silent) -> Intake:
    """Take in the files that a ``scheme.toml`` names: the plan, its fabric and the certificate."""
    return intake(read_settings(Path(settings)), progress)


def make_scheme(
    settings: Path | str,
    *,
    progress: Progress = silent,
    allow_broken: bool = False,
    cache: Path | str | None = None,
) -> Scheme:
    """Make the scheme that a ``scheme.toml`` describes, and prove it.

    With a `cache`, a folder, inputs that did not change since an earlier run are not taken in anew.

    Raises
    ------
    BrokenPromiseError
        A proof is broken, unless `allow_broken`.
    PlanloopError
        An input or setting cannot be used, or no legal swap was found.
    """
    kept = None if cache is None else Path(cache)
    scheme = run(read_settings(Path(settings)), progress, cache=kept)
    if scheme.broken and not allow_broken:
        first = scheme.broken[0]
        names = ", ".join(proof.name for proof in scheme.broken)
        where = ", ".join(first.broken_at[:5])
        raise BrokenPromiseError("scheme.broken", proofs=names, where_broken=where or "-")
    return scheme


def write_scheme(
    scheme: Scheme, directory: Path | str, *, overwrite: bool = False, progress: Progress = silent
) -> Path:
    """Write a scheme as files, all or nothing, and return their folder."""
    return publish(scheme, Path(directory), progress=progress, overwrite=overwrite)


def verify_scheme(directory: Path | str, *, progress: Progress = silent) -> Verification:
    """Re-prove a scheme from its written files alone."""
    return verify(Path(directory), progress)


def recheck_scheme(directory: Path | str) -> tuple[Opinion, ...]:
    """Put to the second engine what the certificate of a written scheme takes on trust.

    Raises
    ------
    PlanloopError
        The files cannot be read, or the second engine is not installed or failed.
    """
    folder = Path(directory)
    document = read_document(folder / DOCUMENT)
    settings = document.scheme_settings(folder / DOCUMENT).solver
    told = read_optimality(folder / CERTIFICATE)
    return tuple(rechecked(told, document.solver_certificate(), settings))


def compare_schemes(a: Path | str, b: Path | str) -> SchemeDiff:
    """Return what differs between the written schemes in two folders, and what it costs."""
    return compare(Path(a), Path(b))


def write_difference(
    diff: SchemeDiff, *, layer: Path | str | None = None, image: Path | str | None = None
) -> tuple[Path, ...]:
    """Write the land that differs as a GeoPackage, a map of it as a PNG, and return the paths."""
    land = None if layer is None else Path(layer)
    drawn = None if image is None else Path(image)
    return publish_difference(diff, layer=land, image=drawn)


def find_alternatives(
    settings: Path | str,
    count: int = 5,
    *,
    distance: int = 1,
    front_points: int = 6,
    progress: Progress = silent,
) -> Alternatives:
    """Return the best plans that a ``scheme.toml`` allows, and what could be had for what.

    Parameters
    ----------
    settings
        The file.
    count
        Plans at most.
    distance
        Projects that any two of them differ by at least.
    front_points
        Points on each front at most; 0 for no fronts.
    progress
        Told of each step.

    Raises
    ------
    PlanloopError
        An input or setting cannot be used, or no legal swap was found.
    """
    chosen = read_settings(Path(settings))
    return alternatives(
        chosen, count, distance=distance, front_points=front_points, progress=progress
    )


def write_alternatives(
    made: Alternatives,
    directory: Path | str,
    *,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Path:
    """Write alternatives as files, all or nothing, and return their folder."""
    return publish_alternatives(made, Path(directory), progress=progress, overwrite=overwrite)


def check_conformity(  # what a file does not say of itself  # noqa: PLR0913
    sector_plan: Path | str,
    plan: Path | str,
    *,
    layer: str | None = None,
    crs: str | None = None,
    datum: str | None = None,
    width: float | None = None,
    sector: str | None = None,
    progress: Progress = silent,
) -> Checked:
    """Check a sector plan, or any site, against a plan: P1 to P12 of each of its sites.

    To ask one plan more than once, open it by
    :func:`planloop.checks.conformity.opening.open_grounds` and ask
    :func:`planloop.checks.conformity.opening.check_sector_plan`.

    Parameters
    ----------
    sector_plan
        Any vector file, or a coordinate file (.txt).
    plan
        Folder of a written scheme, or a ``scheme.toml``.
    layer
        Layer to check; all of them if it is None.
    crs
        Coordinate system, where the file states none or a wrong one.
    datum
        The assumption, in words, under which another datum is taken as CGCS2000.
    width
        Width of lines that state none, m.
    sector
        Sector of sites that state none.
    progress
        Told of each step.

    Raises
    ------
    PlanloopError
        Plan or file cannot be used.
    """
    reading = Reading(layer=layer, crs=crs, datum=datum, width=width, sector=sector)
    grounds = open_grounds(Path(plan), progress)
    return check_sector_plan(grounds, Path(sector_plan), reading, progress)


def check_project_list(
    plan: Path | str, approved: Path | str | None = None, *, progress: Progress = silent
) -> CheckedList:
    """Check a plan's own project list: its rows, its sites, its difference from an approved one.

    Parameters
    ----------
    plan
        Folder of a written scheme, or a ``scheme.toml``.
    approved
        Approved list (xlsx), if there is one.
    progress
        Told of each step.

    Raises
    ------
    PlanloopError
        Plan or list cannot be used.
    """
    grounds = open_grounds(Path(plan), progress)
    return check_list(grounds, None if approved is None else Path(approved))


def write_conformity(
    grounds: Grounds,
    conformity: Conformity,
    conflicts: Path | str | None = None,
    sheets: Path | str | None = None,
) -> list[Path]:
    """Write what was checked, and return what was written.

    Parameters
    ----------
    grounds, conformity
        What was checked, and how.
    conflicts
        GeoPackage for the sites and the land of each conflict; must not exist.
    sheets
        Folder for a page about each site; must not exist.

    Raises
    ------
    OutputError
        One of them exists, or cannot be written.
    """
    written = []
    if conflicts is not None:
        written.append(write_package(Path(conflicts), conflict_layers(grounds, conformity)))
    if sheets is not None:
        written.append(write_sheets(grounds, conformity, Path(sheets)))
    return written
