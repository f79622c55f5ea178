"""Maintenance rounds made up on real city plans that have no projects of their own.

The plans' files are no part of the project, and nothing made from them is kept: rounds are written
to temporary folders.
"""
