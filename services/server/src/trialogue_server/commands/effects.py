"""Effects: what a handler cannot do itself, because it takes time or reaches outside.

The handler returns an effect. The connection performs it, without reading further lines of the session, so that their
order holds, and puts what came of it as an input: `Result`, or `Read` where it only goes into replies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from trialogue_server.world.accounts import Credentials
from trialogue_server.world.history import Found, KeptEvent

if TYPE_CHECKING:
    from trialogue_server.commands.context import Context
    from trialogue_server.world.events import Event
    from trialogue_server.world.history import Page, Query, Target
    from trialogue_server.world.refused import Failed
    from trialogue_server.world.spans import Spans


class VerifyPassword(NamedTuple):
    """Check `password` against the hash `stored`. Slow on purpose, so it runs in a worker thread."""

    stored: str
    password: str
    then: Callable[[Context, bool], Effect | None]


class Pause(NamedTuple):
    """Wait for some seconds. The result is None."""

    seconds: float
    then: Callable[[Context, None], Effect | None]


class Reloaded(Struct, frozen=True, tag=True, array_like=True):
    """The result of reloading: an error if the new settings were refused, or ""."""

    error: str = ""
    waiting: tuple[str, ...] = ()
    """Settings that have changed and need a restart."""


class ReloadConfig(NamedTuple):
    """Read the settings again."""

    then: Callable[[Context, Reloaded], Effect | None]


class MadeCredentials(Struct, frozen=True, tag=True, array_like=True):
    """What is kept of a password, and a random code for those who need one."""

    credentials: Credentials
    code: str


class MakeCredentials(NamedTuple):
    """Hash a password. Slow on purpose, so it runs in a worker thread."""

    password: str
    then: Callable[[Context, MadeCredentials], Effect | None]


class SendMail(NamedTuple):
    """Send an e-mail. The result is the reason why it could not be sent, or ""."""

    to: str
    subject: str
    text: str
    then: Callable[[Context, str], Effect | None]


class StoreUnreadable(Struct, frozen=True, tag=True, array_like=True):
    """The result of an effect that reads the store while the store cannot be read."""


class ReadHistory(NamedTuple):
    """Read parts of conversations from the store. The result is their events, one part after the other."""

    pages: tuple[Page, ...]
    then: Callable[[Context, Sequence[Event]], Effect | None]
    failure: Failed | None
    """The reply when the store cannot be read; None for no reply."""


class ReadMail(NamedTuple):
    """Read the messages that wait for an account, as `ReadHistory` does. Once they have been read they wait no longer,
    so all nodes must know of it; but only the session's own is given them (`Core.aside`).
    """

    pages: tuple[Page, ...]
    then: Callable[[Context, Sequence[Event]], Effect | None]
    failure: None = None


class ReadAside(Struct, frozen=True, tag=True, array_like=True):
    """The result of ReadMail, in place of the messages."""


class SearchHistory(NamedTuple):
    """Search the store. The result is the latest messages that match, in order."""

    query: Query
    identity: str
    """The identity whose direct conversations are searched too, or ""."""
    then: Callable[[Context, Found], Effect | None]
    failure: Failed


class FindEvent(NamedTuple):
    """Read one event of a conversation. The result is None if it has no event with that id."""

    conversation: str
    id: int
    then: Callable[[Context, Event | None], Effect | None]
    failure: Failed


class ReadTargets(NamedTuple):
    """Read which conversations had their latest message between two ids."""

    conversations: tuple[tuple[str, Spans], ...]
    """Channels, each with the ids that the asker may read."""
    identity: str
    after: int
    before: int
    limit: int
    then: Callable[[Context, Sequence[Target]], Effect | None]
    failure: Failed


class YieldTurn(NamedTuple):
    """Give other sessions a turn, then continue: the line makes more work than one turn allows."""

    then: Callable[[Context, None], Effect | None]


def _nothing_follows(ctx: Context, result: None) -> None:
    """End the command."""


class StopServer(NamedTuple):
    """Shut the whole server down, gracefully."""

    reason: str
    then: Callable[[Context, None], Effect | None] = _nothing_follows


Reading = ReadHistory | ReadMail | SearchHistory | FindEvent | ReadTargets
"""The effects that read the store."""

Local = ReadHistory | SearchHistory | ReadTargets
"""The effects whose result only goes into replies, so that no other node needs it. What FindEvent finds may be
redacted, and what ReadMail has read waits no longer.
"""

Hashing = VerifyPassword | MakeCredentials
"""The effects that hash a password."""

Effect = Hashing | Pause | SendMail | Reading | ReloadConfig | YieldTurn | StopServer


class Pending(NamedTuple):
    """A command that waits for an effect."""

    ctx: Context
    effect: Effect


Value = None | bool | str | MadeCredentials | Reloaded | KeptEvent | ReadAside | StoreUnreadable
"""What comes of effects, but for `Local` ones."""

Continuation = Callable[["Context"], Effect | None]
"""The rest of a command, once its effect has been performed."""


class _Around:
    """Is called after an effect, with what would have been called."""

    def __init__(self, effect: Effect, around: Callable[[Context, Continuation], Effect | None]) -> None:
        self._effect = effect
        self._around = around

    def __call__(self, ctx: Context, result: Any) -> Effect | None:
        return self._around(ctx, lambda ctx: go_on(self._effect, ctx, result))


def intercept(effect: Effect, around: Callable[[Context, Continuation], Effect | None]) -> Effect:
    """Return the effect with `around(ctx, rest)` called after it; `rest(ctx)` is what would have been called."""
    return effect._replace(then=_Around(effect, around))


def go_on(effect: Effect, ctx: Context, result: Any) -> Effect | None:
    """Continue with what came of an effect. Raises its failure, if it has one, where the store could not be read."""
    if isinstance(effect, Reading) and isinstance(result, StoreUnreadable) and not isinstance(effect.then, _Around):
        if effect.failure is not None:
            raise effect.failure
        return None
    then: Callable[[Context, Any], Effect | None] = effect.then
    return then(ctx, result)


def followed_by(effect: Effect, more: Continuation) -> Effect:
    """Return the effect with `more` called once it, and every effect that follows from it, has been performed."""

    def continued(ctx: Context, rest: Continuation) -> Effect | None:
        following = rest(ctx)
        return more(ctx) if following is None else followed_by(following, more)

    return intercept(effect, continued)


def nothing_read(effect: Local) -> Sequence[Event] | Sequence[Target]:
    """Return what a `Local` effect comes to where nobody reads the reply."""
    return Found() if isinstance(effect, SearchHistory) else ()
