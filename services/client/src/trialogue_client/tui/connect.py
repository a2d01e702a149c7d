"""Opens connections, and the main screen with the first of them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from textual.app import App

from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.engine import Engine
from trialogue_client.engine.older_pages import PAGE
from trialogue_client.net.connector import Connector
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.tui.screens.chat.screen import ChatScreen
from trialogue_client.tui.terminal.guest import Guest
from trialogue_client.wording.rows import RowKind


class ConnectionOpener:
    """Opens connections. `ended` is told why the main screen has ended, and where we were last."""

    def __init__(
        self, app: App[int], engine: Engine, guest: Guest, ended: Callable[[str, ConnectionProfile], None]
    ) -> None:
        self._app = app
        self._engine = engine
        self._startup = engine.startup
        self._memory = engine.memory
        self._guest = guest
        self._connect = Connector(engine.startup.options.config_dir, asks=True).connect
        self._ended = ended
        self.talk: ChatScreen | None = None
        """The main screen, while there is one, and at the end."""
        self._unsent: list[str] = []
        """What was typed on main screens that are no more."""

    @property
    def unsent(self) -> list[str]:
        """What was typed and has not been sent, as sentences."""
        return [*self._unsent, *(self.talk.unsent if self.talk is not None else [])]

    def begin(self, profile: ConnectionProfile) -> None:
        """Be on this server, beside those on which we are."""
        talk = self.talk
        if talk is not None and not talk.makes_room(profile):
            return
        # What the command line and the environment say is meant for the first server, and for no other.
        first = talk is None and not profile.patient
        chat = self._startup.chat(profile, first=first, first_page=PAGE)
        lost = self._unsent if talk is None else []
        talk = talk or self._main_screen()
        network = BufferedNetwork(profile, chat, self._memory.settings, talk.arrived)
        network.connect(self._connect)
        talk.add(network)
        self._guest.spawn(network.run)
        for problem in (*self._memory.problems, *lost):
            network.model.show(RowKind.TROUBLE, [problem], datetime.now().astimezone())
        self._memory.problems.clear()

    def tell(self, sentence: str, look: RowKind = RowKind.TROUBLE) -> None:
        """Say it where one talks, if one does."""
        if self.talk is not None:
            self.talk.tell(sentence, look)

    def _main_screen(self) -> ChatScreen:
        talk = self.talk = ChatScreen(self._engine)
        talk.adopt(self._memory.settings)
        self._app.push_screen(talk, partial(self._left, talk))
        return talk

    def _left(self, talk: ChatScreen, reason: str | None) -> None:
        if reason:
            self._unsent += talk.unsent
            self.talk = None
        self._ended(reason or "", talk.networks.current.profile)
