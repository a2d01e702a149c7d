"""What a handler cannot do itself, because it takes time or reaches outside: it asks, and goes on with the result.

The connection performs the effect (reading no further lines of that session meanwhile, so their order holds) and hands
the result to `dispatch.resume`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trialogue_server.commands.context import Context
    from trialogue_server.config import Config
    from trialogue_server.world.accounts import Credentials


class VerifyPassword(NamedTuple):
    """Is `password` the one that was hashed into `stored`? Slow on purpose, so it runs in a worker thread."""

    stored: str
    password: str
    then: Callable[[Context, bool], Effect | None]


class Reloaded(NamedTuple):
    """The new settings, or why the old ones stay."""

    config: Config
    motd: tuple[str, ...]
    error: str


class ReloadConfig(NamedTuple):
    """Read the settings again."""

    then: Callable[[Context, Reloaded], Effect | None]


class MadeCredentials(NamedTuple):
    """What is to be kept of a password, and a random code for whoever needs one."""

    credentials: Credentials
    code: str


class MakeCredentials(NamedTuple):
    """Hash a password. Slow on purpose, so it runs in a worker thread."""

    password: str
    then: Callable[[Context, MadeCredentials], Effect | None]


class SendMail(NamedTuple):
    """Send an e-mail; the result is why it could not be sent, or ""."""

    to: str
    subject: str
    text: str
    then: Callable[[Context, str], Effect | None]


class StopServer(NamedTuple):
    """Shut the whole server down, gracefully."""

    reason: str


Effect = VerifyPassword | MakeCredentials | SendMail | ReloadConfig | StopServer
