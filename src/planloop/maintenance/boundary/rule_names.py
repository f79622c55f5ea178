"""The rules of a swap by name: the settings that they come from, where they come from one."""

from __future__ import annotations

MUST_SERVE, MUST_IN, MUST_OUT = "locks.must_serve", "locks.must_in", "locks.must_out"
BALANCE, TOLERANCE = "balance", "swap.balance_tolerance_m2"
QUOTA, MULTIPLE = "quota.issued_area_ha", "quota.issued_multiple"
NEW, REST = "swap.least_new_patch_ha", "swap.least_rest_patch_ha"
HOLE = "swap.least_hole_ha"
TOWNSHIPS, MOST_IN = "swap.township_tolerance_ha", "swap.most_in_ha"
PROJECTS = "projects"
"""Land goes in only for a project that is served, and such a project has its land."""

UNLIKE, AT_MOST = "unlike", "at-most"
"""What a search for other plans asks for: other projects, and no more than so much by an aim."""

PIECES = "swap.pieces"
"""Any of the limits for pieces and holes: what clauses stand for."""
