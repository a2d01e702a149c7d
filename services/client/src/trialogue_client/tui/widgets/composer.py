"""The input: several lines, the history of what was typed, completion by Tab, and a question before a long paste."""

from collections.abc import Callable

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from trialogue_client.core.completion import Completion
from trialogue_client.tui.formatting import BOLD_MARK, ITALIC_MARK, UNDERLINE_MARK, as_sent
from trialogue_client.tui.widgets.line_input import act_at_once, put_unusual

MANY_LINES = 4
"""A paste of more lines than this asks first."""
_INSERTED = {
    **dict.fromkeys(("alt+enter", "shift+enter", "ctrl+enter", "ctrl+j"), "\n"),
    "alt+b": BOLD_MARK,
    "alt+i": ITALIC_MARK,
    "alt+u": UNDERLINE_MARK,
}
_REMEMBERED = 500


class Composer(TextArea):
    """The input line, or lines."""

    DEFAULT_CSS = """
    Composer { height: auto; max-height: 7; border: none; padding: 0 1; scrollbar-size-vertical: 1; }
    Composer:focus { border: none; }
    """

    TAKEN = frozenset(_INSERTED)
    """Keys that mean something here besides those that are bound."""

    class Submitted(Message):
        """A line (or several) is to be said, or a command carried out."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class PastedMuch(Message):
        """Many lines were pasted: ask before they are put in."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class AskedForKeys(Message):
        """A question mark was typed on nothing else."""

    class Escaped(Message):
        """Escape was pressed: the text is to be an ordinary message again."""

    def __init__(self, complete: Callable[[str], Completion]) -> None:
        super().__init__(
            id="composer", compact=True, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False
        )
        self.cursor_blink = False  # A blinking cursor draws, and wakes the processor, all day.
        self._complete = complete
        self._typed: list[str] = []
        self._back = 0
        """How many lines back we are in what was typed; 0 for the new one."""
        self._draft = ""
        self._cycle: tuple[str, str, Completion, int] | None = None
        """While Tab goes through choices: what stands around the word, the choices, and where we are in them."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key not in ("tab", "shift+tab"):
            self._cycle = None
        if self._act(event.key):
            event.stop()
            event.prevent_default()
        elif not put_unusual(event, self.put):
            await act_at_once(self, self._bindings, event)

    def _act(self, key: str) -> bool:
        """Do what a key is for; False if it is only typed."""
        match key:
            case "enter":
                self._submit()
            case "tab" | "shift+tab":
                self._tab(1 if key == "tab" else -1)
            case "up" if self.cursor_at_first_line:
                self._recall(self._back + 1)
            case "down" if self.cursor_at_last_line:
                self._recall(self._back - 1)
            case "question_mark" if not self.text:
                self.post_message(self.AskedForKeys())
            case "escape":
                self.post_message(self.Escaped())
            case _ if key in _INSERTED:
                self.insert(_INSERTED[key])
            case _:
                return False
        return True

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        if text.strip("\n").count("\n") >= MANY_LINES:
            self.post_message(self.PastedMuch(text))
        else:
            self.put(text)

    def put(self, text: str) -> None:
        """Put a text in at the cursor."""
        self.replace(text, *self.selection)

    def put_back(self, text: str) -> None:
        """Put a text in front of what is being typed, on lines of its own."""
        self.become("\n".join(part for part in (text, self.text) if part))

    def become(self, text: str) -> None:
        """Hold this text, with the cursor at its end."""
        self._cycle = None
        self.text = text
        self.move_cursor(self.document.end)

    def remember(self, text: str) -> None:
        """Have a text come back by the arrow key."""
        if text.strip() and self._typed[-1:] != [text]:
            self._typed.append(text)
            del self._typed[:-_REMEMBERED]

    def _submit(self) -> None:
        text = self.text.strip("\n")
        self.become("")
        self._back = 0
        if not text.strip():
            return
        self.remember(text)
        self.post_message(self.Submitted(as_sent(text)))

    def _recall(self, back: int) -> None:
        if not 0 <= back <= len(self._typed):
            return
        if self._back == 0:
            self._draft = self.text
        self._back = back
        self.become(self._typed[-back] if back else self._draft)

    def _tab(self, step: int) -> None:
        if self._cycle is None:
            before = self.get_text_range((0, 0), self.cursor_location)
            after = self.get_text_range(self.cursor_location, self.document.end)
            found = self._complete(before)
            if not found.choices:
                return
            self._cycle = (before[: found.start], after, found, 0 if step > 0 else len(found.choices) - 1)
        else:
            before, after, found, place = self._cycle
            self._cycle = (before, after, found, (place + step) % len(found.choices))
        before, after, found, place = self._cycle
        head = before + found.choices[place]
        self.text = head + after
        lines = head.split("\n")
        self.move_cursor((len(lines) - 1, len(lines[-1])))
