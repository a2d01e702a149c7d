"""Makes connections of an address, known certificates, TLS policies, and waits between attempts."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import SystemRandom

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.net.backoff import delays
from trialogue_client.net.certificate_question import ask_person
from trialogue_client.net.dial import dial
from trialogue_client.net.reconnect import ConnectionPlan, PersistentConnection
from trialogue_client.net.sts import Policies
from trialogue_client.net.trust import KnownHosts
from trialogue_client.settings.profile import ConnectionProfile


class Connector:
    """Makes the connections of one run, which share what is known of servers."""

    def __init__(self, directory: Path, *, asks: bool) -> None:
        """`directory` holds known certificates and policies; with `asks`, a person can be asked about a certificate."""
        self._asks = asks
        self._directory = directory
        self._policies = Policies(directory / "sts", time.time)

    def connect(
        self, profile: ConnectionProfile, chat: Chat, emit: Callable[[ev.Event], None], tell: Callable[[str], None]
    ) -> PersistentConnection:
        """Return the connection of a chat, from where its events go and where its remarks go."""
        known = KnownHosts(self._directory / "known_hosts")
        reach = partial(dial, profile.endpoint, known, tell, self._policies, ask_person(emit) if self._asks else None)
        again = partial(delays, SystemRandom())
        plan = ConnectionPlan(profile.endpoint, reach, again, profile.patient, self._policies)
        return PersistentConnection(chat, plan, emit)
