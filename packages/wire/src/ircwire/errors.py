"""Exceptions for invalid lines: the peer's fault, or our own."""


class ParseError(ValueError):
    """The peer's line is not an IRC message. The text says why, without quoting the line."""


class FormatError(ValueError):
    """The caller tried to send something that no line can hold: a bug."""
