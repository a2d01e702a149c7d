"""Merges the settings of two clients that share a file: what each has changed stays."""

from dataclasses import fields, replace
from typing import Any

from trialogue_client.settings.schema import LISTS, Server, Settings


def merged(mine: Settings, before: Settings, there: Settings) -> Settings:
    """Return what is in the file (`there`) with what has been changed here from `before` to `mine`."""
    plain = [one.name for one in fields(Settings) if one.name not in (*LISTS, "servers")]
    changes: dict[str, Any] = {
        name: getattr(mine, name) for name in plain if getattr(mine, name) != getattr(before, name)
    }
    changes |= {name: _words(getattr(mine, name), getattr(before, name), getattr(there, name)) for name in LISTS}
    return replace(there, **changes, servers=_servers(mine.servers, before.servers, there.servers))


def _words(mine: tuple[str, ...], before: tuple[str, ...], there: tuple[str, ...]) -> tuple[str, ...]:
    kept = [one for one in there if one in mine or one not in before]
    return (*kept, *(one for one in mine if one not in before and one not in kept))


def _servers(mine: tuple[Server, ...], before: tuple[Server, ...], there: tuple[Server, ...]) -> tuple[Server, ...]:
    theirs = {_place(one): one for one in there}
    ours = {_place(one): theirs.get(_place(one), one) if one in before else one for one in mine}
    known = {*ours, *map(_place, before)}
    return (*ours.values(), *(one for one in there if _place(one) not in known))


def _place(server: Server) -> tuple[str, int]:
    return server.host.lower(), server.port
