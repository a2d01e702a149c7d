"""What the client remembers, while it runs: every change is written at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from trialogue_client.net.explain import Endpoint
from trialogue_client.settings import file
from trialogue_client.settings.schema import Server, Settings


class Memory:
    """The settings, and the file in which they are."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.problems: list[str] = []
        """What is wrong in the file, as sentences."""
        self.settings = file.read(directory, self.problems.append)

    def keep(self, changed: Settings) -> None:
        """Remember these from now on."""
        if changed != self.settings:
            self.settings = changed
            file.write(self._directory, changed)

    def server(self, endpoint: Endpoint) -> Server:
        """Return what is remembered of a server."""
        return self.settings.at(endpoint.host, endpoint.port)

    def used(self, endpoint: Endpoint, nick: str) -> None:
        """Remember that a server has let us in."""
        self.keep(self.settings.used(replace(self.server(endpoint), tls=endpoint.tls, nick=nick)))

    def change(self, endpoint: Endpoint, **changes: Any) -> None:
        """Remember something else of a server that has let us in before."""
        self.keep(self.settings.changed(replace(self.server(endpoint), **changes)))
