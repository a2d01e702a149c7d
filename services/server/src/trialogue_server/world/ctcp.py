"""CTCP: what programs say to each other in place of a message.  https://modern.ircdocs.horse/ctcp"""

CTCP = "\x01"
"""The first character of CTCP texts, and mostly the last."""

_ACTION = f"{CTCP}ACTION"


def is_ctcp(text: str) -> bool:
    """Return whether a text is a CTCP query or reply, such as VERSION. ACTION is a message of a person."""
    return text[:1] == CTCP and not (text.startswith(_ACTION) and text[len(_ACTION) :][:1] in ("", " ", CTCP))
