"""What is where on the main screen: rooms at the left, the conversation, people at the right, the input below."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from trialogue_client.core.completion import Completion
from trialogue_client.tui.widgets.composer import Composer
from trialogue_client.tui.widgets.conversation.messages import Messages
from trialogue_client.tui.widgets.sidebar import NameList
from trialogue_client.tui.widgets.status import StatusLine


class Frame(Horizontal):
    """The parts, empty."""

    DEFAULT_CSS = """
    Frame #rooms { width: 20; }
    Frame #people { width: 18; margin-left: 1; }
    Frame #middle { width: 1fr; }
    Frame #topic, Frame #hint, Frame #bottom { height: 1; width: 1fr; padding: 0 1; }
    Frame #topic { background: $panel; }
    Frame #hint { color: $text-muted; }
    Frame #bottom { background: $panel; }
    Frame #status { width: 1fr; }
    Frame #help { width: auto; }
    Frame #composer { background: $surface; }
    """

    def __init__(self, completion: Callable[[str], Completion]) -> None:
        """`completion` completes what is typed."""
        super().__init__()
        self._completion = completion

    def compose(self) -> ComposeResult:
        """Lay them out."""
        yield NameList(id="rooms")
        with Vertical(id="middle"):
            yield StatusLine(id="topic")
            yield Messages()
            yield StatusLine(id="hint")
            yield Composer(self._completion)
            with Horizontal(id="bottom"):
                yield StatusLine(id="status")
                yield Static("  F1 keys", id="help")
        yield NameList(id="people")
