"""The context of a handler: the session that asks, the time, and the ways to answer."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ircwire.message import Message
from trialogue_server.commands.core import Core
from trialogue_server.commands.effects import Effect, YieldTurn
from trialogue_server.config import Config
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.operator_rights import NO_PRIVILEGES
from trialogue_server.session.session import Session
from trialogue_server.session.work import AT_ONCE, BYTES_OUT, STEP
from trialogue_server.world.events import Event, OperatorActed
from trialogue_server.world.moment import Moment
from trialogue_server.world.operator_acts import overridden_channel, override_event
from trialogue_server.world.refused import Failed, Refused
from trialogue_server.world.user import User
from trialogue_server.world.world import World

T = TypeVar("T")


class Context:
    """One line of one session at one moment."""

    __slots__ = ("_later", "_reply", "core", "message", "moment", "session")

    def __init__(self, core: Core, session: Session, message: Message, reply: Reply | None, moment: Moment) -> None:
        """Without a `reply`, one without a label is made when it is needed: most messages are not answered."""
        self.core = core
        self.session = session
        self.message = message
        self.moment = moment
        self._reply = reply
        self._later: list[Effect] | None = None

    @property
    def reply(self) -> Reply:
        """The reply to the line."""
        if self._reply is None:
            self._reply = self.core.reply_to(self.session, self.moment.wall)
        return self._reply

    @property
    def is_labelled(self) -> bool:
        """Whether the reply carries a label or an idempotency key, so that the asker's own event is part of it."""
        return self._reply is not None and self._reply.is_labelled

    def echo(self, data: bytes) -> None:
        """Reply with a rendered line of the asker's own event."""
        self.reply.echo(data)

    def resume_at(self, moment: Moment) -> None:
        """Continue at a later moment: replies from here on carry its time.

        https://ircv3.net/specs/extensions/server-time
        """
        self.moment = moment
        if self._reply is not None:
            self._reply.now = moment.wall

    @property
    def now(self) -> float:
        """Unix time in seconds: for what people are shown and what is kept."""
        return self.moment.wall

    @property
    def believed(self) -> float:
        """Unix time in seconds, corrected while the clock is in doubt: for what ends by its age."""
        return self.moment.believed

    @property
    def monotonic(self) -> float:
        """Seconds by the monotonic clock: for durations within the process."""
        return self.moment.monotonic

    @property
    def user(self) -> User:
        """The asker, with the rights of this session. Only for commands that need a registered user."""
        user = self.session.user
        assert user is not None, "this command is for registered users: its row in the table must say so"
        rights = self.session.rights
        user.privileges = rights.privileges if rights is not None else NO_PRIVILEGES
        return user

    @property
    def operator(self) -> str:
        """The name of the operator entry that gives the session its rights, or "" if it has none."""
        rights = self.session.rights
        return rights.name if rights is not None else ""

    @property
    def world(self) -> World:
        """The state of the network."""
        return self.core.world

    @property
    def config(self) -> Config:
        """The settings."""
        return self.core.config

    def replies_to(self, user: User) -> Iterator[Reply]:
        """Yield a reply for each of a user's sessions. For the asker's own session it is this command's reply."""
        for session in self.core.registry.of(user.uid):
            own = session is self.session
            yield self.reply if own else self.core.reply_to(session, self.now)

    def stamp(self) -> tuple[int, float, int, str, str]:
        """Return the first five fields of an event that the asker causes now."""
        user, now = self.session.user, self.moment.wall
        if user is None:
            return self.server_stamp()
        return self.core.ids.next(now), now, user.uid, user.mask, user.account

    def server_stamp(self) -> tuple[int, float, int, str, str]:
        """Return the first five fields of an event that the server causes now."""
        return self.core.ids.next(self.now), self.now, 0, self.core.name, ""

    def commit(self, event: Event) -> None:
        """Commit an event: it changes the world, is delivered and goes into the journal. Operator overrides are
        audited.
        """
        if self.session.rights is not None and self.session.user is not None:
            self._commit_audited(self.user, event)
        else:
            self.core.delivery.commit(event, self)

    def commit_by_itself(self, event: Event) -> None:
        """Commit an event that follows from the asker's command and is not the asker's own act. It is not audited."""
        self.core.delivery.commit(event, self)

    def _commit_audited(self, user: User, event: Event) -> None:
        channel = overridden_channel(user, self.world, event)
        self.core.delivery.commit(event, self)
        if channel:
            self.core.delivery.commit(override_event(self.stamp(), self.operator, event, channel))

    def audit(self, action: str, target: str = "", reason: str = "") -> None:
        """Add an entry to the audit log for the asking operator. `reason` is the operator's own text, never a
        message's.
        """
        self.core.delivery.commit(OperatorActed(*self.stamp(), self.operator, action, target, reason))

    def work(self, units: int) -> None:
        """Count units of work for this line, besides the bytes of its replies and deliveries."""
        self.core.work.units += units

    def later(self, effect: Effect) -> None:
        """Queue an effect to be performed after this command, in order."""
        self._later = [*(self._later or ()), effect]

    def next_effect(self) -> Effect | None:
        """Return the next queued effect, if there is one."""
        return self._later.pop(0) if self._later else None

    def attempt(self, act: Callable[[T], None], items: Iterable[T]) -> None:
        """Call `act` for each item of a list (``MODE #a +oo bob eve``). An item that is refused does not stop the
        others.
        """
        for item in items:
            self._attempt(act, item)

    def attempt_in_turns(self, act: Callable[[T], None], items: Iterable[T]) -> Effect | None:
        """Call `act` for each item of a list (``JOIN #a,#b``). Other sessions get turns in between when that is much
        work.
        """
        left = iter(items)
        begun = self._done()
        for item in left:
            self._attempt(act, item)
            if self._done() - begun >= STEP:
                return YieldTurn(lambda ctx, _: ctx.attempt_in_turns(act, left))
        return None

    def _done(self) -> int:
        work = self.core.work
        return work.units + work.deliveries // AT_ONCE + self.session.outbox.answered // BYTES_OUT

    def _attempt(self, act: Callable[[T], None], item: T) -> None:
        try:
            act(item)
        except (Refused, Failed) as refusal:
            self.reply.refuse(refusal)
