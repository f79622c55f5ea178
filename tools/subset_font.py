"""Cut the shipped fonts out of the full Noto Sans SC: ``python tools/subset_font.py PACKAGE.tgz``.

PACKAGE.tgz is what ``npm pack @expo-google-fonts/noto-sans-sc@0.4.3`` brings: TrueType outlines of
Noto Sans SC 2.004, which PDF can embed as they are. The same package and the same fonttools give
the same bytes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import sys
import tarfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

INTEGRITY = (
    "9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbaviL4t8YUV642eGYjg86eH6DkAEQmfNHDncQ=="
)
"""SHA-512 of the package, as the registry tells it."""

FACES = {
    "NotoSansSC-Regular.ttf": "package/400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": "package/700Bold/NotoSansSC_700Bold.ttf",
}
"""File here → file in the package."""

LICENCE = {"OFL.txt": "package/LICENSE_FONT"}

FONTS = Path(__file__).resolve().parents[1] / "src/planloop/publishing/fonts"

RARE = Path(__file__).resolve().with_name("standard_characters.txt")
"""The 1,467 of the 8,105 general standard characters (通用规范汉字表, 国发〔2013〕23号) that GB
2312 lacks, in the order of that table: above all names of places and persons."""

SYMBOLS = "πΠτΣΔ√∈∩∪≈≠≡≤≥×÷±−∞°′″℃‰²³①②③④⑤⑥⑦⑧⑨⑩←↑→↓■□●○▲△◆◇★☆✓㎡㎢㎜㎝㎞〓"
"""What texts use beside the ranges."""

DRAWN_AS = {0x2717: 0x00D7}
"""Characters that Noto Sans SC lacks → whose glyph they get: ✗ is drawn as ×."""


def characters() -> set[int]:
    """Return the code points of the subset: GB 2312, general standard characters, signs."""
    found = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100))
    found |= set(range(0x2010, 0x2040))  # GB 2312's dash and ellipsis are U+2014 and U+2026
    found |= set(range(0x3000, 0x3018)) | set(range(0xFF01, 0xFF5F)) | set(range(0xFFE0, 0xFFE6))
    for lead in range(0xA1, 0xF8):
        for trail in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([lead, trail]).decode("gb2312")))
            except UnicodeDecodeError:
                continue  # the table has holes
    letters = SYMBOLS + "".join(RARE.read_text(encoding="utf-8").split())
    return found | {ord(letter) for letter in letters} | set(DRAWN_AS)


def cut(face: bytes) -> bytes:
    """Return the subset of a font file, the same bytes for the same input."""
    font = TTFont(io.BytesIO(face), recalcTimestamp=False)
    table = font["cmap"]
    for held in table.tables:
        if held.isUnicode():
            for missing, instead in DRAWN_AS.items():
                if instead in held.cmap:
                    held.cmap.setdefault(missing, held.cmap[instead])
    options = subset.Options()
    options.bidi_closure = False
    options.hinting = False
    options.layout_features = ["ccmp", "kern", "mark"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14]
    options.drop_tables += ["STAT", "vhea", "vmtx", "BASE"]  # for vertical text and for choosers
    options.notdef_outline = True
    options.glyph_names = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(characters()))
    cutter.subset(font)
    target = io.BytesIO()
    font.save(target, reorderTables=True)
    return target.getvalue()


def main() -> int:
    """Check the package, write the fonts and their licence, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    package = parser.parse_args().package.read_bytes()
    if base64.b64encode(hashlib.sha512(package).digest()).decode() != INTEGRITY:
        print("This is not the package that the docstring names.", file=sys.stderr)
        return 1
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        for name, member in (FACES | LICENCE).items():
            held = archive.extractfile(member)
            if held is None:
                print(f"The package has no {member}.", file=sys.stderr)
                return 1
            content = cut(held.read()) if name in FACES else held.read()
            (FONTS / name).write_bytes(content)
            print(f"{hashlib.sha256(content).hexdigest()}  {name}  {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
