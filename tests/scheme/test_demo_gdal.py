"""GDAL's own programs read every file of the demo, Chinese names intact."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read(ogrinfo: str, path: Path) -> str:
    """Return what ogrinfo says of every feature of a file."""
    result = subprocess.run(  # noqa: S603  # GDAL's own program
        [ogrinfo, "-ro", "-al", "-geom=SUMMARY", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "ERROR" not in result.stderr, result.stderr
    return result.stdout


def test_every_written_file(demo: Path, ogrinfo: str) -> None:
    paths = sorted(demo.joinpath("scheme").glob("*.g*"))
    assert [path.suffix for path in paths].count(".gpkg") >= 2
    assert [path.suffix for path in paths].count(".gdb") == 1
    for path in paths:
        text = read(ogrinfo, path)
        assert "阿拉山口市" in text or "阿拉套街道" in text, path
        assert "\ufffd" not in text, path


def test_the_maintenance_geodatabase(demo: Path, ogrinfo: str) -> None:
    (path,) = demo.joinpath("scheme").glob("*.gdb")
    assert path.name == "652702阿拉山口市2026年度县级国土空间总体规划动态维护.gdb"
    text = read(ogrinfo, path)
    for name in ("WHQCZKFBJ", "WHCCZKFBJ", "WHHCZKFBJ", "WHQGHFQ", "WHCGHFQ", "WHHGHFQ"):
        assert f"Layer name: {name}\n" in text
    for field in ("BSM", "YSDM", "XZQDM", "XZQMC", "WHLX", "WHLY", "WHBH", "BZ"):
        assert f"\n{field}: String" in text
    assert 'ID["EPSG",4490]' in text
    assert "城镇集中建设区" in text


def test_every_input_file(demo: Path, ogrinfo: str) -> None:
    paths = [path for path in demo.joinpath("input").iterdir() if path.suffix in {".gdb", ".gpkg"}]
    assert len(paths) >= 3
    for path in paths:
        assert "\ufffd" not in read(ogrinfo, path)
