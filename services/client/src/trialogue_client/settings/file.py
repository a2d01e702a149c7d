"""The settings file: errors in it are reported, and what somebody wrote there by hand is never lost."""

import os
import tempfile
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialogue_client.settings.schema import CHOICES, LISTS, Server, Settings, unknown
from trialogue_client.unreadable import reason

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import AoT, Table

FILE = "client.toml"
_HEADER = "trialogue-client keeps this file; what you change here is read at the next start."
_KINDS = {bool: "true or false", int: "a number", str: "a text in quotes", tuple: "a list of texts in quotes"}
_ANY = Server("", 0)
_NAMES = ("rooms", "keys", "again")
"""What of a server is a list of texts."""

Complain = Callable[[str], object]


def read(directory: Path, complain: Complain = lambda _: None) -> Settings:
    """Read the settings. What is wrong counts as not set and is complained of: the file keeps nobody out."""
    path = directory / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = f"cannot be read: {error}" if isinstance(error, tomllib.TOMLDecodeError) else reason(error)
        complain(f"{path} {why}. Mend it; until then nothing of it counts, and nothing is kept in it.")
        return Settings()
    return _settings(data, lambda sentence: complain(f"{path}: {sentence}"))


def write(directory: Path, settings: Settings) -> bool:
    """Keep the settings; False if the file cannot be read or written, which is no reason to stop."""
    import tomlkit  # It is only needed when something is kept, and the start shall not wait for it.
    from tomlkit.exceptions import TOMLKitError

    path = directory / FILE
    with suppress(OSError, UnicodeDecodeError, TOMLKitError):
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig")) if path.exists() else _new()
        _update(document, settings)
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = path.resolve()  # Who keeps their settings elsewhere, and a link here, keeps both.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=FILE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
        Path(temporary).replace(path)
        return True
    return False


def _settings(data: dict[str, Any], complain: Complain) -> Settings:
    values = {name: value for name, value in data.items() if _fits(Settings, name, value, "", complain)}
    servers = enumerate(values.pop("servers", []), start=1)
    found = [server for number, table in servers if (server := _server(table, f"server {number}: ", complain))]
    return Settings(**{name: _frozen(value) for name, value in values.items()}, servers=tuple(found))


def _server(table: Any, where: str, complain: Complain) -> Server | None:
    if not isinstance(table, dict):
        complain(f"{where}write each server as a table that begins with [[servers]].")
        return None
    values = {name: value for name, value in table.items() if _fits(Server, name, value, where, complain)}
    if not values.get("host") or not 0 < values.get("port", 0) < 65536:
        complain(f'{where}it needs a host and a port, as in host = "chat.example.org" and port = 6697.')
        return None
    return Server(**{name: _frozen(value) for name, value in values.items()})


def _fits(schema: type[Settings | Server], name: str, value: Any, where: str, complain: Complain) -> bool:
    known = {one.name: one.type for one in fields(schema)}
    if name not in known:
        there = unknown(name) if schema is Settings else f"there is nothing called {name} to say of a server."
        complain(f"{where}{there} It is left as it is.")
        return False
    kind = next((kind for kind in _KINDS if kind is known[name]), tuple)
    right = isinstance(value, list) if kind is tuple else type(value) is kind
    if right and kind is tuple and name in (*LISTS, *_NAMES):
        right = all(isinstance(one, str) for one in value)
    if name in CHOICES and value not in CHOICES[name]:
        complain(f"{where}{name} has to be one of: {', '.join(CHOICES[name])}.")
        return False
    if not right:
        wanted = "tables that begin with [[servers]]" if name == "servers" else _KINDS[kind]
        complain(f"{where}{name} has to be {wanted}.")
    return right


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _new() -> "TOMLDocument":
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment(_HEADER))
    return document


def _update(document: "TOMLDocument", settings: Settings) -> None:
    """Change what has changed, and touch nothing else: neither comments, nor what is unknown, nor what is wrong."""
    before = _settings(document.unwrap(), lambda _: None)
    for one in fields(Settings):
        value = getattr(settings, one.name)
        if one.name != "servers" and value != getattr(before, one.name):
            document[one.name] = list(value) if isinstance(value, tuple) else value
    if settings.servers != before.servers:
        tables = _tables(document.get("servers"), settings.servers)
        document.pop("servers", None)  # Where it stood, keys that follow would become a part of it.
        document["servers"] = tables


def _tables(old: Any, servers: tuple[Server, ...]) -> "AoT":
    """Return the servers as tables: the old ones, brought up to date; those that are wrong stay, at the end."""
    import tomlkit

    there = [_table(one) for one in old if isinstance(one, dict)] if isinstance(old, list) else []
    pairs = [(_server(table.unwrap(), "", lambda _: None), table) for table in there]
    known = {(server.host, server.port): table for server, table in pairs if server}
    tables = tomlkit.aot()
    for server in servers:
        table = known.get((server.host, server.port), tomlkit.table())
        for name, value in asdict(server).items():
            if name in ("host", "port") or name in table or value != getattr(_ANY, name):
                table[name] = list(value) if isinstance(value, tuple) else value
        tables.append(table)
    for wrong in (table for server, table in pairs if server is None):
        tables.append(wrong)
    return tables


def _table(old: Any) -> "Table":
    """Return a table as it can stand below [[servers]]; somebody may have written it in one line."""
    import tomlkit
    from tomlkit.items import Table

    if isinstance(old, Table):
        return old
    table = tomlkit.table()
    table.update(old.unwrap())
    return table
