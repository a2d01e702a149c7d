"""What is remembered from one run to the next: a TOML file in the configuration directory, kept by the client."""

import json
import os
import tempfile
import tomllib
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

FILE = "client.toml"
_HEADER = "# trialogue-client keeps this file; what you change here is read at the next start.\n"
_SERVERS = 10


@dataclass(frozen=True, slots=True)
class Server:
    """A server that we were on."""

    host: str
    port: int
    tls: bool = False
    nick: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}{' (TLS)' if self.tls else ''}"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set. Unknown or odd values in the file are passed over: it must never keep anybody out."""

    theme: str = "dark"
    """"dark" or "light"."""
    bell: bool = True
    """Ring when somebody wants our attention."""
    desktop: bool = True
    """Ask the terminal to notify (OSC 9, OSC 777) where it can."""
    typing: bool = True
    """Let others see that we are typing."""
    nearby: bool = True
    """Look for servers on the local network when it is not said where to go."""
    highlights: tuple[str, ...] = ()
    """Words that call for our attention like our own name."""
    muted: tuple[str, ...] = ()
    """Rooms and people of which nothing is counted or called out: the server's host, a space, the name."""
    servers: tuple[Server, ...] = field(default=())
    """Those used last, the latest first."""

    def used(self, server: Server) -> "Settings":
        """Return these settings with this server as the latest."""
        others = (one for one in self.servers if (one.host, one.port) != (server.host, server.port))
        return replace(self, servers=(server, *others)[:_SERVERS])

    def muting(self, host: str, name: str, *, on: bool) -> "Settings":
        """Return these settings with this room or person of this server muted, or not any more."""
        key = f"{host} {name}".lower()
        others = tuple(one for one in self.muted if one.lower() != key)
        return replace(self, muted=(*others, key) if on else others)

    def muted_on(self, host: str) -> tuple[str, ...]:
        """Return the names that are muted on this server."""
        pairs = (one.partition(" ") for one in self.muted)
        return tuple(name for where, _, name in pairs if where.lower() == host.lower())


def read(directory: Path) -> Settings:
    """Read the settings; what cannot be read counts as not set."""
    try:
        data = tomllib.loads((directory / FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Settings()
    servers = tuple(found for table in _list(data.get("servers")) if (found := _server(table)))
    lists: dict[str, Any] = {name: tuple(filter(_is_text, _list(data.get(name)))) for name in _LISTS}
    plain = {name: data[name] for name, kind in _PLAIN.items() if type(data.get(name)) is kind}
    return Settings(**plain, **lists, servers=servers)


def write(directory: Path, settings: Settings) -> None:
    """Keep the settings; a directory that cannot be written to keeps nothing, which is no reason to stop."""
    lines = [f"{name} = {_toml(getattr(settings, name))}" for name in (*_PLAIN, *_LISTS)]
    for server in settings.servers:
        lines += ["", "[[servers]]", *(f"{name} = {_toml(value)}" for name, value in asdict(server).items())]
    with suppress(OSError):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=directory, prefix=FILE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_HEADER + "\n".join(lines) + "\n")
        Path(temporary).replace(directory / FILE)


_PLAIN: dict[str, type] = {"theme": str, "bell": bool, "desktop": bool, "typing": bool, "nearby": bool}
_LISTS = ("highlights", "muted")


def _server(table: Any) -> Server | None:
    if not isinstance(table, dict) or not isinstance(table.get("host"), str) or type(table.get("port")) is not int:
        return None
    known = {one.name: table[one.name] for one in fields(Server) if type(table.get(one.name)) in (str, int, bool)}
    return Server(**known) if isinstance(known.get("nick", ""), str) else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _toml(value: Any) -> str:
    """JSON's strings, numbers, booleans and lists of strings are TOML's too."""
    return json.dumps(value, ensure_ascii=False)
