"""A second engine, CP-SAT, that solves the same levels by other means, to check the first by."""
