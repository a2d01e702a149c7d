"""Moves between conversations; what was being typed stays with the one that is left."""

from collections.abc import Callable

from textual.screen import Screen

from trialogue_client.engine.buffered import BufferedNetwork, BufferedNetworks
from trialogue_client.engine.buffers import Buffer
from trialogue_client.tui.screens.chat import views
from trialogue_client.tui.screens.chat.read_timer import ReadTimer
from trialogue_client.tui.screens.finders import ConversationFinder
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.tui.widgets.conversation.messages import Messages


class Navigation:
    """Moves between conversations. `changed` is called when another one is to be shown."""

    def __init__(
        self, screen: Screen[str], networks: BufferedNetworks, read_timer: ReadTimer, changed: Callable[[], None]
    ) -> None:
        self._screen = screen
        self._networks = networks
        self._read_timer = read_timer
        self.changed = changed

    def seen(self) -> None:
        """Something new was shown."""
        self._read_timer.soon()

    def go(self, network: BufferedNetwork, buffer: Buffer) -> None:
        """Go from where one is to another conversation."""
        self.leave_draft()
        self.show(network, buffer)

    def show(self, network: BufferedNetwork, buffer: Buffer) -> None:
        """Show a conversation."""
        self._networks.go(network)
        self.turn_to(buffer)
        self._read_timer.soon()
        self.changed()

    def turn_to(self, buffer: Buffer) -> None:
        """Put a conversation of the current server, and what was being typed there, on the screen."""
        self._screen.query_one(Messages).come_to(buffer.shown)
        self._networks.current.model.switch(buffer)
        self._screen.query_one(Composer).become(buffer.draft)

    def follow(self, before: Buffer) -> None:
        """Turn to where the model has gone, if that is another conversation than before.

        Nobody asked for it just now, so what is being typed comes along; where there is a draft already, it stays.
        """
        model = self._networks.current.model
        if model.active is before:
            return
        if model.active.draft and model.find(before.name) is before:
            before.draft = self._screen.query_one(Composer).text
        else:
            self._bring_along(model.active)
        self.turn_to(model.active)

    def fall_back(self) -> None:
        """Show what is left after a server has gone; what was being typed comes along."""
        network = self._networks.current
        self._bring_along(network.model.active)
        self.show(network, network.model.active)

    def _bring_along(self, buffer: Buffer) -> None:
        """Have what is being typed for another conversation; if there is a draft, the arrow key brings it back."""
        composer = self._screen.query_one(Composer)
        if buffer.draft:
            composer.remember(composer.text)
        else:
            buffer.draft = composer.text

    def leave_draft(self) -> None:
        """Keep what is being typed with its conversation."""
        self._networks.current.model.active.draft = self._screen.query_one(Composer).text

    def step(self, step: int) -> None:
        """Go to the conversation above (-1) or below (1)."""
        ordered = self._networks.ordered()
        here = ordered.index((self._networks.current, self._networks.current.model.active))
        self.go(*ordered[(here + step) % len(ordered)])

    def to_news(self) -> bool:
        """Go to the next conversation with something new, where we are meant first; False if there is none."""
        fresh = [(network, buffer) for network, buffer in self._networks.ordered() if buffer.unread]
        if fresh:
            self.go(*max(fresh, key=lambda one: one[1].mentions))
        return bool(fresh)

    def ask(self) -> None:
        """Ask where to, by a part of the name."""
        names = [(name, views.news(buffer)) for name, (_, buffer) in views.titles(self._networks).items()]
        self._screen.app.push_screen(ConversationFinder(names), self._asked)

    def _asked(self, name: str | None) -> None:
        place = views.titles(self._networks).get(name or "")
        if place is not None:  # It may have gone while one was looking for it.
            self.go(*place)
