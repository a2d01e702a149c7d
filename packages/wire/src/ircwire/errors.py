"""What is wrong with a line: two exceptions, and whose fault each is."""


class ParseError(ValueError):
    """The peer's line is no IRC message; the text says why, without quoting the line."""


class FormatError(ValueError):
    """Our own side tried to put something on the wire that has no place there: a bug of the caller."""
