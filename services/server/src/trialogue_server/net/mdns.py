"""Announces the server on the local network by multicast DNS, as printers are.

zeroconf, which implements it, has a thread of its own; what takes time here is done in worker threads.
https://www.rfc-editor.org/rfc/rfc6762
"""

import asyncio
import logging
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING

import trio

from trialogue_server.net.mdns_offers import Interface, MdnsService, Offer
from trialogue_server.obs.logs import get_logger

if TYPE_CHECKING:
    from concurrent.futures import Future

    from zeroconf import ServiceInfo, Zeroconf

LOOK_SECONDS = 30.0
"""Seconds between checks whether this machine's addresses, the settings or the certificate have changed."""

_ASK_MILLISECONDS = 500
"""Milliseconds that the owner of a name has to answer."""

_HIGHEST_NUMBER = 10
"""The highest number tried: somebody who claims every name must not keep us trying for ever."""

OfferSource = Callable[[], Offer | None]
"""Returns what to announce now; called in a worker thread, may take a moment."""


async def keep_announcing(wanted: OfferSource) -> None:
    """Announce what is wanted, and again whenever it changes, until cancelled; then withdraw it.

    Errors are logged as warnings, and tried again.
    """
    token = trio.lowlevel.current_trio_token()
    current: Offer | None = None
    announcement: Announcement | None = None
    warn = _Warnings()
    with _zeroconf_speaks(lambda text: token.run_sync_soon(warn.say, text)):
        try:
            while True:
                fresh = await _look(wanted, warn)
                if fresh != current:
                    await _withdraw(announcement, warn)
                    announcement = None if fresh is None else Announcement(fresh)
                    current = fresh if await _publish(announcement, warn) else None
                await trio.sleep(LOOK_SECONDS)
        finally:
            with trio.CancelScope(shield=True):
                await _withdraw(announcement, warn)


async def _look(wanted: OfferSource, warn: "_Warnings") -> Offer | None:
    try:
        return await trio.to_thread.run_sync(wanted)
    except Exception as error:  # whatever it is, the chat goes on
        warn.say(_reason(error))
        return None


async def _publish(announcement: "Announcement | None", warn: "_Warnings") -> bool:
    if announcement is None:
        return False
    try:
        # A shutdown does not wait for it, but withdraws what is announced by then.
        name = await trio.to_thread.run_sync(announcement.publish, abandon_on_cancel=True)
    except Exception as error:  # a network, or somebody on it, may have surprised the library
        warn.say(_reason(error))
        return False
    get_logger().info("announced on the local network", name=name)
    return True


async def _withdraw(announcement: "Announcement | None", warn: "_Warnings") -> None:
    if announcement is None:
        return
    try:
        await trio.to_thread.run_sync(announcement.withdraw)
    except Exception as error:  # those who remember us find out when they come
        warn.say(_reason(error))


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


class _Warnings:
    """Logs each warning once in a row, since failures are retried."""

    def __init__(self) -> None:
        self._said = ""

    def say(self, reason: str) -> None:
        if reason != self._said:
            get_logger().warning("cannot be announced on the local network", reason=reason)
        self._said = reason


def local_networks() -> list[Interface]:
    """Return the local networks of this machine."""
    import ifaddr  # only a server for others needs it

    found = []
    for adapter in ifaddr.get_adapters():
        texts = (each.ip if isinstance(each.ip, str) else each.ip[0] for each in adapter.ips)
        interface = Interface(adapter.index or 0, tuple(sorted(map(ip_address, texts), key=str)))
        if interface.addresses and interface.is_local:
            found.append(interface)
    return sorted(found, key=lambda interface: interface.number)


class Announcement:
    """One offer on the local network. Its methods block, and are called in worker threads."""

    def __init__(self, offer: Offer) -> None:
        self._offer = offer
        self._unwanted = threading.Event()
        self._publishing = threading.Lock()
        self._registration: Future[str] | None = None
        self._responder: Zeroconf | None = None

    def publish(self) -> str:
        """Announce, which takes some seconds; returns the name, which gets a number if it is taken.

        Raises OSError, zeroconf.Error and others, and CancelledError once it is withdrawn.
        """
        import zeroconf  # takes a while to load, and only a server for others needs it

        with self._publishing:
            self._responder = zeroconf.Zeroconf(interfaces=list(self._offer.interfaces))
            assert self._responder.loop is not None, "a responder made outside of an event loop has its own"
            try:
                self._registration = asyncio.run_coroutine_threadsafe(
                    _register(self._responder, self._offer), self._responder.loop
                )
                if self._unwanted.is_set():
                    self._registration.cancel()
                return self._registration.result()
            except BaseException:
                self._close()
                raise

    def withdraw(self) -> None:
        """Stop announcing, if need be, and send goodbye records for what was announced.

        "a host … has been informed of an orderly shutdown" by records with a TTL of zero:
        https://www.rfc-editor.org/rfc/rfc6762#section-10.1
        """
        self._unwanted.set()
        if self._registration is not None:
            self._registration.cancel()
        with self._publishing:
            self._close()

    def _close(self) -> None:
        responder, self._responder = self._responder, None
        if responder is not None:
            responder.close()


async def _register(responder: "Zeroconf", offer: Offer) -> str:
    """Register all services under one name, and return it. It runs in zeroconf's own loop."""
    host = f"{_machine()}-{secrets.token_hex(3)}.local."
    name = offer.name
    for service in offer.services:
        info = _info(service, await _free_name(responder, service.type, name), host)
        announced = await responder.async_register_service(info, allow_name_change=True)
        await announced
        name = info.name.removesuffix(f".{service.type}")  # the next one shall have the same
    return name


async def _free_name(responder: "Zeroconf", kind: str, name: str) -> str:
    """Return the name with the first free number.

    Registering checks too, but for an answer to our address alone: on a machine with two servers the other one may get
    it, since they share the port.
    """
    from zeroconf import DNSQuestionType

    for each in (name, *(f"{name}-{number}" for number in range(2, _HIGHEST_NUMBER))):
        question = responder.async_get_service_info(kind, f"{each}.{kind}", _ASK_MILLISECONDS, DNSQuestionType.QM)
        if await question is None:
            return each
    return f"{name}-{_HIGHEST_NUMBER}"


def _info(service: MdnsService, name: str, host: str) -> "ServiceInfo":
    from zeroconf import ServiceInfo

    return ServiceInfo(
        service.type,
        f"{name}.{service.type}",
        port=service.port,
        parsed_addresses=list(service.addresses),
        properties=dict(service.properties),
        server=host,
    )


def _machine() -> str:
    """Return this machine's name as part of a host name.

    The full host name is another program's to announce, with all of the machine's addresses; and two machines may have
    the same.
    """
    return re.sub(r"[^a-z0-9]+", "-", socket.gethostname().partition(".")[0].lower()).strip("-")[:40] or "trialogue"


class _Forward(logging.Handler):
    """Forwards what zeroconf's own threads log."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(record.getMessage())


@contextmanager
def _zeroconf_speaks(tell: Callable[[str], None]) -> Iterator[None]:
    """Log zeroconf's warnings, which go nowhere otherwise."""
    logger, handler = logging.getLogger("zeroconf"), _Forward(tell)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
