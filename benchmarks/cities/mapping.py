"""The mapping of a round: which of its polygons become which layer of the standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.cities.city import CONSERVATION, TOWN_ZONE, ZONES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.cities.city import City, Parcels

PLAN, SITES = "plan.gpkg", "sites.gpkg"
PARCELS = "parcels"
NUMBER, ZONED, ZONE, CLASS, BASIC = "OBJECTID", "分區類", "分區", "現況", "基本農田"
"""Fields of the parcels: identifier, zoning class, zone, land class, and basic farmland or not."""

HEAD = """\
edition = 1
description = "{name}都市計畫土地使用分區"
"""

SOURCE = """
[[source]]
path = "{path}"
layer = "{layer}"
to = "{to}"
datum = "TWD97 taken as CGCS2000"
{where}"""

WHERE = """\
where = {{ field = "{field}", equals = "{value}" }}
dissolve = true
"""

FIELDS = """\
[source.fields]
{prefix}XZQDM = {{ value = "{code}" }}
{prefix}XZQMC = {{ value = "{name}" }}
"""

ZONE_FIELDS = """\
GHFQDM = {{ value = "{zone}" }}
GHFQMC = {{ lookup = "zone-name", from = "GHFQDM" }}
"""

PARCEL_FIELDS = f"""\
BSM = "{NUMBER}"
YDYHFLDM = "{CLASS}"
YDYHFLMC = {{ lookup = "land-class-name", from = "YDYHFLDM" }}
BZ = "{ZONED}"
"""


def mapping(city: City, parcels: Parcels, rights: Iterable[str]) -> str:
    """Return the text of ``mapping.toml``.

    Parameters
    ----------
    city, parcels
        The city and its polygons.
    rights
        Layers of rights that there are.
    """
    code, name = city.code, city.name
    fields = FIELDS.format(prefix="", code=code, name=name)
    parts = [
        HEAD.format(name=name),
        _source("XZQX", "dissolve = true\n"),
        fields,
        _source("XZYDYH"),
        fields + PARCEL_FIELDS,
        _source("CZKFBJ", _where(ZONE, TOWN_ZONE)),
        fields + ZONE_FIELDS.format(zone=TOWN_ZONE),
        _source("YJJBNT", _where(BASIC, "1")),
        fields,
    ]
    if CONSERVATION in parcels.zoned:
        parts.append(_source("STBHHX", _where(ZONE, ZONES[CONSERVATION])))
        parts.append(FIELDS.format(prefix="XJ", code=code, name=name))
    for zone in sorted({ZONES.get(str(name), TOWN_ZONE) for name in parcels.zoned}):
        parts.append(_source("GHFQ", _where(ZONE, zone)))
        parts.append(fields + ZONE_FIELDS.format(zone=zone))
    for layer in rights:
        parts.append(SOURCE.format(path=PLAN, layer=layer, to=layer, where=""))
        parts.append(f'[source.fields]\nBSM = "{NUMBER}"\n')
    parts.append(SOURCE.format(path=SITES, layer="sites", to="JQZDXMM", where=""))
    return "".join(parts)


def _source(to: str, where: str = "") -> str:
    return SOURCE.format(path=PLAN, layer=PARCELS, to=to, where=where)


def _where(field: str, value: str) -> str:
    return WHERE.format(field=field, value=value)
