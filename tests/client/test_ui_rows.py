"""The widget that shows a conversation: what it draws when lines come, and what the mouse finds in it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.entries import Entry
from trialogue_client.tui.widgets.conversation.rows import Rows
from trialogue_client.wording.rows import RowKind

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HEIGHT = 10


class Window(App[None]):
    """Nothing but a conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.buffer = Buffer("#x", BufferKind.ROOM)

    def compose(self) -> ComposeResult:
        yield Rows()

    @property
    def rows(self) -> Rows:
        return self.query_one(Rows)

    def say(self, *bodies: str) -> None:
        for body in bodies:
            number = len(self.buffer.entries)
            self.buffer.append(Entry(RowKind.TALK, body, START + timedelta(seconds=number), "bob"))
        self.rows.sync(self.buffer, [])


@asynccontextmanager
async def window() -> AsyncIterator[tuple[Window, Pilot[None]]]:
    app = Window()
    async with app.run_test(size=(60, HEIGHT)) as pilot:
        await pilot.pause()
        app.say(*(f"line {number}" for number in range(30)))
        await pilot.pause()
        yield app, pilot


def run(test: Coroutine[None, None, None]) -> None:
    asyncio.run(test)


def test_lines_that_only_move_up_are_not_drawn_again() -> None:
    async def test() -> None:
        async with window() as (app, _):
            before = app.rows.render_lines(app.rows.size.region)
            app.say("one more", "and one more")
            after = app.rows.render_lines(app.rows.size.region)
            assert [id(line) for line in after[:-2]] == [id(line) for line in before[2:]]
            assert ["more" in line.text for line in after] == [False] * (HEIGHT - 2) + [True, True]

    run(test())


def test_new_lines_lay_nothing_out_anew() -> None:
    async def test() -> None:
        async with window() as (app, pilot):
            layouts: list[object] = []
            app.screen.screen_layout_refresh_signal.subscribe(app.rows, layouts.append, immediate=True)
            app.say(*map(str, range(100)))
            await pilot.pause()
            assert app.rows.virtual_size.height == app.rows.vertical_scrollbar.window_virtual_size == 131
            assert app.rows.render_line(HEIGHT - 1).text.endswith("99"), "and the last one is in sight"
            assert not layouts

    run(test())


def test_text_can_be_selected_with_the_mouse() -> None:
    async def test() -> None:
        async with window() as (app, pilot):
            app.say("ready to be copied")
            await pilot.pause()
            begin = app.rows.render_line(HEIGHT - 1).text.index("to be")
            await pilot.mouse_down(Rows, offset=(begin, HEIGHT - 1))
            await pilot.hover(Rows, offset=(begin + len("to be"), HEIGHT - 1))
            await pilot.mouse_up(Rows, offset=(begin + len("to be"), HEIGHT - 1))
            selected = app.screen.get_selected_text()
            assert selected is not None
            assert selected.strip() == "to be"

    run(test())
