"""The servers that we are on, and the one where we talk."""

from typing import Generic, TypeVar

from trialogue_client.address import Endpoint
from trialogue_client.engine.network import Network

AnyNetwork = TypeVar("AnyNetwork", bound=Network)


class Networks(Generic[AnyNetwork]):
    """All servers that we are on, in the order in which we came to them."""

    def __init__(self) -> None:
        self.all: list[AnyNetwork] = []
        self._current: AnyNetwork | None = None

    @property
    def current(self) -> AnyNetwork:
        """Return the one where we talk: the last one where we did, when all have gone."""
        assert self._current is not None, "there is one before anything is typed or shown"
        return self._current

    @property
    def several(self) -> bool:
        """Whether there is more than one, so that it has to be said which."""
        return len(self.all) > 1

    def add(self, network: AnyNetwork) -> None:
        """Be on one more; we talk on the first one."""
        self.all.append(network)
        if self._current is None:
            self.go(network)

    def drop(self, network: AnyNetwork) -> None:
        """Forget one; if we talked there and there is another, talk on the one before it."""
        place = self.all.index(network)
        self.all.remove(network)
        if network is self._current and self.all:
            self.go(self.all[max(place - 1, 0)])

    def go(self, network: AnyNetwork) -> None:
        """Talk on this one from now on."""
        self._current = network

    def find(self, endpoint: Endpoint, nick: str = "") -> AnyNetwork | None:
        """Return the one at this address; with a nick, the one where that is ours."""
        at = _place(endpoint)
        there = [one for one in self.all if _place(one.profile.endpoint) == at]
        return next((one for one in there if not nick or _is_ours(one, nick)), None)

    def label(self, network: AnyNetwork) -> str:
        """Return a server's name: its host, with the port if another one has the same."""
        endpoint = network.profile.endpoint
        same = [one for one in self.all if one.profile.endpoint.host.lower() == endpoint.host.lower()]
        return endpoint.host if len(same) <= 1 else str(endpoint)


def _place(endpoint: Endpoint) -> tuple[str, int]:
    return endpoint.host.lower(), endpoint.port


def _is_ours(network: Network, nick: str) -> bool:
    fold = network.chat.fold
    return fold(nick) in (fold(network.profile.nick), fold(network.chat.nick))
