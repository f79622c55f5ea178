"""The mapping of a round: which of its polygons become which layer of the standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.cities.city import CONSERVATION, RIVER, TOWN_ZONE, ZONES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.cities.central import Central
    from benchmarks.cities.city import City, Parcels

PLAN, SITES = "plan.gpkg", "sites.gpkg"
PARCELS, PLACES = "parcels", "facilities"
NUMBER, ZONED, ZONE, CLASS, BASIC = "OBJECTID", "分區類", "分區", "現況", "基本農田"
"""Fields of the parcels: identifier, zoning class, zone, land class, and basic farmland or not."""

PLANNED, GREEN, YELLOW, KIND = "規劃", "綠線", "黃線", "類型"
"""Fields of the parcels: planned class, kind of green and of yellow line; kind of a facility."""

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


PLANNED_FIELDS = f"""\
BSM = "{NUMBER}"
YDYHFLDM = "{PLANNED}"
YDYHFLMC = {{ lookup = "land-class-name", from = "YDYHFLDM" }}
GHZT = {{ value = "20" }}
"""

KEPT_ONES = """\
where = {{ field = "{field}", equals = "{value}" }}
"""


def mapping(city: City, parcels: Parcels, rights: Iterable[str], drawn: Central) -> str:
    """Return the text of ``mapping.toml``.

    Parameters
    ----------
    city, parcels
        The city and its polygons.
    rights
        Layers of rights that there are.
    drawn
        What is drawn in the central urban area.
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
    return "".join([*parts, *_central(fields, drawn)])


def _central(fields: str, drawn: Central) -> Iterator[str]:
    """Yield the sources of the central urban area's layers."""
    yield _source("ZXCQFW", _where(ZONE, TOWN_ZONE)) + fields
    kept = KEPT_ONES.format(field=ZONE, value=TOWN_ZONE)
    yield _source("ZXCQGHYDYH", kept) + fields + PLANNED_FIELDS
    for to, column, kind_field, kinds in (
        ("ZXCQCSLVX", GREEN, "LX", drawn.green),
        ("ZXCQCSHX", YELLOW, "SSLX", drawn.yellow),
    ):
        for kind in sorted({str(item) for item in kinds if item}):
            yield _source(to, KEPT_ONES.format(field=column, value=kind)) + fields
            yield f'BSM = "{NUMBER}"\n{kind_field} = "{column}"\n'
    if RIVER in drawn.zoned:
        yield _source("ZXCQCSLX", KEPT_ONES.format(field=ZONED, value=RIVER)) + fields
        yield f'BSM = "{NUMBER}"\n'
    yield SOURCE.format(path=PLAN, layer=PLACES, to="ZXCQGGFWSSD", where="") + fields
    yield f'LX = "{KIND}"\n'


def _source(to: str, where: str = "") -> str:
    return SOURCE.format(path=PLAN, layer=PARCELS, to=to, where=where)


def _where(field: str, value: str) -> str:
    return WHERE.format(field=field, value=value)
