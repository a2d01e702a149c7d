"""How long a test waits for what should happen."""

PATIENCE = 120.0
"""Seconds after which it never will. This bounds a test that hangs and says nothing of how fast anything has to be: on
a machine that is busy with something else, what takes a moment may take a minute.
"""
