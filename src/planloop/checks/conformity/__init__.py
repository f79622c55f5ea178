"""Conformity: projects, sector plans and single sites, checked against a plan."""
