"""The tables for the central urban area: what follows from them, checked against each other."""

from __future__ import annotations

import pytest

from planloop import standard
from planloop.standard import Attestation

TABLES = standard.load()


def test_no_choice_leaves_city_construction_land() -> None:
    """The optimiser takes the total of city construction land as given."""
    for row in TABLES.land_use_choices:
        assert row.fixed or TABLES.in_group(row.land_class, "town"), row.land_class
        for code in row.choices:
            assert TABLES.in_group(code, "town"), code
            assert code in TABLES.land_classes


def test_roads_water_and_utilities_are_never_chosen() -> None:
    fixed = tuple(row.land_class for row in TABLES.land_use_choices if row.fixed)
    assert set(fixed) == {"12", "13", "17"}
    assert not any(
        code.startswith(fixed) for row in TABLES.land_use_choices for code in row.choices
    )


def test_every_site_of_a_service_can_be_chosen() -> None:
    """But hospitals, which no vacant plot becomes."""
    chosen = {code for row in TABLES.land_use_choices for code in row.choices}
    sites = {kind.land_class for kind in TABLES.service_kinds.values()}
    assert sites - chosen == {"080601"}


@pytest.mark.parametrize(
    ("group", "least", "most", "person"),
    [
        ("residential", 0.25, 0.40, 28.0),
        ("public", 0.05, 0.08, 5.5),
        ("industry", 0.15, 0.30, None),
        ("transport", 0.10, 0.25, 12.0),
        ("green", 0.10, 0.15, 10.0),
        ("park", None, None, 8.0),
    ],
)
def test_the_ranges_of_the_national_standard(
    group: str, least: float | None, most: float | None, person: float | None
) -> None:
    row = TABLES.structure_ranges[group]
    assert (row.least_share, row.most_share, row.least_person_m2) == (least, most, person)
    assert row.attestation is Attestation.OFFICIAL


def test_land_for_a_project_gets_a_class_that_fits_its_sector() -> None:
    for sector, code in TABLES.sector_classes.items():
        uses = TABLES.planned_uses[sector]
        assert code.startswith((*uses.fits, *uses.conditional)), sector
