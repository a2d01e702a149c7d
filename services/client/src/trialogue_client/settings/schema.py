"""What there is to set."""

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

_SERVERS = 20
CHOICES = {"theme": ("dark", "light")}
SWITCHES = {
    "bell": "ring when somebody calls you",
    "desktop": "have the terminal notify the desktop, where it can and nobody looks",
    "typing": "let others see that you are typing",
    "nearby": "look for servers on the local network when it is not said where to go",
    "times": "show when something was said",
    "key_ring": "offer to keep passwords in the system's key ring",
}
WORDS = {"highlights": "words that call you like your name"}
LISTS = (*WORDS, "muted")
_YES, _NO = ("on", "true", "yes"), ("off", "false", "no")
_NONE = "none"


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
    """The account to log in to; "" for none."""
    key_ring: bool = False
    """Is the account's password in the system's key ring?"""
    connect: bool = False
    """Go there at every start?"""
    rooms: tuple[str, ...] = ()
    """Where we were last; nowhere is told by the first start."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}{' (TLS)' if self.tls else ''}"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set. `SWITCHES` and its likes say what the fields mean to people."""

    theme: str = "dark"
    bell: bool = True
    desktop: bool = True
    typing: bool = True
    nearby: bool = True
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

    def used(self, server: Server) -> "Settings":
        """Return these settings with this server as the latest."""
        others = (one for one in self.servers if (one.host.lower(), one.port) != (server.host.lower(), server.port))
        return replace(self, servers=(server, *others)[:_SERVERS])

    def changed(self, server: Server) -> "Settings":
        """Return these settings with something else about a server that is remembered already."""
        at = (server.host.lower(), server.port)
        return replace(
            self, servers=tuple(server if (one.host.lower(), one.port) == at else one for one in self.servers)
        )

    def muting(self, host: str, name: str, *, on: bool) -> "Settings":
        """Return these settings with this room or person of this server muted, or not any more."""
        key = f"{host} {name}".lower()
        others = tuple(one for one in self.muted if one.lower() != key)
        return replace(self, muted=(*others, key) if on else others)

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
            words = tuple(word for part in value.split(",") if (word := part.strip()) and value != _NONE)
            return replace(self, highlights=words)
        raise SettingError(unknown(name))

    def lines(self, name: str = "") -> tuple[str, ...]:
        """Return how these are set, one of them or all, for people. Raises SettingError."""
        shown = {
            **{key: f"{getattr(self, key)} ({' or '.join(choices)})" for key, choices in CHOICES.items()},
            **{key: f"{'on' if getattr(self, key) else 'off'} — {what}" for key, what in SWITCHES.items()},
            **{key: f"{', '.join(getattr(self, key)) or _NONE} — {what}" for key, what in WORDS.items()},
        }
        if name and name not in shown:
            raise SettingError(unknown(name))
        return tuple(f"{key:<11}{text}" for key, text in shown.items() if name in ("", key))


def unknown(name: str) -> str:
    """Return the sentence for a name that is no setting."""
    names = (*CHOICES, *SWITCHES, *WORDS)
    near = get_close_matches(name, names, n=1)
    return f"There is no setting {name}; " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}.")
