"""Trialogue's chat client: one sans-I/O core, and a line mode and a script mode around it."""

__version__ = "0.1.0"
