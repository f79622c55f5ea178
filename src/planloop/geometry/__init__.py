"""Arrays in, arrays out: grid, area, overlay, topology, fabric. No word of planning lives here."""
