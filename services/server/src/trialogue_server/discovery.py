"""Announces the server on the local network while it runs, as the settings and the certificate say."""

from collections.abc import Awaitable, Callable, Sequence
from socket import socket
from typing import TYPE_CHECKING

import trio

from trialogue_server.commands.core import Core
from trialogue_server.net.mdns import keep_announcing, local_networks
from trialogue_server.net.mdns_offers import Identity, Offer, make_offer, places

if TYPE_CHECKING:
    from trialogue_server.net.tls_context import TlsContext


class Discovery:
    """Announces one server that others can reach."""

    def __init__(self, core: Core, plain: Sequence[socket], secure: Sequence[socket], tls: "TlsContext | None") -> None:
        self._core = core
        self._plain, self._secure = places(plain), places(secure)
        self._tls = tls

    async def until(self, stopped: Callable[[], Awaitable[None]]) -> None:
        """Announce until the shutdown begins."""
        async with trio.open_nursery() as announcing:
            announcing.start_soon(keep_announcing, self._offer)
            await stopped()
            announcing.cancel_scope.cancel()

    def _offer(self) -> Offer | None:
        """Return what is announced now. It is called in a worker thread, and changes nothing."""
        config = self._core.config
        if not config.announce.enabled:
            return None
        fingerprint = self._tls.fingerprint_sha256 if self._tls is not None else ""
        identity = Identity(config.server.network, config.server.name, self._core.instance.version, fingerprint)
        return make_offer(identity, self._plain, self._secure, local_networks())
