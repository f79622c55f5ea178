"""The official ellipsoidal area, edge by edge."""
