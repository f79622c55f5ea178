"""The checks P1 to P12, one small function each."""
