"""Being on a server: the main screen, and one connection more in it."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import SystemRandom

from textual.app import App

from trialogue_client.arguments import Options
from trialogue_client.core.chat import Chat
from trialogue_client.engine.entries import Look
from trialogue_client.engine.history import PAGE
from trialogue_client.engine.network import Connect
from trialogue_client.engine.stations import Station
from trialogue_client.net.asking import asking
from trialogue_client.net.backoff import delays
from trialogue_client.net.dial import dial
from trialogue_client.net.reconnect import Connection
from trialogue_client.net.sts import Policies
from trialogue_client.net.trust import KnownHosts
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.wanted import Wanted
from trialogue_client.tui.screens.chat.screen import Talk
from trialogue_client.tui.terminal.guest import Guest


class Opening:
    """Opens connections. `ended` is told why the main screen has ended, and where we were last."""

    def __init__(
        self, app: App[int], options: Options, memory: Memory, guest: Guest, ended: Callable[[str, Wanted], None]
    ) -> None:
        self._app = app
        self._options = options
        self._memory = memory
        self._guest = guest
        self._policies = Policies(options.config_dir / "sts", time.time)
        self._ended = ended
        self.talk: Talk | None = None
        """The main screen, while there is one, and at the end."""
        self._unsent: list[str] = []
        """What was typed on main screens that are no more."""

    @property
    def unsent(self) -> list[str]:
        """What was typed and has not been sent, as sentences."""
        return [*self._unsent, *(self.talk.unsent if self.talk is not None else [])]

    def begin(self, wanted: Wanted) -> None:
        """Be on this server, beside those on which we are."""
        talk = self.talk
        if talk is not None and not talk.makes_room(wanted):
            return
        # What the command line and the environment say is meant for the first server, and for no other.
        chat = self._chat(wanted, first=talk is None and not wanted.patient)
        lost = self._unsent if talk is None else []
        talk = talk or self._main_screen()
        station = Station(wanted, chat, self._connect(wanted), self._memory.settings, talk.arrived)
        talk.add(station)
        self._guest.spawn(station.network.run)
        for problem in (*self._memory.problems, *lost):
            station.model.show(Look.TROUBLE, [problem], datetime.now().astimezone())
        self._memory.problems.clear()

    def tell(self, sentence: str, look: Look = Look.TROUBLE) -> None:
        """Say it where one talks, if one does."""
        if self.talk is not None:
            self.talk.tell(sentence, look)

    def _chat(self, wanted: Wanted, *, first: bool) -> Chat:
        options = self._options
        identity = options.identity(wanted.nick, wanted.password, wanted.account) if first else wanted.identity()
        known = self._memory.server(wanted.endpoint).rooms
        rooms = options.rooms if first and options.rooms_chosen else known or options.rooms
        chat = Chat(identity, rooms, first_page=PAGE)
        chat.plain_secrets = options.plain_secrets or wanted.plain_secrets
        return chat

    def _main_screen(self) -> Talk:
        talk = self.talk = Talk()
        talk.adopt(self._memory.settings)
        self._app.push_screen(talk, partial(self._left, talk))
        return talk

    def _left(self, talk: Talk, reason: str | None) -> None:
        if reason:
            self._unsent += talk.unsent
            self.talk = None
        self._ended(reason or "", talk.stations.current.wanted)

    def _connect(self, wanted: Wanted) -> Connect:
        known, endpoint = KnownHosts(self._options.config_dir / "known_hosts"), wanted.endpoint
        return lambda chat, emit, tell: Connection(
            chat,
            endpoint,
            partial(dial, endpoint, known, tell, self._policies, asking(emit)),
            emit,
            partial(delays, SystemRandom()),
            patient=wanted.patient,
            policies=self._policies,
        )
