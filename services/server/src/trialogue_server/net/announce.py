"""How is this server found on the local network? It is announced by multicast DNS, as printers are.

zeroconf, which speaks it, has a thread of its own; what takes time here is done in worker threads.
https://www.rfc-editor.org/rfc/rfc6762
"""

import logging
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple

import trio

from trialogue_server.net.offers import Interface, Offer, Service
from trialogue_server.obs.logs import get_logger

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

LOOK_SECONDS = 30.0
"""How often it is looked whether this machine's addresses, the settings or the certificate have changed."""

_ASK_MILLISECONDS = 500
"""How long whoever has a name may take to say so."""

_HIGHEST_NUMBER = 10
"""Somebody who claims every name shall not keep us asking for ever."""

Wanted = Callable[[], Offer | None]
"""Says what there is to announce now; called in a worker thread, may take a moment."""


class Published(NamedTuple):
    """What is being announced, and the name that it got."""

    zeroconf: "Zeroconf"
    name: str


async def keep_announcing(wanted: Wanted) -> None:
    """Announce what is wanted, and again whenever that changes, until cancelled; then say that it is gone.

    Whatever goes wrong is a warning in the log, and tried again.
    """
    token = trio.lowlevel.current_trio_token()
    current: Offer | None = None
    published: Published | None = None
    warn = _Warnings()
    with _zeroconf_speaks(lambda text: token.run_sync_soon(warn.say, text)):
        try:
            while True:
                fresh = await _look(wanted, warn)
                if fresh != current:
                    await _withdraw(published, warn)
                    published = None
                    published = await _publish(fresh, warn)
                    current = fresh if published is not None else None
                await trio.sleep(LOOK_SECONDS)
        finally:
            with trio.CancelScope(shield=True):
                await _withdraw(published, warn)


async def _look(wanted: Wanted, warn: "_Warnings") -> Offer | None:
    try:
        return await trio.to_thread.run_sync(wanted)
    except Exception as error:  # whatever it is, the chat goes on
        warn.say(_reason(error))
        return None


async def _publish(offer: Offer | None, warn: "_Warnings") -> Published | None:
    if offer is None:
        return None
    unwanted = threading.Event()
    try:
        # A shutdown does not wait for it.
        published = await trio.to_thread.run_sync(publish, offer, unwanted, abandon_on_cancel=True)
    except trio.Cancelled:
        unwanted.set()
        raise
    except Exception as error:  # a network, or somebody on it, may have surprised the library
        warn.say(_reason(error))
        return None
    get_logger().info("announced on the local network", name=published.name)
    return published


async def _withdraw(published: Published | None, warn: "_Warnings") -> None:
    if published is None:
        return
    try:
        await trio.to_thread.run_sync(published.zeroconf.close)
    except Exception as error:  # those who remember us find out when they come
        warn.say(_reason(error))


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


class _Warnings:
    """Says each thing once in a row: it is tried again and again."""

    def __init__(self) -> None:
        self._said = ""

    def say(self, reason: str) -> None:
        if reason != self._said:
            get_logger().warning("cannot be announced on the local network", reason=reason)
        self._said = reason


def local_networks() -> list[Interface]:
    """Return the local networks that this machine is on now."""
    import ifaddr  # only a server for others needs it

    found = []
    for adapter in ifaddr.get_adapters():
        texts = (each.ip if isinstance(each.ip, str) else each.ip[0] for each in adapter.ips)
        interface = Interface(adapter.index or 0, tuple(sorted(map(ip_address, texts), key=str)))
        if interface.addresses and interface.is_local:
            found.append(interface)
    return sorted(found, key=lambda interface: interface.number)


def publish(offer: Offer, unwanted: threading.Event) -> Published:
    """Announce; a name that is taken gets a number. Raises OSError, zeroconf.Error and others.

    It takes some seconds, and is taken back if it is `unwanted` by then.
    """
    import zeroconf  # takes a while to load, and only a server for others needs it

    responder = zeroconf.Zeroconf(interfaces=list(offer.interfaces))
    try:
        host = f"{_machine()}-{secrets.token_hex(3)}.local."
        name = offer.name
        for service in offer.services:
            info = _info(service, _free_name(responder, service.type, name), host)
            responder.register_service(info, allow_name_change=True)
            name = info.name.removesuffix(f".{service.type}")  # the next one shall have the same
    except BaseException:
        responder.close()
        raise
    if unwanted.is_set():
        responder.close()
    return Published(responder, name)


def _free_name(responder: "Zeroconf", kind: str, name: str) -> str:
    """Return the name with the first number that nobody has.

    Registering asks too, but for an answer to our address alone: on a machine with two servers the other one may get
    it, as they share the port.
    """
    from zeroconf import DNSQuestionType

    for each in (name, *(f"{name}-{number}" for number in range(2, _HIGHEST_NUMBER))):
        if responder.get_service_info(kind, f"{each}.{kind}", _ASK_MILLISECONDS, DNSQuestionType.QM) is None:
            return each
    return f"{name}-{_HIGHEST_NUMBER}"


def _info(service: Service, name: str, host: str) -> "ServiceInfo":
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

    The whole one is another program's to announce, with all of the machine's addresses; and two machines may have
    the same.
    """
    return re.sub(r"[^a-z0-9]+", "-", socket.gethostname().partition(".")[0].lower()).strip("-")[:40] or "trialogue"


class _Forward(logging.Handler):
    """Hands over what zeroconf's own threads log."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(record.getMessage())


@contextmanager
def _zeroconf_speaks(tell: Callable[[str], None]) -> Iterator[None]:
    """Hear zeroconf's warnings, which go nowhere otherwise."""
    logger, handler = logging.getLogger("zeroconf"), _Forward(tell)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
