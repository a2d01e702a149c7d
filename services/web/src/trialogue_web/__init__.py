"""The page: what browsers are given, in `static`. There is no code here that runs in the server."""

__version__ = "0.1.0"
