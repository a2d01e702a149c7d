"""Runs what takes time (the key ring, the local network) beside the full screen."""

from collections.abc import Callable
from functools import partial

import trio
from textual.message import Message

from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.outcomes import Task
from trialogue_client.engine.passwords import Passwords
from trialogue_client.net.discover import Discover
from trialogue_client.net.nearby_server import NearbyServer
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.tui.screens.chat.requests import OutcomeRequested
from trialogue_client.tui.terminal.guest import Guest


class LookedUp(Message):
    """A password was looked for: it is in `profile`, or `problem` says why it is not."""

    def __init__(self, profile: ConnectionProfile, problem: str = "") -> None:
        super().__init__()
        self.profile = profile
        self.problem = problem


class TaskRunner:
    """Runs tasks in Trio, and posts a message for what comes of each."""

    def __init__(
        self, passwords: Passwords, guest: Guest, post: Callable[[Message], object], discover: Discover
    ) -> None:
        self._passwords = passwords
        self._guest = guest
        self._post = post
        self._discover = discover

    def start(self, network: BufferedNetwork, task: Task) -> None:
        """Run a task; `OutcomeRequested` follows for each of its outcomes."""
        self._guest.spawn(partial(self._run, network, task))

    def look_up(self, profile: ConnectionProfile) -> None:
        """Look for the password of an account; `LookedUp` follows."""
        self._guest.spawn(partial(self._look_up, profile))

    def find_servers(self, tell: Callable[[NearbyServer], object]) -> Callable[[], None]:
        """Begin to look for servers on the local network; return what ends it."""
        scope = trio.CancelScope()

        async def look() -> None:
            with scope:
                await self._discover(tell)

        self._guest.spawn(look)
        return scope.cancel

    async def _run(self, network: BufferedNetwork, task: Task) -> None:
        for outcome in await task.run():
            self._post(OutcomeRequested(network, outcome))

    async def _look_up(self, profile: ConnectionProfile) -> None:
        try:
            self._post(LookedUp(await self._passwords.complete(profile)))
        except VaultError as error:
            self._post(LookedUp(profile, str(error)))
