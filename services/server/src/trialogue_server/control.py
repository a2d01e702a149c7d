"""Control: performs effects, stops the server, reloads the settings."""

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import trio

from trialogue_server.commands.core import Core
from trialogue_server.commands.deciding import Door
from trialogue_server.commands.effects import (
    Effect,
    FindEvent,
    MadeCredentials,
    MakeCredentials,
    Pause,
    ReadHistory,
    Reading,
    ReadMail,
    ReadTargets,
    ReloadConfig,
    Reloaded,
    SearchHistory,
    SendMail,
    StopServer,
    StoreUnreadable,
    VerifyPassword,
    YieldTurn,
)
from trialogue_server.commands.inputs import SettingsChanged
from trialogue_server.config import Config
from trialogue_server.config.remarks import remarks
from trialogue_server.net.smtp import Email, send_mail
from trialogue_server.obs.logs import get_logger
from trialogue_server.obs.timing import Timing
from trialogue_server.store import passwords
from trialogue_server.store.base import Store, StoreUnavailable
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.retention import Retention
from trialogue_server.world.events import Event
from trialogue_server.world.history import Target
from trialogue_server.world.history_limits import HistoryLimits

if TYPE_CHECKING:
    from trialogue_server.net.tls_context import TlsContext

_HASHES_AT_ONCE = 2
"""Password checks that run side by side: each takes a core and 19 MiB for a while, and chat must not wait for them."""

Reload = Callable[[], tuple[Config, tuple[str, ...]]]
"""Reads the settings and the message of the day again; raises an error whose text is for people."""


class Control:
    """One for each server."""

    def __init__(self, door: Door, store: Store, reload: Reload, tls: "TlsContext | None") -> None:
        self._core, self._decide, self._clock = door
        self._store = store
        self._reload = reload
        self._tls = tls
        self._hashing = trio.CapacityLimiter(_HASHES_AT_ONCE)
        self._stopped = trio.Event()
        self._reloading = trio.Lock()
        self.stop_reason = ""
        self.searches = Timing()

    async def perform(self, effect: Effect) -> Any:
        """Carry out an effect and return its result."""
        match effect:
            case VerifyPassword():
                return await trio.to_thread.run_sync(
                    passwords.verify, effect.stored, effect.password, limiter=self._hashing
                )
            case Pause():
                return await trio.sleep(effect.seconds)
            case MakeCredentials():
                accounts = self._core.config.accounts
                cost = passwords.HashCost(accounts.hash_memory, accounts.hash_passes)
                return await trio.to_thread.run_sync(_make_credentials, effect.password, cost, limiter=self._hashing)
            case SendMail():
                mail = Email(effect.to, effect.subject, effect.text)
                # A mail server that does not answer must not keep a connection from ending, nor ours from stopping.
                return await trio.to_thread.run_sync(send_mail, self._core.config.mail, mail, abandon_on_cancel=True)
            case ReloadConfig():
                return await self.reload()
            case YieldTurn():
                return await trio.lowlevel.checkpoint()
            case StopServer():
                return self.stop(effect.reason)
            case SearchHistory():
                begin = trio.current_time()
                found = await read_history(self._store, effect)
                self.searches.note(trio.current_time() - begin)
                return found
            case _:
                return await read_history(self._store, effect)

    def stop(self, reason: str) -> None:
        """Begin the shutdown; the first reason counts."""
        self.stop_reason = self.stop_reason or reason
        self._stopped.set()

    @property
    def is_stopping(self) -> bool:
        """Whether the shutdown has begun."""
        return self._stopped.is_set()

    async def wait_stopping(self) -> None:
        """Wait for the shutdown to begin."""
        await self._stopped.wait()

    async def reload(self) -> Reloaded:
        """Reload the settings and the certificate; errors in either leave the old one in force.

        A shutdown does not wait for files that cannot be read just now.
        """
        async with self._reloading:  # one after the other: the last one asked for is what stays
            waiting: list[str] = []
            errors = [await self._reload_settings(waiting), await self._reload_certificate()]
        error = " ".join(" ".join(errors).split())
        return Reloaded(error, tuple(waiting))

    async def _reload_settings(self, waiting: list[str]) -> str:
        """Return an error, or "". Settings that need a restart are added to `waiting`."""
        try:
            config, motd = await trio.to_thread.run_sync(self._reload, abandon_on_cancel=True)
        except Exception as error:  # whatever is wrong with the new settings, the old ones are good
            get_logger().error("settings not reloaded", error=str(error))
            return str(error)
        waiting += self._decide(SettingsChanged(config, motd), self._clock()).lines
        get_logger().info("settings reloaded")
        if waiting:
            get_logger().warning("settings that have changed need a restart", settings=", ".join(waiting))
        for remark in remarks(config):
            get_logger().warning("settings", remark=remark)
        return ""

    async def _reload_certificate(self) -> str:
        if self._tls is None:
            return ""
        try:
            await trio.to_thread.run_sync(self._tls.reload, abandon_on_cancel=True)
        except Exception as error:  # whatever is wrong with the new files, the old ones are good
            get_logger().error("certificate not reloaded", error=str(error))
            return str(error)
        get_logger().info("certificate reloaded", sha256=self._tls.fingerprint_sha256)
        return ""


async def read_history(
    store: Store, effect: Reading
) -> Sequence[Event] | Sequence[Target] | Event | StoreUnreadable | None:
    """Return the result of an effect that reads the store."""
    try:
        match effect:
            case ReadHistory() | ReadMail():
                return [event for page in effect.pages for event in await store.page(page)]
            case SearchHistory():
                return await store.search(effect.query, effect.identity)
            case FindEvent():
                return await store.find(effect.conversation, effect.id)
            case ReadTargets():
                return await store.targets(
                    effect.conversations,
                    effect.identity,
                    after=effect.after,
                    before=effect.before,
                    limit=effect.limit,
                )
    except StoreUnavailable as error:
        get_logger().error("history cannot be read", reason=str(error))
        return StoreUnreadable()


def retention(core: Core) -> Retention:
    """Return the limits of history, by a clock that is not in doubt: that of the latest input, a second ago at most."""
    history, log = core.config.history, core.config.log
    return Retention(
        core.moment.believed,
        HistoryLimits(history.keep_days, history.keep_messages, history.keep_bytes),
        history.keep_total_bytes,
        log.audit_days,
        log.audit_entries,
        core.world.times.copy(),
    )


def _make_credentials(password: str, cost: passwords.HashCost) -> MadeCredentials:
    return MadeCredentials(make_credentials(password, cost), f"{secrets.randbelow(10**8):08}")
