"""Verify a written scheme from its files alone, trusting no stored number.

The plans and the pieces are read; deltas, faces, proofs and accounts are worked out anew. From them
follows what every other file must say, and that is compared with what it does say: the document
leaf by leaf, the workbook cell by cell, the page figure by figure, the geodatabase and the
decisions feature by feature. What cannot follow from the plans (inputs, certificates) is protected
by digests.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from planloop.checks.accounting import accounts
from planloop.checks.certified import Certified, certified
from planloop.checks.decided import decision_findings
from planloop.checks.delivered import (
    file_findings,
    layer_findings,
    plan_of,
    read_decided,
    region_of,
)
from planloop.checks.differences import (
    data_differences,
    differs,
    frame_differences,
    limited,
    page_differences,
    sheet_differences,
    table_differences,
)
from planloop.checks.evidence import Evidence
from planloop.checks.proofs import prove
from planloop.errors import InputError, PlanloopError
from planloop.plan import written
from planloop.plan.change_set import ChangeSet
from planloop.plan.decided import (
    PARCELS,
    PIECES,
    PROJECTS,
    parcel_layer,
    piece_layer,
    project_table,
)
from planloop.plan.figures import figures
from planloop.plan.finding import Finding, Severity
from planloop.plan.formats.maintenance_gdb import maintained, read_maintenance_gdb
from planloop.plan.formats.workbook import read_cells
from planloop.plan.optimality import read_optimality
from planloop.plan.proof import Outcome, Proof
from planloop.plan.scheme import Scheme
from planloop.plan.scheme_document import SchemeDocument, read_document
from planloop.plan.scheme_lines import read_decisions, read_findings
from planloop.plan.sheets import sheets
from planloop.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from planloop.checks.delivered import Decided
    from planloop.plan.decision import Decision
    from planloop.plan.optimality import Optimality
    from planloop.plan.plan import Plan
    from planloop.plan.settings import SchemeSettings
    from planloop.progress import Progress

T = TypeVar("T")
STEPS = 6


@dataclass(frozen=True, slots=True)
class Verification:
    """How verifying ended.

    Parameters
    ----------
    proofs
        How every proof ends on the written files; empty where they could not be read.
    findings
        What is missing, unreadable, or not what it should be.
    certified
        Who proves each level of the objective; None where the certificate could not be checked.
    """

    proofs: tuple[Proof, ...]
    findings: tuple[Finding, ...]
    certified: Certified | None = None

    @property
    def ok(self) -> bool:
        """Whether everything was proved again and nothing disagrees."""
        broken = any(proof.outcome is Outcome.BROKEN for proof in self.proofs)
        return bool(self.proofs) and not broken and not self.findings


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What was read."""

    before: Plan
    after: Plan
    decided: Decided
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    optimality: Optimality


def verify(directory: Path, progress: Progress = silent) -> Verification:
    """Verify the scheme in a folder.

    Raises
    ------
    InputError
        The folder holds no ``scheme.json`` that can be read.
    """
    if not directory.is_dir():
        raise InputError("read.missing-file", path=directory)
    progress("verify", 0, STEPS)
    document = read_document(directory / written.DOCUMENT)
    settings = document.scheme_settings(directory / written.DOCUMENT)
    found = list(file_findings(directory, document, settings))
    progress("verify", 1, STEPS)
    read = _read(directory, document, settings, found)
    progress("verify", 2, STEPS)
    if read is None:
        return Verification((), tuple(found))
    told = None
    try:
        told = certified(read.optimality, document.solver_certificate(), read.decisions)
        found += limited(written.CERTIFICATE, told.findings)
        proofs = _compare(directory, document, settings, read, found, progress)
    except PlanloopError as error:
        found.append(_not_proved(error.text("en")))
        proofs = ()
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # Files of strangers: whatever they hold that the proofs were not made for ends here.
        found.append(_not_proved(f"{type(error).__name__}: {error}"))
        proofs = ()
    progress("verify", STEPS, STEPS)
    return Verification(proofs, tuple(found), told)


def _not_proved(reason: str) -> Finding:
    numbers = {"reason": " ".join(reason.split())[:300]}
    return Finding("written-not-proved", Severity.ERROR, "", numbers=numbers)


def _attempt(file: str, read: Callable[[], T], found: list[Finding]) -> T | None:
    """Return what was read, or a finding that names the file."""
    try:
        return read()
    except PlanloopError as error:
        numbers = {"file": file, "reason": error.text("en")}
        layer = str(error.where.get("layer", ""))
        found.append(Finding("written-unreadable", Severity.ERROR, layer, numbers=numbers))
    except (TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"[:300]
        numbers = {"file": file, "reason": reason}
        found.append(Finding("written-unreadable", Severity.ERROR, "", numbers=numbers))
    return None


def _read(
    directory: Path, document: SchemeDocument, settings: SchemeSettings, found: list[Finding]
) -> _Read | None:
    """Read what the proofs need, and check that it is what the document's digests say."""
    region = region_of(settings, document)

    def plan(name: str) -> Plan | None:
        return _attempt(name, lambda: plan_of(directory / name, region, settings, found), found)

    before, after = plan(written.BEFORE), plan(written.AFTER)
    name = written.DECISIONS
    decided = _attempt(name, lambda: read_decided(directory / name, region, found), found)
    lines = written.DECISION_LINES
    decisions = _attempt(lines, lambda: read_decisions(directory / lines), found)
    seen = written.FINDING_LINES
    findings = _attempt(seen, lambda: read_findings(directory / seen), found)
    name = written.CERTIFICATE
    optimality = _attempt(name, lambda: read_optimality(directory / name), found)
    for file, read, told in (
        (written.BEFORE, before, document.layers.before),
        (written.AFTER, after, document.layers.after),
    ):
        if read is not None:
            found += limited(file, layer_findings(file, read.digests(), told))
    if before is None or after is None or decided is None:
        return None
    if decisions is None or findings is None or optimality is None:
        return None
    return _Read(before, after, decided, decisions, findings, optimality)


def _compare(  # noqa: PLR0913, PLR0917  # the parts of one verification
    directory: Path,
    document: SchemeDocument,
    settings: SchemeSettings,
    read: _Read,
    found: list[Finding],
    progress: Progress,
) -> tuple[Proof, ...]:
    """Work the scheme out anew and compare every file with it; return the proofs."""
    changes = ChangeSet.between(read.before, read.after, read.decided.pieces)
    evidence = Evidence.build(read.before, read.after, changes, settings)
    progress("verify", 3, STEPS)
    proofs = prove(evidence)
    progress("verify", 4, STEPS)
    scheme = Scheme(
        settings=settings,
        inputs=document.inputs,
        before=read.before,
        changes=changes,
        after=read.after,
        decisions=read.decisions,
        intake=document.intake_certificate(),
        solver=document.solver_certificate(),
        optimality=read.optimality,
        accounts=accounts(evidence, read.decisions),
        proofs=proofs,
        findings=read.findings,
    )
    progress("verify", 5, STEPS)
    found += limited(
        written.DECISION_LINES, decision_findings(written.DECISION_LINES, evidence, read.decisions)
    )
    found += _document(document, scheme)
    found += _decided(read.decided, scheme)
    for name, compare in (
        (written.geodatabase_name(settings), _geodatabase),
        (written.WORKBOOK, _workbook),
        (written.PAGE, _page),
    ):
        path = directory / name
        if path.exists():
            compared = _attempt(name, partial(_listed, compare, path, scheme), found)
            found += compared or []
    return proofs


def _listed(
    compare: Callable[[Path, Scheme], Iterator[Finding]], path: Path, scheme: Scheme
) -> list[Finding]:
    """Return the findings of a comparison; what it raises, it raises here."""
    return list(compare(path, scheme))


def _document(told: SchemeDocument, scheme: Scheme) -> Iterator[Finding]:
    file = written.DOCUMENT
    if told.seal != told.sealed():
        yield differs(file, "seal", told.seal, told.sealed())
    right = SchemeDocument.of(scheme, told.files).to_json()
    # Named already: layers by their files; the seal follows from the rest.
    apart = {"layers", "seal"}
    one, other = (
        {key: value for key, value in data.items() if key not in apart}
        for data in (told.to_json(), right)
    )
    yield from limited(file, data_differences(file, one, other))
    for item in scheme.intake.layers:
        layer = scheme.before.layers.get(item.code)
        parts = item.identical + item.noded + item.moved
        for count in (parts, -1 if layer is None else len(layer)):
            if item.features != count:
                yield differs(file, f"intake.layers[{item.code}].features", item.features, count)


def _decided(told: Decided, scheme: Scheme) -> Iterator[Finding]:
    file = written.DECISIONS
    parcels = parcel_layer(scheme.decisions, scheme.before.layer(scheme.settings.roles.parcels))
    pieces = piece_layer(scheme.changes.pieces)
    projects = project_table(scheme.decisions, scheme.before.tables["projects"])
    yield from limited(file, frame_differences(file, PIECES, told.piece_frame, pieces.frame))
    yield from limited(file, frame_differences(file, PARCELS, told.parcels, parcels.frame))
    yield from limited(file, table_differences(file, PROJECTS, told.projects, projects))


def _geodatabase(path: Path, scheme: Scheme) -> Iterator[Finding]:
    told = read_maintenance_gdb(path, scheme.before.region.epsg)
    right = maintained(scheme.before, scheme.after, scheme.changes, scheme.settings)
    if sorted(told) != sorted(right):
        yield differs(path.name, "layers", ", ".join(sorted(told)), ", ".join(sorted(right)))
    for name in sorted(set(told) & set(right)):
        yield from limited(path.name, frame_differences(path.name, name, told[name], right[name]))


def _workbook(path: Path, scheme: Scheme) -> Iterator[Finding]:
    written.check_archive(path)
    cells = read_cells(path)
    yield from limited(path.name, sheet_differences(path.name, cells, sheets(scheme)))


def _page(path: Path, scheme: Scheme) -> Iterator[Finding]:
    text = written.read_text(path)
    yield from limited(path.name, page_differences(path.name, text, figures(scheme)))
