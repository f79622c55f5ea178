"""Planned land use of the central urban area: which vacant plots take another use, and why."""
