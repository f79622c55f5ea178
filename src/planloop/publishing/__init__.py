"""What people get to see and to take away: maps, tables, pages, geodatabases; no decisions."""
