"""One actor's connection, and what it has seen."""

import secrets
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

import trio

from trialogue_client.address import Endpoint
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.connection import DialError
from trialogue_client.core.idempotency import KEY_BYTES
from trialogue_client.core.sasl import Credentials
from trialogue_client.core.session import Session
from trialogue_client.core.state import Identity
from trialogue_client.net import explain
from trialogue_client.net.link import Link
from trialogue_client.net.privacy import is_encrypted, is_private
from trialogue_client.script.patterns import Earlier, Pattern
from trialogue_client.script.presence import Presence

RETRY_SECONDS = 0.2
QUIT_SECONDS = 3.0
_RECENT = 200
_FIRST_PAGE = 50

Dial = Callable[[], Awaitable[trio.abc.Stream]]


class FailureError(Exception):
    """A step failed; the text says why."""


@dataclass(slots=True)
class _Seen:
    event: ev.Event
    used: bool = False


class Actor:
    """Plays one part. Connections run in the given nursery."""

    def __init__(self, identity: Identity, endpoint: Endpoint, dial: Dial, nursery: trio.Nursery) -> None:
        new_key = partial(secrets.token_urlsafe, KEY_BYTES)
        self.chat = Chat(identity, (), trace=True, first_page=_FIRST_PAGE, new_key=new_key)
        self.name = identity.nick
        self.refusals: list[tuple[str, str]] = []
        """Code and text of what the server refused since the step began."""
        self.recent: deque[str] = deque(maxlen=_RECENT)
        """The last lines that came."""
        self.ended: str | None = None
        """Why the connection is no more; None while there is one, or nobody expects one."""
        self.dropped = ""
        """The nick that a connection had that we cut without a word."""
        self._endpoint = endpoint
        self._dial = dial
        self._nursery = nursery
        self._link: Link | None = None
        self._scope = trio.CancelScope()
        self._changed = trio.Event()
        self._begin()

    @property
    def connected(self) -> bool:
        """Whether there is a connection, registered or not."""
        return self._link is not None

    @property
    def session(self) -> Session:
        """Return the connection's session. Raises FailureError when there is none."""
        if self.chat.session is None:
            raise FailureError(f"{self.name} is not connected" + (f": {self.ended}" if self.ended else ""))
        return self.chat.session

    async def connect(self) -> None:
        """Reach the server, trying again while it may only be late, and start to register."""
        stream = await self._reach()
        while stream is None:
            await trio.sleep(RETRY_SECONDS)
            stream = await self._reach()
        self._begin()
        private, encrypted = is_private(self._endpoint, stream), is_encrypted(self._endpoint, stream)
        if not private and self.chat.identity.password and not self.chat.plain_secrets:
            await trio.aclose_forcefully(stream)
            raise FailureError(str(explain.exposed(self._endpoint)))
        self.chat.connected(secrets.token_urlsafe(18), private=private, encrypted=encrypted)
        self._link = Link(stream, self.chat, self._endpoint)
        self._nursery.start_soon(self._serve, self._link, self._scope)

    async def _reach(self) -> trio.abc.Stream | None:
        try:
            return await self._dial()
        except DialError as error:
            self.recent.append(f"({error})")
            if not error.passing:
                raise FailureError(str(error)) from error
            return None

    def use(self, credentials: Credentials | None) -> None:
        """Log in by these from the next connection on, or not at all."""
        self.chat.identity = replace(self.chat.identity, credentials=credentials)

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until something has become true. Raises FailureError when the connection ends before."""
        while not is_true():
            self.check()
            self._changed = trio.Event()
            await self._changed.wait()

    def check(self) -> None:
        """Raise FailureError if the server has closed the connection."""
        if self.ended is not None:
            raise FailureError(f"the server closed the connection: {self.ended}")

    async def settle(self) -> None:
        """Wait until the server has handled everything that was sent (or has closed the connection)."""
        token = self.session.barrier()
        self.flush()
        await self.until(lambda: token in self._passed or self.ended is not None)

    async def quit(self, reason: str) -> None:
        """Say good-bye and wait until the server closes, but not for ever."""
        if self._link is not None:
            self.chat.leave(reason)
            self.flush()
            with trio.move_on_after(QUIT_SECONDS):
                await self.until(lambda: self.ended is not None)
        self.drop()

    def drop(self) -> None:
        """Cut the connection."""
        self._scope.cancel()
        self._link = None
        self.chat.disconnected()
        self.ended = None

    def flush(self) -> None:
        """Send what is queued, soon."""
        if self._link is not None:
            self._link.flush()

    def find(self, pattern: Pattern) -> bool:
        """Take the next thing seen that fits: of one person in order, of different people in any."""
        for at, seen in enumerate(self._log):
            person = _origin(seen.event)
            if not seen.used and at >= self._floor[person] and self._fits(pattern, seen.event):
                seen.used = True
                self._floor[person] = at
                return True
        return False

    def has(self, pattern: Pattern) -> bool:
        """Return whether there is anything that fits and that no step has taken."""
        return any(not seen.used and self._fits(pattern, seen.event) for seen in self._log)

    def present(self, nick: str, room: str, *, present: bool) -> bool:
        """Return whether somebody is (or was, since the last wait for them) in a room, or out of it."""
        return self._presence.reached(nick, room, present=present)

    def _fits(self, pattern: Pattern, event: ev.Event) -> bool:
        return event.replayed is isinstance(pattern, Earlier) and pattern.fits(event, self.chat.fold)

    def _begin(self) -> None:
        self.ended = None
        self.chat.leaving = False
        self._scope = trio.CancelScope()
        self._log: list[_Seen] = []
        self._floor: defaultdict[str, int] = defaultdict(int)
        self._passed: set[str] = set()
        self._presence = Presence(self.chat.fold)
        self._reason = ""

    async def _serve(self, link: Link, scope: trio.CancelScope) -> None:
        problem = ""
        with scope:
            try:
                await link.run(self.note)
            except DialError as error:
                problem = str(error)
        if self._link is link:
            self._link = None
            self.chat.disconnected()
            self.ended = problem or self._reason or "without a reason"
            self._changed.set()

    def note(self, event: ev.Event) -> None:
        """Take in what happened."""
        self._log.append(_Seen(event))
        self._presence.follow(event)
        match event:
            case ev.Traced():
                self.recent.append(event.line)
            case ev.Ponged():
                self._passed.add(event.token)
            case ev.MustEncrypt():
                self._reason = f"it only takes encrypted connections: add --tls, at port {event.port}"
                self._scope.cancel()
            case ev.Closed():
                self._reason = event.reason
            case _:
                self.refusals += _refusal(event)
        self._changed.set()


def _refusal(event: ev.Event) -> list[tuple[str, str]]:
    match event:
        case ev.Refused():
            return [(event.code, ": ".join((*event.about, event.text)))]
        case ev.StandardReply(severity="FAIL"):
            return [(event.code, event.text)]
        case ev.NickTaken():
            return [("433", f"{event.nick}: {event.reason}")]
        case ev.NickRefused():
            return [("432", f"{event.nick}: {event.reason}")]
        case ev.PasswordWrong():
            return [("464", event.reason)]
        case ev.LoginFailed():
            return [("904", event.reason)]
        case ev.NotSent(sure=True):
            return [("", event.reason)]
    return []


def _origin(event: ev.Event) -> str:
    match event:
        case ev.Said() | ev.Noticed() | ev.Joined() | ev.Parted() | ev.Quit() | ev.Tagged():
            return event.who.nick
        case ev.Kicked() | ev.Redacted() | ev.TopicChanged() | ev.ModeChanged() | ev.Invited():
            return event.by.nick
        case ev.Renamed():
            return event.old
        case ev.AwayChanged():
            return event.nick
    return ""
