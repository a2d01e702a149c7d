"""What programs say to each other in the place of a message.  https://modern.ircdocs.horse/ctcp"""

_MARK, _ACTION = "\x01", "\x01ACTION"


def is_ctcp(text: str) -> bool:
    """Return whether a text is a query to a program or its answer, such as VERSION; an ACTION is what somebody says."""
    return text[:1] == _MARK and not (text.startswith(_ACTION) and text[len(_ACTION) :][:1] in ("", " ", _MARK))
