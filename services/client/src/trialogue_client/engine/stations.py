"""The servers that we are on, and which of them is looked at. Nothing of this knows Textual's screens."""

import string
from collections.abc import Callable

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.nicks import numbered
from trialogue_client.engine.buffers import Buffer
from trialogue_client.engine.history import History
from trialogue_client.engine.model import Model
from trialogue_client.engine.network import Connect, Network
from trialogue_client.engine.past import Past
from trialogue_client.engine.typing import Typing
from trialogue_client.settings import Settings
from trialogue_client.settings.wanted import Wanted


class Station:
    """One server: its conversations, its connection, who types there, and the pages that load."""

    def __init__(
        self, wanted: Wanted, chat: Chat, connect: Connect, settings: Settings, arrived: Callable[[], object]
    ) -> None:
        self.wanted = wanted
        self.model = Model(chat, settings.highlights)
        self.model.muted = settings.muted_on(wanted.endpoint.host)
        self.model.emoji = settings.emoji
        self.network = Network(chat, connect, arrived)
        self.typing = Typing(chat, settings.typing)
        self.history = History(self.model)
        self.past = Past(self.model)
        self.offered = wanted.password if wanted.kept else ""
        """The password that is in the key ring, or that was not to be kept there."""
        self._attempts = 0
        """Names tried for this connection because ours was taken."""
        self.was_online = False
        self.over = False
        """Has its connection ended for good, while its conversations can still be read?"""

    def take_in(self, event: ev.Event, now: float) -> None:
        """Take in what happened; the model is told apart from this. `now` is a clock that never goes back."""
        if isinstance(event, ev.Registered):
            self.was_online, self._attempts = True, 0
        self.history.follow(event)
        self.typing.follow(event, now)

    @property
    def behind(self) -> bool:
        """Is there something that is not on the screen yet?"""
        return self.network.behind or self.model.behind

    def settle(self) -> None:
        """Put the history that has come where it belongs; call it after each handful of events."""
        self.model.settle()
        self.history.settle()

    def makes_do(self, event: ev.NickTaken | ev.NickRefused) -> bool:
        """Come back under another name if somebody has ours, until it is free; False if a person has to choose one.

        Most often it is our own connection that broke, and nobody may be there to choose.
        """
        chat = self.model.chat
        if not self.was_online or isinstance(event, ev.NickRefused) or chat.session is None:
            return False
        self._attempts += 1
        base = chat.identity.nick.rstrip(string.digits)
        chat.rename(numbered(base, self._attempts, chat.session.state.features.nick_length), meanwhile=True)
        return True

    def adopt(self, settings: Settings) -> None:
        """Take in that the settings have changed."""
        self.model.highlights = settings.highlights
        self.model.muted = settings.muted_on(self.wanted.endpoint.host)
        self.model.emoji = settings.emoji
        self.typing.tells = settings.typing

    def unsent(self) -> list[str]:
        """Return what was typed and has not been sent, as sentences."""
        return [f"Not sent to {line.target}: {line.text}" for line in self.model.chat.lines]


class Stations:
    """All servers, in the order in which we came to them."""

    def __init__(self) -> None:
        self.all: list[Station] = []
        self.watched = True
        """Does somebody look at the screen?"""
        self._current: Station | None = None

    @property
    def current(self) -> Station:
        """Return the one that is looked at."""
        assert self._current is not None, "there is always one while there is a screen"
        return self._current

    @property
    def several(self) -> bool:
        """Is there more than one, so that it has to be said which?"""
        return len(self.all) > 1

    def add(self, station: Station) -> None:
        """Be on one more; the first is looked at."""
        self.all.append(station)
        station.model.watched = False
        if self._current is None:
            self.go(station)

    def drop(self, station: Station) -> None:
        """Forget one. There has to be another, and that one is looked at then."""
        place = self.all.index(station)
        self.all.remove(station)
        if station is self._current:
            self.go(self.all[max(place - 1, 0)])

    def go(self, station: Station) -> None:
        """Look at this one: what was new in the last one is not new any more."""
        if self._current is not None and self._current is not station:
            self._current.model.watched = False
            self._current.model.active.unmark()
        self._current = station
        self.look(here=self.watched)

    def look(self, *, here: bool) -> None:
        """Note whether somebody looks at the screen."""
        self.watched = here
        model = self.current.model
        model.watched = here
        if here:
            model.switch(model.active)

    def find(self, wanted: Wanted) -> Station | None:
        """Return the one to which this would lead a second time."""
        at = _place(wanted)
        return next((one for one in self.all if _place(one.wanted) == at), None)

    def ordered(self) -> list[tuple[Station, Buffer]]:
        """Return all conversations as the sidebar shows them: server by server."""
        return [(station, buffer) for station in self.all for buffer in station.model.ordered()]

    def label(self, station: Station) -> str:
        """Return a server's name: its host, with the port if another one has the same."""
        endpoint = station.wanted.endpoint
        same = [one for one in self.all if one.wanted.endpoint.host.lower() == endpoint.host.lower()]
        return endpoint.host if len(same) <= 1 else str(endpoint)


def _place(wanted: Wanted) -> tuple[str, int, str]:
    return wanted.endpoint.host.lower(), wanted.endpoint.port, wanted.nick
