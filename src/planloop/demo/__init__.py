"""The demo city: Alashankou's real boundary and lake, and an invented town, as files."""

from planloop.demo.build import build

__all__ = ["build"]
