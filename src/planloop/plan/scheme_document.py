"""``scheme.json``: what a written scheme says of itself, as one typed document."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from planloop.plan.certificate import (
    IntakeCertificate,
    LayerIntake,
    SolveLevel,
    SolverCertificate,
)
from planloop.plan.decided import piece_layer
from planloop.plan.digest import combine, digest_data, digest_layer
from planloop.plan.settings import SchemeSettings, parse_settings
from planloop.plan.unsettled import unsettled
from planloop.plan.written import Part, parsed, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from planloop.plan.region import Region
    from planloop.plan.scheme import Scheme

FORMAT = 1
"""Version of the document; another one is refused."""

Scalar = str | int | float | None


class _Region(Part):
    code: str
    name: str
    epsg: int
    declared_m2: float | None


class _Layers(Part):
    before: dict[str, str]
    after: dict[str, str]
    pieces: str


class _IntakeLayer(Part):
    code: str
    source: str
    crs: str
    features: int
    identical: int
    noded: int
    moved: int
    exploded: int
    largest_shift_m: float
    area_change_m2: float


class _Counted(Part):
    count: int
    area_m2: float


class _Intake(Part):
    epsg: int
    zone_shares: dict[str, float]
    layers: list[_IntakeLayer]
    gaps: _Counted
    overlaps: _Counted


class _Level(Part):
    name: str
    status: str
    value: float | None
    bound: float | None
    gap: float | None
    nodes: int


class _Solver(Part):
    solver: str
    columns: int
    rows: int
    window_dm2: list[int]
    levels: list[_Level]
    tasks: dict[str, list[_Level]]


class _Proof(Part):
    name: str
    outcome: str
    title_zh: str
    title_en: str
    numbers: dict[str, Any]
    broken_at: list[str]
    attestation: str


class SchemeDocument(Part):
    """The content of ``scheme.json``.

    Seconds are left out: they differ from run to run. ``seal`` is the digest of all the rest, so
    that no number of it can be changed unseen; digests of layers are those of their content.
    """

    format: Literal[1]
    digest: str
    digests: dict[str, str]
    certificates: dict[str, str]
    layers: _Layers
    files: dict[str, str]
    region: _Region
    inputs: dict[str, str]
    settings: dict[str, Any]
    intake: _Intake
    solver: _Solver
    totals: dict[str, Scalar]
    proofs: list[_Proof]
    unsettled: list[dict[str, Scalar]]
    seal: str

    @classmethod
    def of(cls, scheme: Scheme, files: Mapping[str, str]) -> SchemeDocument:
        """Return the document of a scheme; `files` are the digests of its files' bytes."""
        digests = scheme.digests()
        data: dict[str, Any] = {
            "format": FORMAT,
            "digest": combine(digests),
            "digests": digests,
            "layers": {
                "before": scheme.before.digests(),
                "after": scheme.after.digests(),
                "pieces": digest_layer(piece_layer(scheme.changes.pieces)),
            },
            "files": {name: files[name] for name in sorted(files)},
            "region": _region(scheme.before.region),
            "inputs": {name: scheme.inputs[name] for name in sorted(scheme.inputs)},
            "settings": _settings(scheme.settings),
            "intake": _intake(scheme.intake),
            "solver": _solver(scheme.solver),
            "totals": dict(scheme.accounts.totals),
            "proofs": [
                {**item.to_json(), "title_zh": item.title("zh"), "title_en": item.title("en")}
                for item in scheme.proofs
            ],
            "unsettled": [item.to_json() for item in unsettled(scheme)],
        }
        document = cls.model_validate({**data, "certificates": {}, "seal": ""})
        certificates = {
            name: digest_data(getattr(document, name).model_dump()) for name in ("intake", "solver")
        }
        certificates["input_files"] = digest_data(document.settings["inputs"])
        document = document.model_copy(update={"certificates": certificates})
        return document.model_copy(update={"seal": document.sealed()})

    def to_json(self) -> dict[str, Any]:
        """Return the document as plain data, in the order of the fields."""
        return self.model_dump(mode="json")

    def sealed(self) -> str:
        """Return what the seal of this document should be."""
        return digest_data(self.model_dump(mode="json", exclude={"seal"}))

    def scheme_settings(self, path: Path) -> SchemeSettings:
        """Return the settings; SettingsError where they are none."""
        return parse_settings(self.settings, path=path)

    def intake_certificate(self) -> IntakeCertificate:
        """Return the certificate of the intake, as it is told."""
        told = self.intake
        return IntakeCertificate(
            epsg=told.epsg,
            zone_shares={int(zone): share for zone, share in told.zone_shares.items()},
            layers=tuple(
                LayerIntake(
                    code=item.code,
                    source=item.source,
                    crs=item.crs,
                    features=item.features,
                    identical=item.identical,
                    noded=item.noded,
                    moved=item.moved,
                    exploded=item.exploded,
                    largest_shift=item.largest_shift_m,
                    area_change=item.area_change_m2,
                )
                for item in told.layers
            ),
            gaps=(told.gaps.count, told.gaps.area_m2),
            overlaps=(told.overlaps.count, told.overlaps.area_m2),
        )

    def solver_certificate(self) -> SolverCertificate:
        """Return the certificate of the solver, as it is told, without seconds."""
        told = self.solver
        return SolverCertificate(
            solver=told.solver,
            columns=told.columns,
            rows=told.rows,
            levels=_told(told.levels),
            window=(told.window_dm2[0], told.window_dm2[-1]),
            tasks={name: _told(levels) for name, levels in told.tasks.items()},
        )


def read_document(path: Path) -> SchemeDocument:
    """Read ``scheme.json``.

    Raises
    ------
    InputError
        The file is missing, unreadable, or of another form.
    """
    return parsed(SchemeDocument, read_json(path), path, None)


def _region(region: Region) -> dict[str, object]:
    return {
        "code": region.code,
        "name": region.name,
        "epsg": region.epsg,
        "declared_m2": region.declared_area,
    }


def _settings(settings: SchemeSettings) -> dict[str, Any]:
    """Return the settings as plain data, the input paths as file names only."""
    data = settings.model_dump(mode="json")
    data["inputs"] |= {name: path.name for name, path in settings.inputs.files.items()}
    return data


def _intake(told: IntakeCertificate) -> dict[str, object]:
    return {
        "epsg": told.epsg,
        "zone_shares": {str(zone): share for zone, share in sorted(told.zone_shares.items())},
        "layers": [
            {
                "code": item.code,
                "source": item.source,
                "crs": item.crs,
                "features": item.features,
                "identical": item.identical,
                "noded": item.noded,
                "moved": item.moved,
                "exploded": item.exploded,
                "largest_shift_m": item.largest_shift,
                "area_change_m2": item.area_change,
            }
            for item in told.layers
        ],
        "gaps": {"count": told.gaps[0], "area_m2": told.gaps[1]},
        "overlaps": {"count": told.overlaps[0], "area_m2": told.overlaps[1]},
    }


def _solver(told: SolverCertificate) -> dict[str, object]:
    return {
        "solver": told.solver,
        "columns": told.columns,
        "rows": told.rows,
        "window_dm2": list(told.window),
        "levels": _levels(told.levels),
        "tasks": {name: _levels(levels) for name, levels in told.tasks.items()},
    }


def _levels(levels: Iterable[SolveLevel]) -> list[dict[str, object]]:
    return [
        {
            "name": item.name,
            "status": item.status,
            "value": _or_none(item.value),
            "bound": _or_none(item.bound),
            "gap": _or_none(item.gap),
            "nodes": item.nodes,
        }
        for item in levels
    ]


def _told(levels: Iterable[_Level]) -> tuple[SolveLevel, ...]:
    return tuple(
        SolveLevel(
            name=item.name,
            status=item.status,
            value=_finite(item.value),
            bound=_finite(item.bound),
            gap=_finite(item.gap),
            seconds=0.0,
            nodes=item.nodes,
        )
        for item in levels
    )


def _or_none(value: float) -> float | None:
    """JSON has no infinity; an unknown bound is null."""
    return float(value) if math.isfinite(value) else None


def _finite(value: float | None) -> float:
    return math.nan if value is None else value
