"""The command line: nouns, then verbs; one file for each verb, loaded when it is called."""

from planloop.cli.main import main

__all__ = ["main"]
