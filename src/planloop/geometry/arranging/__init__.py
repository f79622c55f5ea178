"""From outlines to faces: noding on the grid, and the arrangement of what was noded."""
