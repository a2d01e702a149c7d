"""What a handler cannot do itself, because it takes time or reaches outside: it asks, and goes on with the result.

The connection performs the effect (reading no further lines of that session meanwhile, so their order holds) and hands
the result to `dispatch.resume`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from trialogue_server.commands.context import Context
    from trialogue_server.config import Config
    from trialogue_server.world.accounts import Credentials
    from trialogue_server.world.events import Event
    from trialogue_server.world.history import Found, Page, Query, Target
    from trialogue_server.world.refused import Failed
    from trialogue_server.world.spans import Spans


class VerifyPassword(NamedTuple):
    """Is `password` the one that was hashed into `stored`? Slow on purpose, so it runs in a worker thread."""

    stored: str
    password: str
    then: Callable[[Context, bool], Effect | None]


class Pause(NamedTuple):
    """Wait for so many seconds; the result is None."""

    seconds: float
    then: Callable[[Context, None], Effect | None]


class Reloaded(NamedTuple):
    """The new settings, or why the old ones stay."""

    config: Config
    motd: tuple[str, ...]
    error: str
    waiting: tuple[str, ...] = ()
    """Settings that have changed and wait for a restart."""


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


class Unread(NamedTuple):
    """The result of what reads the store, where it cannot be read now."""


class ReadHistory(NamedTuple):
    """Read parts of conversations from the store; the result is their events, one part after the other."""

    pages: tuple[Page, ...]
    then: Callable[[Context, Sequence[Event]], Effect | None]
    failure: Failed | None
    """What is answered where they cannot be read, if anything is."""


class SearchHistory(NamedTuple):
    """Search the store; the result is the latest messages that fit, in order."""

    query: Query
    identity: str
    """Whose direct conversations are searched too, or ""."""
    then: Callable[[Context, Found], Effect | None]
    failure: Failed


class FindEvent(NamedTuple):
    """Read one event of a conversation; the result is None if there is none of that id."""

    conversation: str
    id: int
    then: Callable[[Context, Event | None], Effect | None]
    failure: Failed


class ReadTargets(NamedTuple):
    """Ask the store which conversations had their last message between two ids."""

    conversations: tuple[tuple[str, Spans], ...]
    """Rooms, each with the ids that may be read."""
    identity: str
    after: int
    before: int
    limit: int
    then: Callable[[Context, Sequence[Target]], Effect | None]
    failure: Failed


class GoOn(NamedTuple):
    """Let everybody else have a turn, and go on then: the line makes more work than may be done in one go."""

    then: Callable[[Context, None], Effect | None]


def _nothing_follows(ctx: Context, result: None) -> None:
    """End the command."""


class StopServer(NamedTuple):
    """Shut the whole server down, gracefully."""

    reason: str
    then: Callable[[Context, None], Effect | None] = _nothing_follows


Reading = ReadHistory | SearchHistory | FindEvent | ReadTargets
"""What reads the store."""

Effect = VerifyPassword | Pause | MakeCredentials | SendMail | Reading | ReloadConfig | GoOn | StopServer


Continuation = Callable[["Context"], Effect | None]
"""The rest of a command, once its effect has been performed."""


def intercept(effect: Effect, around: Callable[[Context, Continuation], Effect | None]) -> Effect:
    """Return the effect with `around(ctx, rest)` called after it; `rest(ctx)` is what would have been called."""
    then: Callable[[Context, Any], Effect | None] = effect.then
    return effect._replace(then=lambda ctx, result: around(ctx, lambda ctx: then(ctx, result)))


def followed_by(effect: Effect, more: Continuation) -> Effect:
    """Return the effect with `more` called once it, and every effect that follows from it, has been performed."""

    def go_on(ctx: Context, rest: Continuation) -> Effect | None:
        following = rest(ctx)
        return more(ctx) if following is None else followed_by(following, more)

    return intercept(effect, go_on)
