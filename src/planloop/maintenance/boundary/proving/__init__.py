"""Proofs of what a search found, made so that they can be checked without a solver."""
