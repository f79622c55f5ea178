"""The layers that maintenance may change, and the field of each that holds its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planloop.plan.settings import RolesSection

ZONE_CODE, CLASS_CODE = "GHFQDM", "YDYHFLDM"
GREEN_KIND, YELLOW_KIND = "LX", "SSLX"
TOWNSHIP_NAME = "XZQMC"


def code_fields(roles: RolesSection, present: Iterable[str]) -> dict[str, str]:
    """Return code → field of each layer that maintenance may change, in the order of the work.

    Parameters
    ----------
    roles
        Which layer plays which part.
    present
        Codes of the layers that the plan has.
    """
    fields = {
        roles.boundary: ZONE_CODE,
        roles.zones: ZONE_CODE,
        roles.land_use: CLASS_CODE,
        roles.green: GREEN_KIND,
        roles.yellow: YELLOW_KIND,
    }
    held = set(present)
    return {code: field for code, field in fields.items() if code in held}
