"""What programs say to each other in the place of a message.  https://modern.ircdocs.horse/ctcp"""

CTCP = "\x01"
"""What such a text begins with, and mostly ends with."""

_ACTION = f"{CTCP}ACTION"


def is_ctcp(text: str) -> bool:
    """Return whether a text is a query to a program or its answer, such as VERSION; an ACTION is what somebody says."""
    return text[:1] == CTCP and not (text.startswith(_ACTION) and text[len(_ACTION) :][:1] in ("", " ", CTCP))
