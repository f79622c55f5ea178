"""Tests of planloop, one folder for each room of the house."""
