"""What topology looks with: all edges of a layer quickly, what looks wrong closely."""
