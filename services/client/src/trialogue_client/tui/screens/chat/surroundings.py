"""What stands around the conversation: the lists at both sides, and the lines above and below."""

from textual.screen import Screen
from textual.timer import Timer

from trialogue_client.core.completion import explain
from trialogue_client.engine import message_actions
from trialogue_client.engine.buffered import BufferedNetworks
from trialogue_client.engine.model import Model
from trialogue_client.tui.screens.chat import views
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.tui.widgets.conversation.messages import Messages
from trialogue_client.tui.widgets.sidebar import NameList
from trialogue_client.tui.widgets.status import StatusLine

_ROOMS_NARROW, _ROOMS_WIDE, _ROOMS_SHARE = 20, 32, 4
"""Columns of the list of rooms: at least, at most, and of so many columns of the terminal one at most."""
_NARROWEST = {"rooms": 50, "people": 100}
"""Columns of the terminal from which on a list is shown unless one wants otherwise."""


class Surroundings:
    """Hands the widgets what they show; each draws again only what has changed."""

    def __init__(self, screen: Screen[str], networks: BufferedNetworks) -> None:
        self._screen = screen
        self._networks = networks
        self._wanted: dict[str, bool] = {}
        """The lists that one wants to see, or not, however wide the terminal is."""
        self._typing_ends: Timer | None = None

    @property
    def _model(self) -> Model:
        return self._networks.current.model

    def sync(self, now: float) -> None:
        """Show what has changed. `now` is a clock that never goes back."""
        model, networks = self._model, self._networks
        rooms = self._screen.query_one("#rooms", NameList)
        rooms.items = views.rooms(networks)
        rooms.styles.width = self._rooms_width(rooms.widest)
        rooms.reveal(networks.ordered().index((networks.current, model.active)))
        people = self._screen.query_one("#people", NameList)
        if people.display:
            people.items = views.people(model.chat, model.active, coloured=not self._screen.app.no_color)
        self._screen.query_one(Composer).placeholder = views.invitation(model.active)
        self._say("#topic", views.topic(model.active, views.title(networks, networks.current, model.active)))
        self.status()
        self.hint(now)

    def status(self) -> None:
        """Say how it stands."""
        self._say("#status", views.status(self._networks, self._screen.query_one(Messages).below))

    def hint(self, now: float) -> None:
        """Say what one most needs to know about what one does."""
        buffer, typing = self._model.active, self._networks.current.typing
        loading = "Loading older messages …" if buffer.shown.loading or buffer.loading else ""
        past = "You read what was said long ago · Ctrl+End: newest" if buffer.past is not None else ""
        self._say("#hint", self._doing() or self._sending() or past or loading or typing.words(buffer, now))
        ends = typing.until(now)
        if ends is not None and self._typing_ends is None:
            self._typing_ends = self._screen.set_timer(ends, lambda: self._stopped_typing(now + ends))

    def arrange(self, width: int) -> None:
        """Show the lists that there is space for."""
        for name, least in _NARROWEST.items():
            self._screen.query_one(f"#{name}").display = self._wanted.get(name, width >= least)

    def _rooms_width(self, widest: int) -> int:
        """Return columns for whole names, as far as there is space for them beside the conversation."""
        most = max(_ROOMS_NARROW, min(_ROOMS_WIDE, self._screen.size.width // _ROOMS_SHARE))
        return min(max(widest, _ROOMS_NARROW), most)

    def toggle(self, name: str, width: int) -> None:
        """Show a list, or hide it."""
        self._wanted[name] = not self._screen.query_one(f"#{name}").display
        self.arrange(width)

    def _sending(self) -> str:
        """Return a line on a long text that is being sent; "" for none."""
        chat, buffer = self._model.chat, self._model.active
        left = [line for line in chat.lines if line.waits and chat.fold(line.target) == chat.fold(buffer.name)]
        if not left or not chat.online or self._model.entering:
            return ""
        return f"Sending: {len(left)} more messages · Esc or /stop ends it"

    def _doing(self) -> str:
        """Return a line on what one is about to do; "" for nothing special."""
        chosen, text = self._screen.query_one(Messages).chosen, self._screen.query_one(Composer).text
        if chosen is not None:
            return message_actions.words(chosen, self._model.chat, self._model.active.name)
        intent = self._model.active.intent if not text.startswith("/") else None
        return explain(text) or (intent.words() if intent is not None else "")

    def _stopped_typing(self, now: float) -> None:
        self._typing_ends = None
        self.hint(now)

    def _say(self, where: str, sentence: str) -> None:
        self._screen.query_one(where, StatusLine).sentence = sentence
