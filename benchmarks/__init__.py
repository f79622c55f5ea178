"""Benchmarks: what planloop's speed is compared with, run by ``python -m benchmarks``."""
