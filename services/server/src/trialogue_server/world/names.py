"""Validates nicks, channel names, usernames and e-mail addresses.  https://modern.ircdocs.horse/#clients"""

import re
import unicodedata

_NICK_SPECIAL = frozenset("[]\\`_^{|}")
_NICK_LATER = _NICK_SPECIAL | frozenset("0123456789-")
_CHANNEL_FORBIDDEN = frozenset(" ,\x07\r\n\0")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")
_EMAIL_SIZE = 254
"""Characters.  https://www.rfc-editor.org/errata/eid1690"""
_USER_FORBIDDEN = frozenset(" @!\r\n\0:*?")


def is_nick(nick: str, *, size: int, utf8: bool) -> bool:
    r"""Return whether it is a nick: a letter or one of ``[]\`_^{|}``, then those, digits and "-"; with `utf8` all
    letters.
    """
    if not nick or len(nick.encode()) > size:
        return False
    return all(_is_nick_char(char, first=at == 0, utf8=utf8) for at, char in enumerate(nick))


def _is_nick_char(char: str, *, first: bool, utf8: bool) -> bool:
    if char.isascii():
        return char.isalpha() or char in (_NICK_SPECIAL if first else _NICK_LATER)
    return utf8 and unicodedata.category(char)[0] in ("L" if first else "LMN")


def is_channel(name: str, *, size: int, utf8: bool) -> bool:
    """Return whether it is a channel name: "#" and at least one character; no space, comma or control character."""
    if len(name) < 2 or name[0] != "#" or len(name.encode()) > size:
        return False
    if not utf8 and not name.isascii():
        return False
    return not any(char in _CHANNEL_FORBIDDEN or unicodedata.category(char) in _INVISIBLE for char in name)


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})


def is_email(text: str) -> bool:
    """Return whether it is one e-mail address, as browsers check it, with a dot in the domain.

    https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
    """
    return len(text) <= _EMAIL_SIZE and _EMAIL.fullmatch(text) is not None


def clean_username(username: str, size: int) -> str:
    """Return the characters of a username that may stand in a mask; "user" if there are none."""
    kept = "".join(char for char in username if char.isascii() and char.isprintable() and char not in _USER_FORBIDDEN)
    return kept[:size] or "user"


def shown_host(address: str) -> str:
    """Return an address as it may stand in a mask: a parameter must not start with ":"."""
    return "0" + address if address.startswith(":") else address
