"""Readers and writers of the exchange formats, all on pyogrio (its GDAL is the product's GDAL)."""
