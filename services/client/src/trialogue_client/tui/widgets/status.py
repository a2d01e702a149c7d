"""Lines of one sentence: the topic, the hint above the input, the status."""

from rich.text import Text
from textual.reactive import reactive
from textual.widgets import Static

from trialogue_client.tui.formatting import harmless


class StatusLine(Static):
    """Shows `sentence`; it is drawn again only when that changes."""

    DEFAULT_CSS = "StatusLine { text-wrap: nowrap; text-overflow: ellipsis; }"

    sentence: reactive[str] = reactive("", init=False)

    def watch_sentence(self, sentence: str) -> None:
        """Show it, without what could act on the terminal."""
        self.update(Text(harmless(sentence), no_wrap=True, overflow="ellipsis"))
