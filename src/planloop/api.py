"""The few calls that the command line, a notebook and the README share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planloop.checks.verify import Verification, verify
from planloop.errors import BrokenPromiseError
from planloop.maintenance.alternatives import Alternatives, alternatives
from planloop.maintenance.boundary.second.recheck import Opinion, rechecked
from planloop.maintenance.run import run
from planloop.plan.intake import Intake, intake
from planloop.plan.optimality import read_optimality
from planloop.plan.scheme_document import read_document
from planloop.plan.settings import read_settings
from planloop.plan.written import CERTIFICATE, DOCUMENT
from planloop.progress import silent
from planloop.publishing.alternatives_files import publish_alternatives
from planloop.publishing.publish import publish

if TYPE_CHECKING:
    from planloop.plan.scheme import Scheme
    from planloop.progress import Progress


def read_plan(settings: Path | str, *, progress: Progress = silent) -> Intake:
    """Take in the files that a ``scheme.toml`` names: the plan, its fabric and the certificate."""
    return intake(read_settings(Path(settings)), progress)


def make_scheme(
    settings: Path | str, *, progress: Progress = silent, allow_broken: bool = False
) -> Scheme:
    """Make the scheme that a ``scheme.toml`` describes, and prove it.

    Raises
    ------
    BrokenPromiseError
        A proof is broken, unless `allow_broken`.
    PlanloopError
        An input or setting cannot be used, or no legal swap was found.
    """
    scheme = run(read_settings(Path(settings)), progress)
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
