"""Ends connections: because we leave, or because they cannot be had any more."""

from collections.abc import Callable

from textual.screen import Screen

from trialogue_client.address import Endpoint
from trialogue_client.engine.buffered import BufferedNetwork, BufferedNetworks
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.tui.clock import now
from trialogue_client.tui.screens.chat.navigation import Navigation


class Disconnector:
    """Ends connections. The last one ends the screen, and its result says why: "" for because we wanted to."""

    def __init__(
        self,
        screen: Screen[str],
        networks: BufferedNetworks,
        navigation: Navigation,
        tell: Callable[[str], None],
    ) -> None:
        self._screen = screen
        self._networks = networks
        self._navigation = navigation
        self._tell = tell
        self._lost_lines: list[str] = []
        self.drafts: list[str] = []
        """What was being typed when we said good-bye, as sentences."""
        self._leaving = False
        self.over = False
        """Whether the last connection has ended."""

    @property
    def unsent(self) -> list[str]:
        """What was typed and has not been sent, as sentences."""
        return [*self._lost_lines, *(line for network in self._networks.all for line in network.unsent())]

    def where(self, network: BufferedNetwork) -> str:
        """Return " on" and the server's name, if there are several."""
        return f" on {self._networks.label(network)}" if self._networks.several else ""

    def leave_all(self, reason: str) -> bool:
        """Say good-bye to all servers; False if that has been done before."""
        if self._leaving:
            return False
        self._leaving = True
        self.drafts = self._drafts()
        for network in list(self._networks.all):
            self.leave(network, reason)
        return True

    def leave(self, network: BufferedNetwork, reason: str = "") -> None:
        """Say good-bye to one."""
        if network.over:
            self.ended(network, "")
        else:
            network.leave(reason)

    def ended(self, network: BufferedNetwork, reason: str) -> None:
        """A connection has ended for good. Where we have been, one may still read; the others are not disturbed."""
        where = network.profile.where
        if all(other.over for other in self._networks.all if other is not network):
            self.over = True
            if not self._leaving:
                self._lost_lines += self._drafts()
            while self._screen.app.screen is not self._screen:
                self._screen.app.pop_screen()  # A dialog would be what is dismissed.
            self._screen.dismiss("" if self._leaving else reason or f"You have left {where}.")
            return
        if reason and network.was_online:
            network.over = True
            network.model.ended(reason, now())
        else:
            self._forget(network)
        if reason:
            self._tell(reason if str(network.profile.endpoint) in reason else f"{where}: {reason}")

    def shows(self, endpoint: Endpoint, nick: str) -> bool:
        """Go to the connection to this address, if there is one that has not ended."""
        there = self._networks.find(endpoint, nick)
        if there is None or there.over:
            return False
        self._navigation.show(there, there.model.active)
        self._tell(f"You are on {there.profile.where} as {there.chat.nick} already.")
        return True

    def makes_room(self, profile: ConnectionProfile) -> bool:
        """Forget a connection that has ended, for a new one to the same server; False if it has not ended."""
        if self.shows(profile.endpoint, profile.nick):
            return False
        there = self._networks.find(profile.endpoint, profile.nick)
        if there is not None:
            self._forget(there)
        return True

    def _drafts(self) -> list[str]:
        """Return what is being typed in each conversation, as sentences: it will be on no screen any more."""
        self._navigation.leave_draft()
        drafts = [buffer for _, buffer in self._networks.ordered() if buffer.draft.strip()]
        return [f"Not sent{f' to {one.name}' if one.name else ''}: {one.draft}" for one in drafts]

    def _forget(self, network: BufferedNetwork) -> None:
        unsent = network.unsent()
        self._lost_lines += unsent
        current = network is self._networks.current
        self._networks.drop(network)
        if current:
            self._navigation.fall_back()
        for sentence in unsent:
            self._tell(sentence)
