"""The lines above and below the conversation: the topic, a hint, the state of the connection."""

from time import monotonic

from textual.reactive import var
from textual.timer import Timer

from trialogue_client.core.completion import explain
from trialogue_client.engine import message_actions
from trialogue_client.engine.buffered import BufferedNetworks
from trialogue_client.engine.entries import Entry
from trialogue_client.tui.screens.chat import views
from trialogue_client.tui.widgets.status import StatusLine


class NetworkLine(StatusLine):
    """A line about what is looked at."""

    DEFAULT_CSS = "NetworkLine { height: 1; width: 1fr; padding: 0 1; }"

    revision: var[int] = var(0, init=False)
    """Increases with each change of what may be shown."""

    def __init__(self, networks: BufferedNetworks, name: str) -> None:
        super().__init__(id=name)
        self._networks = networks

    def watch_revision(self) -> None:
        """Say how it is now."""
        self.sentence = self.words()

    def words(self) -> str:
        """Return what the line says now."""
        raise NotImplementedError


class TopicLine(NetworkLine):
    """The name of the conversation, and its topic."""

    DEFAULT_CSS = "TopicLine { background: $panel; }"

    def words(self) -> str:
        """Return name and topic."""
        network = self._networks.current
        buffer = network.model.active
        return views.topic(buffer, views.title(self._networks, network, buffer))


class ConnectionLine(NetworkLine):
    """The connection, and the number of lines below what is in sight."""

    DEFAULT_CSS = "ConnectionLine { padding: 0; }"

    lines_below: var[int] = var(0, init=False)
    """Lines of the conversation below what is in sight."""

    def set_lines_below(self, lines: int) -> None:
        """Take note of another number."""
        self.lines_below = lines

    def watch_lines_below(self) -> None:
        """Show the new number."""
        self.watch_revision()

    def words(self) -> str:
        """Return the state."""
        return views.status(self._networks, self.lines_below)


class HintLine(NetworkLine):
    """The line above the input: the most urgent hint on what one does."""

    DEFAULT_CSS = "HintLine { color: $text-muted; }"

    draft: var[str] = var("", init=False)
    """What is typed."""
    chosen: var[Entry | None] = var(None, init=False)
    """The message that is chosen."""

    def __init__(self, networks: BufferedNetworks, name: str) -> None:
        super().__init__(networks, name)
        self._typing_ends: Timer | None = None

    def watch_draft(self) -> None:
        """Explain the command that is typed."""
        self.watch_revision()

    def watch_chosen(self) -> None:
        """Say what can be done with the message."""
        self.watch_revision()

    def words(self) -> str:
        """Return one sentence, the most urgent one; "" for nothing."""
        return self._words_at(monotonic())

    def _words_at(self, now: float) -> str:
        network = self._networks.current
        buffer, typing = network.model.active, network.typing
        loading = "Loading older messages …" if buffer.shown.loading or buffer.loading else ""
        past = "You read what was said long ago · Ctrl+End: newest" if buffer.past is not None else ""
        ends = typing.until(now)
        if ends is not None and self._typing_ends is None:
            self._typing_ends = self.set_timer(ends, lambda: self._stopped_typing(now + ends))
        return self._doing() or self._sending() or past or loading or typing.words(buffer, now)

    def _doing(self) -> str:
        """Return a line on what one is about to do; "" for nothing special."""
        model = self._networks.current.model
        if self.chosen is not None:
            return message_actions.words(self.chosen, model.chat, model.active.name)
        intent = model.active.intent if not self.draft.startswith("/") else None
        return explain(self.draft) or (intent.words() if intent is not None else "")

    def _sending(self) -> str:
        """Return a line on a long text that is being sent; "" for none."""
        model = self._networks.current.model
        chat, buffer = model.chat, model.active
        left = [line for line in chat.lines if line.waits and chat.fold(line.target) == chat.fold(buffer.name)]
        if not left or not chat.online or model.entering:
            return ""
        return f"Sending: {len(left)} more messages · Esc or /stop ends it"

    def _stopped_typing(self, now: float) -> None:
        self._typing_ends = None
        self.sentence = self._words_at(now)
