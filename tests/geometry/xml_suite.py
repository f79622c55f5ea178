"""The XML test files of GEOS and JTS: which operation, on what, should yield what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

import numpy as np
import shapely

if TYPE_CHECKING:
    from pathlib import Path

OVERLAYS = {"intersection", "union", "difference", "symdifference"}
"""Operations that the suites also ask of certain algorithms, by a suffix to the name."""


@dataclass(frozen=True)
class Operation:
    """One expectation of a suite.

    Parameters
    ----------
    file
        Where it stands, relative to the folder of the suites.
    case
        Number of the case in its file, from 1.
    op
        Number of the operation in its case, from 1.
    name
        What is done, in lower case, without the suffix that names the algorithm: ``intersection``
        for ``intersectionNG``.
    arguments
        The geometries that it is done to; None for one that no geometry can be read from.
    expected
        Text of what should come out.
    cell
        Width of the grid that the result should lie on; None for floating numbers.
    """

    file: str
    case: int
    op: int
    name: str
    arguments: tuple[shapely.Geometry | None, ...]
    expected: str
    cell: float | None

    @property
    def place(self) -> str:
        """Return its name in a report and in the table of explained differences."""
        return f"{self.file} {self.case}.{self.op}"

    @property
    def content(self) -> tuple[object, ...]:
        """Return what it says, wherever it stands: the suites share most of their cases."""
        arguments = tuple(None if a is None else shapely.to_wkb(a) for a in self.arguments)
        return (self.name, arguments, " ".join(self.expected.split()).lower(), self.cell)


@dataclass
class _Reader:
    """What has been read of a file so far; only texts and attributes are kept."""

    file: str
    operations: list[Operation] = field(default_factory=list)
    cell: float | None = None
    case: int = 0
    op: int = 0
    geometries: dict[str, shapely.Geometry | None] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.text = []
        if tag == "precisionModel":
            scale = attributes.get("scale")
            self.cell = None if scale is None else 1.0 / float(scale)
        elif tag == "case":
            self.case, self.op, self.geometries = self.case + 1, 0, {}
        elif tag == "op":
            self.attributes = attributes

    def characters(self, text: str) -> None:
        self.text.append(text)

    def end(self, tag: str) -> None:
        text = "".join(self.text).strip()
        self.text = []
        if tag in {"a", "b"}:
            self.geometries[tag] = read_geometry(text)
        elif tag == "op":
            self.op += 1
            self.operations.append(self._operation(text))

    def _operation(self, expected: str) -> Operation:
        given, cell = self.attributes, self.cell
        name = given["name"].lower()
        for suffix in ("ng", "sin", "sr"):
            if name.removesuffix(suffix) in OVERLAYS and name not in OVERLAYS:
                if suffix == "sr":
                    cell = 1.0 / float(given.get("arg3", "1"))
                name = name.removesuffix(suffix)
        # Some operations leave their arguments out: then they are all that there is.
        names = [given[key].lower() for key in ("arg1", "arg2") if key in given]
        names = [key for key in names or ["a", "b"] if key in self.geometries]
        arguments = tuple(self.geometries[key] for key in names)
        return Operation(self.file, self.case, self.op, name, arguments, expected, cell)


def read_geometry(text: str) -> shapely.Geometry | None:
    """Return the geometry of a well-known text, or of well-known binary as hexadecimal digits."""
    read = shapely.from_wkb if text[:1].isdigit() else shapely.from_wkt
    try:
        with np.errstate(invalid="ignore"):  # some coordinates are no numbers
            return shapely.force_2d(read(text))
    except shapely.errors.GEOSException:
        return None


def read_file(path: Path, file: str) -> list[Operation]:
    """Return the operations of a test file.

    Raises
    ------
    ValueError
        The file declares a document type, by which entities could be defined.
    """
    reader = _Reader(file)
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        message = f"{file}: a document type is not read"
        raise ValueError(message)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.Parse(path.read_bytes(), True)  # noqa: FBT003  # "this was all": the only way to say so
    return reader.operations
