"""The settings: their names, defaults and checks."""

import unicodedata
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

_SERVERS = 20
"""Servers that are remembered, beside those to which one goes at every start."""
MEANINGS = {
    "theme": "the background: dark or light",
    "highlights": "words that call you like your name, with commas between",
    "bell": "ring when somebody calls you",
    "desktop": "have the desktop notify you too, where the terminal can",
    "typing": "let others see that you are typing",
    "nearby": "look for servers on the local network if none is named",
    "emoji": "turn names like :tada: into emoji when you send them",
    "times": "show when something was said",
    "key_ring": "use the system's key ring for passwords and keys",
}
"""Each setting with what it does, in the order in which people see them."""
CHOICES = {"theme": ("dark", "light")}
WORDS = ("highlights",)
SWITCHES = tuple(name for name in MEANINGS if name not in (*CHOICES, *WORDS))
LISTS = (*WORDS, "muted")
_YES, _NO = ("on", "true", "yes"), ("off", "false", "no")
_NONE = "none"
_LISTED = ", "
_NO_LETTERS = ("P", "Z", "C")
"""The kinds of character that no word can consist of alone: marks, spaces, controls."""


class SettingError(ValueError):
    """That cannot be set; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that we were on."""

    host: str
    port: int
    tls: bool = False
    nick: str = ""
    account: str = ""
    """The account that we were logged in to, and log in to again; "" for none."""
    key_ring: bool = False
    """Whether the account's password is in the system's key ring."""
    connect: bool = False
    """Whether to connect there at every start."""
    rooms: tuple[str, ...] = ()
    """Where we were last; nowhere is told by the first start."""
    keys: tuple[str, ...] = ()
    """The rooms whose keys are in the system's key ring."""
    again: tuple[str, ...] = ()
    """What the server forgets with the connection and is told again: see `core.standing`."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}{' (TLS)' if self.tls else ''}"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set. `MEANINGS` says what the fields that people set mean to them."""

    theme: str = "dark"
    bell: bool = True
    desktop: bool = True
    typing: bool = True
    nearby: bool = True
    emoji: bool = True
    times: bool = True
    key_ring: bool = True
    highlights: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    """Rooms and people of which nothing is counted or called out: the server's host, a space, the name."""
    servers: tuple[Server, ...] = field(default=())
    """Those used last, the latest first."""

    def at(self, host: str, port: int) -> Server:
        """Return what is remembered of a server."""
        same = (one for one in self.servers if (one.host.lower(), one.port) == (host.lower(), port))
        return next(same, Server(host, port))

    def name_at(self, host: str, port: int) -> str:
        """Return the nick that we had on a server; the one that we had last anywhere, if we were never there."""
        there = self.at(host, port).nick
        return there or next((one.nick for one in self.servers if one.nick), "")

    def used(self, server: Server) -> "Settings":
        """Return these settings with this server as the latest."""
        others = (one for one in self.servers if (one.host.lower(), one.port) != (server.host.lower(), server.port))
        latest = (server, *others)
        return replace(self, servers=(*latest[:_SERVERS], *(one for one in latest[_SERVERS:] if one.connect)))

    def changed(self, server: Server) -> "Settings":
        """Return these settings with something else about a server.

        One that is new comes last: a password proves right, and is kept, before the server has let us in.
        """
        at = (server.host.lower(), server.port)
        servers = {(one.host.lower(), one.port): one for one in self.servers} | {at: server}
        return replace(self, servers=tuple(servers.values()))

    def muting(self, host: str, name: str, *, on: bool) -> "Settings":
        """Return these settings with this room or person of this server muted, or not any more."""
        key = f"{host} {name}".lower()
        others = tuple(one for one in self.muted if one.lower() != key)
        return replace(self, muted=(*others, key) if on else others)

    def renaming(self, host: str, old: str, new: str) -> "Settings":
        """Return these settings with a room of this server under its new name."""
        if f"{host} {old}".lower() not in map(str.lower, self.muted):
            return self
        return self.muting(host, old, on=False).muting(host, new, on=True)

    def muted_on(self, host: str) -> tuple[str, ...]:
        """Return the names that are muted on this server."""
        pairs = (one.partition(" ") for one in self.muted)
        return tuple(name for where, _, name in pairs if where.lower() == host.lower())

    def set(self, name: str, value: str) -> "Settings":
        """Return these settings with one of them as somebody typed it. Raises SettingError."""
        if name in CHOICES:
            if value not in CHOICES[name]:
                raise SettingError(f"{name} is one of: {', '.join(CHOICES[name])}.")
            return replace(self, theme=value)
        if name in SWITCHES:
            if value.lower() not in (*_YES, *_NO):
                raise SettingError(f"{name} is on or off.")
            changes: dict[str, Any] = {name: value.lower() in _YES}
            return replace(self, **changes)
        if name in WORDS:
            return replace(self, highlights=_words(value))
        raise SettingError(unknown(name))

    def value(self, name: str) -> str:
        """Return a setting as one would type it."""
        value = getattr(self, name)
        return value if name in CHOICES else _LISTED.join(value) if name in WORDS else "on" if value else "off"

    def lines(self, name: str = "") -> tuple[str, ...]:
        """Return how these are set, one of them or all, for people. Raises SettingError."""
        if name and name not in MEANINGS:
            raise SettingError(unknown(name))
        names = [name] if name else MEANINGS
        return tuple(f"{one:<11}{self.value(one) or _NONE} — {MEANINGS[one]}" for one in names)


def _words(typed: str) -> tuple[str, ...]:
    """Read words with commas between. Raises SettingError."""
    words = tuple(word for part in typed.split(",") if (word := part.strip()))
    if words == (_NONE,):
        return ()
    for word in words:
        if all(unicodedata.category(char).startswith(_NO_LETTERS) for char in word):
            raise SettingError(f"“{word}” is no word that somebody could call you by: type words, as in tomatoes, tea.")
    return words


def unknown(name: str) -> str:
    """Return the sentence for a name that is no setting."""
    near = get_close_matches(name, MEANINGS, n=1)
    rest = f"did you mean {near[0]}?" if near else f"there are {', '.join(MEANINGS)}."
    return f"There is no setting {name}; {rest}"
