"""The settings while the client runs: every change is written at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from trialogue_client.address import Endpoint
from trialogue_client.core.chat import Chat
from trialogue_client.core.sasl import Credentials
from trialogue_client.settings import file
from trialogue_client.settings.merging import merged
from trialogue_client.settings.schema import Server, Settings


class Memory:
    """The settings, and the file in which they are."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.path = directory / file.FILE
        self.problems: list[str] = []
        """What is wrong in the file, as sentences."""
        self.settings = file.read(directory, self.problems.append)
        self._kept = True
        """Whether the file holds what we have put there."""

    def keep(self, changed: Settings) -> str:
        """Have these from now on; return a sentence if they last no longer than this run, else ""."""
        if changed == self.settings:
            return ""
        self.settings = self._beside_others(changed)
        self._kept = file.write(self._directory, self.settings)
        if self._kept:
            return ""
        return f"That is so until the client ends: {self.path} cannot be read or written, so nothing is kept in it."

    def _beside_others(self, changed: Settings) -> Settings:
        """Return this with what another client has written into the file since we have read it."""
        problems: list[str] = []
        there = file.read(self._directory, problems.append)
        readable = self._kept and not problems and self.path.exists()
        return merged(changed, self.settings, there) if readable else changed

    def server(self, endpoint: Endpoint) -> Server:
        """Return what is remembered of a server."""
        return self.settings.at(endpoint.host, endpoint.port)

    def account_of(self, endpoint: Endpoint, nick: str) -> str:
        """Return the account that we have on a server, if this is its name or the nick that we had; else ""."""
        known = self.server(endpoint)
        return known.account if nick.lower() in (known.nick.lower(), known.account.lower()) else ""

    def logged_in(self, endpoint: Endpoint, credentials: Credentials | None) -> None:
        """Remember as whom we log in to a server by a password; None for not any more."""
        known = self.server(endpoint)
        if credentials is None and known.account and not known.key_ring:
            self.change(endpoint, account="")
        elif credentials is not None and credentials.password:
            self.change(endpoint, account=credentials.account)

    def used(self, endpoint: Endpoint, nick: str) -> None:
        """Remember that a server has let us in."""
        self.keep(self.settings.used(replace(self.server(endpoint), tls=endpoint.tls, nick=nick)))

    def moved(self, endpoint: Endpoint, chat: Chat) -> None:
        """Remember in which rooms we are."""
        self.change(endpoint, rooms=tuple(chat.autojoin), again=chat.standing.lines)

    def renamed(self, endpoint: Endpoint, old: str, new: str) -> bool:
        """Remember that a room has another name; return whether that changes the settings."""
        before = self.settings.muted
        self.keep(self.settings.renaming(endpoint.host, old, new))
        return self.settings.muted != before

    def set_on(self, endpoint: Endpoint, chat: Chat) -> None:
        """Remember our name and what we have set on a server, if it has let us in."""
        if chat.online:
            self.change(endpoint, nick=chat.wanted_nick, again=chat.standing.lines)

    def change(self, endpoint: Endpoint, **changes: Any) -> None:
        """Remember something else of a server."""
        self.keep(self.settings.changed(replace(self.server(endpoint), **changes)))
