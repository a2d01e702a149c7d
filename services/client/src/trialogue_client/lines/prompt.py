"""A terminal with an input line that incoming lines never break.

prompt_toolkit brings the editing, and an asyncio loop of its own: it lives in a thread, and the bridge between the
two is one call in each direction. It reads the console by itself, so this works on Windows too.
"""

import asyncio
import contextlib
import math
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TextIO, cast

import trio
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer
from prompt_toolkit.completion import Completion as Word
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import Output, create_output
from prompt_toolkit.shortcuts import CompleteStyle

from trialogue_client.core.completion import Completion
from trialogue_client.core.pasted import PAUSE
from trialogue_client.core.visible import visible, without_controls
from trialogue_client.lines.paste_parser import PasteParser
from trialogue_client.lines.prompt_output import PromptOutput
from trialogue_client.lines.terminal_stream import TerminalStream

if sys.platform != "win32":
    import termios

    _GONE: tuple[type[BaseException], ...] = (EOFError, KeyboardInterrupt, OSError, termios.error)
else:
    _GONE = (EOFError, KeyboardInterrupt, OSError)
"""What the input ends with: a terminal that is gone is an error of the system."""

_JOIN_SECONDS = 0.05
_CLOSE_SECONDS = 2.0


class PromptScreen:
    """An input line at the bottom, everything else above it."""

    asks = True
    echoes = False

    def __init__(self, *, coloured: bool, source: Input | None = None, sink: Output | None = None) -> None:
        """Must be made inside trio. Without a source and a sink it is the terminal that we run in."""
        self._coloured = coloured
        self._prompt = ""
        self._hidden = False
        self._put_back = ""
        """What is to be put on the line that is being typed, or on the next one."""
        self._completer = _Words()
        self._session: PromptSession[str] = PromptSession(
            erase_when_done=True,
            input=source,
            output=sink or _terminal(),
            key_bindings=_keys(),
            history=_History(lambda: self._hidden),
            is_password=Condition(lambda: self._hidden),
            completer=self._completer,
            complete_while_typing=False,
            complete_style=CompleteStyle.READLINE_LIKE,
        )
        self._patience = self._session.app.ttimeoutlen
        self._parser = self._take_pastes()
        self._out = PromptOutput(self._session.app.output, lambda: self._session.app.loop)
        self._typed, self._lines = trio.open_memory_channel[str | None](math.inf)
        self._token = trio.lowlevel.current_trio_token()
        self._closing = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._serve, name="input line", daemon=True)

    async def line(self) -> str | None:
        """Return the next typed line; None after Ctrl-C or Ctrl-D, and when the terminal is gone."""
        if self._thread.ident is None and not self._closing:
            self._thread.start()
        line = await self._lines.receive()
        if self._error is not None:
            raise self._error
        return line

    def show(self, text: str) -> None:
        """Write above the input line."""
        self._out.write(text + "\n")

    def complain(self, text: str) -> None:
        """Write above the input line, as everything."""
        self.show(text)

    def ring(self) -> None:
        """Ring."""
        self._out.write("\a")

    def prompt(self, text: str) -> None:
        """Change what stands in front of the input."""
        self._prompt = visible(text)
        self._in_loop(self._session.app.invalidate)

    def hide(self, *, on: bool) -> bool:
        """Show stars instead of what is typed, and do not remember it."""
        self._hidden = on
        self._in_loop(self._session.app.invalidate)
        return True

    def put(self, text: str) -> bool:
        """Put it in front of what is being typed."""
        self._put_back = text
        self._in_loop(self._insert)
        return True

    def resume(self) -> None:
        """Have keys one by one again, and draw the input line anew."""
        self._in_loop(self._take_over)

    def words(self, complete: Callable[[str], Completion]) -> None:
        """Complete by Tab."""
        self._completer.complete = complete

    async def close(self) -> bool:
        """End the input line, wait a moment until the terminal is as it was, and write what is left."""
        self._closing = True
        with trio.move_on_after(_CLOSE_SECONDS):
            while self._thread.is_alive():
                self._in_loop(self._end)
                await trio.to_thread.run_sync(self._thread.join, _JOIN_SECONDS)
            await trio.to_thread.run_sync(self._out.close, abandon_on_cancel=True)
            return True
        return False

    def _in_loop(self, act: Callable[[], object]) -> None:
        """Do it in the thread of the input line. Between two prompts there is no loop, and the next one begins anew."""
        loop = self._session.app.loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(act)

    def _take_over(self) -> None:
        app = self._session.app
        if app.is_running:
            app.input.raw_mode().__enter__()  # The one around the prompt goes on to know how the terminal was.
            app.renderer.reset()
            app.invalidate()

    def _end(self) -> None:
        if self._session.app.is_running:
            self._session.app.exit(exception=EOFError)

    def _serve(self) -> None:
        line: str | None = ""
        while line is not None and not self._closing:
            line = self._ask()
            self._token.run_sync_soon(partial(self._typed.send_nowait, line))

    def _ask(self) -> str | None:
        try:
            # Ctrl-C comes as a key here; signals are the business of the main thread.
            return self._session.prompt(
                self._message, handle_sigint=False, set_exception_handler=False, pre_run=self._watch_loop
            )
        except _GONE:
            pass
        except Exception as error:
            self._error = error
        return None

    def _take_pastes(self) -> PasteParser | None:
        """Have pastes read as in the full screen, where the terminal is one that sends marks."""
        source: Any = self._session.app.input
        if not hasattr(source, "vt100_parser"):
            return None
        source.vt100_parser = parser = PasteParser(source.vt100_parser.feed_key_callback, self._wait_for_paste)
        return parser

    def _wait_for_paste(self, waits: bool) -> None:
        """Have what was read flushed after a pause while a paste may be over."""
        self._session.app.ttimeoutlen = PAUSE if waits else self._patience

    def _settle(self) -> None:
        """Take what was read behind the end of the last line, if nothing more comes."""
        app = self._session.app
        if app.is_running and not app.is_done and self._parser is not None and self._parser.is_waiting:
            app.key_processor.feed_multiple(app.input.flush_keys())
            app.key_processor.process_keys()

    def _insert(self) -> None:
        text, self._put_back = self._put_back, ""
        if text:
            buffer = self._session.default_buffer
            typed = "\n".join(part for part in (text, buffer.text) if part)
            buffer.document = Document(typed, len(typed))

    def _watch_loop(self) -> None:
        self._insert()
        asyncio.get_running_loop().set_exception_handler(self._failed)
        asyncio.get_running_loop().call_later(PAUSE, self._settle)

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """End the prompt: prompt_toolkit would write to the terminal, and for ever so when that is gone."""
        app = self._session.app
        if app.is_running and not app.is_done:
            app.exit(exception=context.get("exception") or RuntimeError(context["message"]))

    def _message(self) -> FormattedText:
        return FormattedText([("bold" if self._coloured else "", self._prompt)])


def _terminal() -> Output:
    return create_output(sys.stdout if sys.platform == "win32" else cast(TextIO, TerminalStream(sys.stdout)))


class _History(InMemoryHistory):
    """The lines of before, for the arrow keys; nothing of what is typed unseen gets into it."""

    def __init__(self, is_hidden: Callable[[], bool]) -> None:
        super().__init__()
        self._is_hidden = is_hidden

    def append_string(self, string: str) -> None:
        """Keep a line."""
        if not self._is_hidden():
            super().append_string(string)


class _Words(Completer):
    """Completes words by the core; none until there is a conversation."""

    def __init__(self) -> None:
        self.complete: Callable[[str], Completion] = lambda _: Completion(0, ())

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Word]:
        """Return what the word before the cursor may become."""
        text = document.text_before_cursor
        found = self.complete(text)
        return (Word(choice, found.start - len(text)) for choice in found.choices)


def _keys() -> KeyBindings:
    """Alt+Enter begins a new line: Enter alone sends all of them. What is pasted waits for it, whatever is in it."""
    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add(Keys.BracketedPaste)
    def _(event: KeyPressEvent) -> None:
        text = event.data.replace("\r\n", "\n").replace("\r", "\n")
        event.current_buffer.insert_text(without_controls(text))

    return keys
