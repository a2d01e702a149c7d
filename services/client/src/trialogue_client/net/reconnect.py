"""Keeps a chat connected, by one link after the other."""

import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import trio

from trialogue_client.address import Endpoint
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.connection import DialError
from trialogue_client.core.events.connection import DialStarted, Lost
from trialogue_client.net import explain
from trialogue_client.net.link import Link
from trialogue_client.net.privacy import is_encrypted, is_private
from trialogue_client.net.sts import Policies

QUIT_SECONDS = 3.0
"""How long a server may take to close after our QUIT."""

_NONCE_BYTES = 18

Dial = Callable[[], Awaitable[trio.abc.Stream]]
Delays = Callable[[], Iterator[float]]


@dataclass(frozen=True, slots=True)
class ConnectionPlan:
    """How a server is reached, and how often that is tried."""

    endpoint: Endpoint
    dial: Dial
    """Connects to it once, and obeys the `policies`."""
    delays: Delays
    """The seconds between attempts, from the first one on."""
    patient: bool = False
    """Whether to try again when the first attempt fails."""
    policies: Policies | None = None


class PersistentConnection:
    """Keeps one chat connected: dials, and dials again whenever the connection is lost."""

    def __init__(self, chat: Chat, plan: ConnectionPlan, emit: Callable[[ev.Event], None]) -> None:
        """`emit` is called with each event."""
        self.chat = chat
        self._plan = plan
        self._endpoint = plan.endpoint
        self._emit = emit
        self._delays = plan.delays()
        self._link: Link | None = None
        self._scope = trio.CancelScope()
        self._linked = trio.CancelScope()
        self._reason = ""
        self._was_online = False
        self._patient = plan.patient
        self._policies = plan.policies
        self._sent_away = False
        """Whether the server has just sent us to its TLS port."""
        self._login_failed = False
        self._fatal = ""

    def flush(self) -> None:
        """Send what is queued, soon; nothing is lost when there is no connection."""
        if self._link is not None:
            self._link.flush()

    def leave(self, reason: str = "") -> None:
        """Say good-bye; `run` then returns within a few seconds."""
        self.chat.leave(reason)
        self.flush()
        online = self._link is not None
        self._scope.deadline = trio.current_time() + (QUIT_SECONDS if online else 0)

    def give_up(self, sentence: str) -> None:
        """End now: `run` raises DialError with this sentence."""
        self._fatal = sentence
        self._scope.cancel()

    async def run(self) -> None:
        """Connect, and again whenever the connection is lost, until we leave.

        Raises DialError if the first attempt fails (unless patient), or for what another attempt will not mend.
        """
        with self._scope:
            while not self.chat.leaving:
                await self._once()
        if self._scope.cancelled_caught and self._fatal:
            raise DialError(self._fatal)

    async def _once(self) -> None:
        try:
            await self._serve()
        except DialError as error:
            if self.chat.leaving:
                return
            if not error.passing or not (self._was_online or self._patient):
                raise
            self._reason = str(error)
        if self.chat.leaving or self._is_sent_away():
            return
        if self._fatal or not (self._was_online or self._patient):
            raise DialError(self._fatal or f"The server closed the connection: {self._reason}")
        delay = next(self._delays)
        self._emit(Lost(self._reason, delay))
        await trio.sleep(delay)

    async def _serve(self) -> None:
        self._reason, self._login_failed = "the connection was closed", False
        self._emit(DialStarted(self._endpoint))
        stream = await self._plan.dial()
        private, encrypted = is_private(self._endpoint, stream), is_encrypted(self._endpoint, stream)
        if not private and self.chat.identity.password and not self.chat.plain_secrets:
            await trio.aclose_forcefully(stream)
            raise explain.exposed(self._endpoint)
        self.chat.connected(secrets.token_urlsafe(_NONCE_BYTES), private=private, encrypted=encrypted)
        self._link = Link(stream, self.chat, self._endpoint)
        try:
            with trio.CancelScope() as self._linked:
                await self._link.run(self._on_event)
        finally:
            self._ended()

    def _is_sent_away(self) -> bool:
        """Return whether to connect again at once, by TLS."""
        sent, self._sent_away = self._sent_away, False
        return sent

    def _ended(self) -> None:
        self._link = None
        for event in self.chat.disconnected():
            self._emit(event)

    def _refused(self, reason: str) -> None:
        """What has worked before may work again, in a while: then another attempt is made as for a lost connection."""
        self._reason, self._login_failed = reason, True
        if not self._was_online:
            self._fatal = f"{reason}."

    def _on_event(self, event: ev.Event) -> None:
        match event:
            case ev.Registered():
                self._was_online = True
                self._delays = self._plan.delays()
            case ev.MustEncrypt() if self._policies is not None:
                self._policies.require(self._endpoint, event.port)
                self._sent_away = True
                self._linked.cancel()
            case ev.MayTrustTransport() if self._policies is not None:
                self._policies.trust(self._policies.apply(self._endpoint), event.duration)
            case ev.Closed() if not self._login_failed:
                self._reason = event.reason
            case ev.LoginFailed() if not self.chat.online:
                self._refused(event.reason)
            case ev.PasswordWrong():
                self._fatal = explain.password(given=bool(self.chat.identity.password))
        self._emit(event)
