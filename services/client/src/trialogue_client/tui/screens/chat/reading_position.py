"""The reading position in a conversation: at its end, further up, or long ago; and what is loaded for that."""

from collections.abc import Callable
from datetime import datetime

from textual.screen import Screen

from trialogue_client.core import events as ev
from trialogue_client.engine.buffered import BufferedNetwork, BufferedNetworks
from trialogue_client.engine.buffers import Buffer
from trialogue_client.engine.entries import Entry
from trialogue_client.engine.model import Model
from trialogue_client.engine.past_pages import AFTER, AROUND, BEFORE
from trialogue_client.engine.search_results import Result, results
from trialogue_client.tui.screens.chat.navigation import Navigation
from trialogue_client.tui.screens.results import Results
from trialogue_client.tui.widgets.conversation.messages import Messages
from trialogue_client.wording import about
from trialogue_client.wording.rows import RowKind


class ReadingPosition:
    """Moves the conversation that is shown. `tell` says what cannot be done."""

    def __init__(
        self, screen: Screen[str], networks: BufferedNetworks, navigation: Navigation, tell: Callable[[str], None]
    ) -> None:
        self._screen = screen
        self._networks = networks
        self._navigation = navigation
        self._tell = tell

    @property
    def _messages(self) -> Messages:
        return self._screen.query_one(Messages)

    @property
    def _model(self) -> Model:
        return self._networks.current.model

    def refresh(self) -> None:
        """Show what has changed."""
        self._navigation.changed()

    def show(self, now: datetime) -> None:
        """Show what the conversation holds by now, and load what comes into sight."""
        messages, buffer = self._messages, self._model.active
        if buffer.past is None:
            messages.sync(buffer, self._model.pending(buffer, now))
            return
        messages.hold()
        messages.sync(buffer.past, [])
        if messages.below == 0:
            self.at_end()

    def at_top(self) -> bool:
        """The first row is in sight: ask for the page before it; False if that is not done."""
        network, buffer = self._networks.current, self._model.active
        if self._messages.scroll_offset.y > 0 or network.behind:
            return False  # It has been left again since, or is about to be.
        asked = network.history.older(buffer) if buffer.past is None else network.past.further(buffer, BEFORE)
        network.flush()
        return asked

    def at_end(self) -> bool:
        """The last row is in sight: ask for the page after it, if this is long ago."""
        network = self._networks.current
        asked = network.past.further(self._model.active, AFTER)
        network.flush()
        return asked

    def add_page(self, network: BufferedNetwork, page: ev.Page, now: datetime) -> None:
        """Take in a page of long ago."""
        entry = network.past.add_page(page, now)
        if entry is not None:
            self._show_entry(network, network.model.open(page.target), entry)
        elif page.verb == AROUND:
            self._tell("That message cannot be had from the server any more.")
        else:
            self._messages.hold()

    def show_found(self, network: BufferedNetwork, event: ev.Found, now: datetime) -> None:
        """Show what a search has found, in front of the conversation; one of it leads to its place."""

        def chosen(result: Result | None) -> None:
            if result is not None:
                self._go_to(network, result)

        self._screen.app.push_screen(Results(about.found(event), results(event, now)), chosen)

    def _go_to(self, network: BufferedNetwork, result: Result) -> None:
        try:
            found = network.past.go(result.where, result.msgid)
        except LookupError:
            self._tell("This server cannot show what was said around a message.")
            return
        network.flush()
        if found is not None:
            self._show_entry(network, network.model.open(result.where), found)

    def to_newest(self) -> None:
        """Go to the end, from wherever one is."""
        messages, buffer = self._messages, self._model.active
        if buffer.past is not None:
            buffer.past = None
            messages.come_to(buffer)
            self._model.switch(buffer)
        messages.choose(None)
        messages.to_end()
        self._navigation.changed()

    def to_first_unread(self) -> None:
        """Go to the first new message, or to the first that is here."""
        first = self._first_unread() or next(iter(self._model.active.shown.entries), None)
        if first is not None:
            self._messages.reveal(first)
            self._navigation.changed()

    def into_unread(self) -> None:
        """Go to the first new message if it is out of sight."""
        first = self._first_unread()
        if first is not None and self._messages.is_above(first):
            self._messages.reveal(first)
            self._navigation.changed()

    def _first_unread(self) -> Entry | None:
        return next((entry for entry in self._model.active.shown.entries if entry.kind is RowKind.UNREAD), None)

    def _show_entry(self, network: BufferedNetwork, buffer: Buffer, entry: Entry) -> None:
        if buffer is not self._model.active:
            self._navigation.go(network, buffer)
        self._messages.hold()
        self._navigation.changed()
        self._messages.reveal(entry)
        self._messages.choose(entry)
