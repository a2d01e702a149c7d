"""Messages about messages: replies, reactions and edits, as tags.

https://ircv3.net/specs/client-tags/reply
https://ircv3.net/specs/client-tags/react
"""

from collections.abc import Mapping

_REPLY = ("+draft/reply", "+reply")
"""The name under which programs know it so far, and the one that it is going to have."""
_REACT = ("+draft/react", "+react")
_EDIT = ("+draft/edit", "+edit")
"""Of a proposal that never became a specification: with it, a message is said to stand in another one's place."""
_UNREACT = ("+draft/unreact", "+unreact")


def reply_of(tags: Mapping[str, str]) -> str:
    """Return the id of the message that is answered, or ""."""
    return _first(tags, _REPLY)


def reaction_of(tags: Mapping[str, str]) -> str:
    """Return the reaction (an emoji, or a word), or ""."""
    return _first(tags, _REACT)


def taken_back_of(tags: Mapping[str, str]) -> str:
    """Return the reaction that is taken back, or ""."""
    return _first(tags, _UNREACT)


def edits_of(tags: Mapping[str, str]) -> str:
    """Return the id of the message in whose place this one stands, or ""."""
    return _first(tags, _EDIT)


def edit_tags(msgid: str) -> dict[str, str]:
    """Return the tags of a message that stands in the place of this one, which was taken back."""
    return {_EDIT[0]: msgid}


def reply_tags(msgid: str) -> dict[str, str]:
    """Return the tags of a message that answers this one."""
    return dict.fromkeys(_REPLY, msgid)


def reaction_tags(msgid: str, reaction: str) -> dict[str, str]:
    """Return the tags of a reaction to a message."""
    return {_REACT[0]: reaction, **reply_tags(msgid)}


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((tags[name] for name in names if tags.get(name)), "")
