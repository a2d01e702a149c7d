"""The conversation between the person, the screen and the connection.

One task keeps the connection, one reads what is typed, one waits for signals. Events come in synchronously and are
shown at once; whoever waits for something to become true waits in `Progress.until`.
"""

import signal
from collections.abc import Callable

import trio

from ircwire import FormatError
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import Action, AskSecret, Join, Leave, Show, UsageError
from trialogue_client.core.commands.arguments import Place
from trialogue_client.core.commands.interpret import interpret, perform
from trialogue_client.core.completion import Completion, complete
from trialogue_client.core.nicks import numbered
from trialogue_client.core.recall import conversation
from trialogue_client.net.explain import DialError
from trialogue_client.net.reconnect import Connection, Lost
from trialogue_client.plain.layout import Layout
from trialogue_client.plain.phrases import rows
from trialogue_client.plain.progress import Progress
from trialogue_client.plain.row import Mark, Row, View
from trialogue_client.plain.screen import Screen
from trialogue_client.plain.secret import Declined, Secret

OK = 0
UNDELIVERED = 1
NO_CONNECTION = 3

FIRST_PAGE = 20
"""Messages of the past that are shown in a room where we have never been."""
READ_SECONDS = 3.0
"""What is on the screen for so long counts as read, and our other devices are told so."""
_ASK = "Your name: "


class LineMode:
    """One run of the client in line mode."""

    def __init__(self, chat: Chat, screen: Screen, layout: Layout, *, may_number: bool) -> None:
        """`may_number`: when the nick is taken and nobody can be asked, try it with a number behind it."""
        self.chat = chat
        self._screen = screen
        self._layout = layout
        self._view = View(chat, next(iter(chat.wanted), ""))
        self._may_number = may_number
        self._asking_name = False
        self._secret: Secret | None = None
        """The question that the next line answers, unseen."""
        self._unmarked: set[str] = set()
        """The conversations of which something new was shown."""
        self._attempts = 1
        self._failed = False
        self._progress = Progress(chat)
        self._connection: Connection | None = None

    async def run(self, connect: Callable[[Callable[[ev.Event], None]], Connection]) -> int:
        """Talk until the person leaves or the input ends; return the exit code."""
        self._connection = connect(self.on_event)
        self._screen.words(self._complete)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._signals, nursery.cancel_scope)
            nursery.start_soon(self._read)
            nursery.start_soon(self._mark_read)
            connected = await self._stay_connected()
            nursery.cancel_scope.cancel()
        return self._unsent() or (OK if connected else NO_CONNECTION)

    async def _stay_connected(self) -> bool:
        assert self._connection is not None
        try:
            await self._connection.run()
        except DialError as error:
            self.trouble(str(error))
            return False
        return True

    def on_event(self, event: ev.Event) -> None:
        """Show what happened, and follow it where we are talking."""
        match event:
            case ev.NickTaken() | ev.NickRefused() if not self.chat.online:
                self._other_nick(event)
            case ev.Registered():
                self._asking_name = False
            case Lost():
                self._view.reconnected = True
            case ev.Ponged():
                self._progress.passed.add(event.token)
            case ev.NotSent() | ev.Refused():
                self._failed = True
            case ev.Said() | ev.Noticed() if event.msgid and conversation(event):
                self._unmarked.add(conversation(event))
        self._show_event(event)
        self._follow(event)
        self._prompt()
        self._progress.made()

    def trouble(self, text: str) -> None:
        """Show what went wrong."""
        for line in text.split("\n"):
            self._show(Row(Mark.TROUBLE, line))

    def tell(self, text: str) -> None:
        """Show what the client has to say."""
        self._show(Row(Mark.EVENT, text))

    def _show_event(self, event: ev.Event) -> None:
        typed = isinstance(event, ev.Said | ev.Noticed) and event.me and not event.replayed and self._screen.echoes
        for row in rows(event, self._view) if not typed else []:
            self._show(row)

    def _show(self, row: Row) -> None:
        show = self._screen.complain if row.mark is Mark.TROUBLE else self._screen.show
        show(self._layout(row))

    def _follow(self, event: ev.Event) -> None:
        view = self._view
        match event:
            case ev.Joined(me=True) if not view.target:
                view.target = event.room
            case ev.Parted(me=True) | ev.Kicked(me=True) if not view.elsewhere(event.room):
                view.target = next(iter(self.chat.wanted), "")

    def _prompt(self) -> None:
        if self._secret is not None:
            self._screen.prompt(self._secret.prompt)
        elif self._asking_name:
            self._screen.prompt(_ASK)
        else:
            state = "" if self.chat.online else "(offline) "
            self._screen.prompt(f"{state}{self._view.target or self.chat.nick}> ")

    async def _read(self) -> None:
        if not self._screen.asks:
            await self._progress.until(self._progress.settled)
        while (line := await self._screen.line()) is not None:
            self._typed(line)
            if not self._screen.asks:
                await self._progress.until(self._progress.may_go_on)
        if not self._screen.asks:
            await self._progress.confirm(self._flush)
        self._leave()

    def _typed(self, text: str) -> None:
        if self._secret is not None:
            self._answered(self._secret, text)
            return
        lines = text.split("\n")
        commands = all(line.startswith("/") for line in lines)
        for line in lines if commands or self._asking_name else [text]:
            if self._asking_name:
                self._named(line.strip())
            else:
                self._interpret(line)
        self._flush()
        self._prompt()

    def _interpret(self, line: str) -> None:
        try:
            self._carry_out_all(interpret(line, Place(self._view.target, self.chat.nick, self.chat.is_room)))
        except UsageError as error:
            self._failed = True
            self.trouble(str(error))

    def _carry_out_all(self, actions: list[Action]) -> None:
        try:
            for action in actions:
                self._carry_out(action)
        except (UsageError, FormatError) as error:
            self._failed = True
            self.trouble(str(error))

    def _ask_secret(self, question: AskSecret) -> None:
        if not self._screen.asks or not self._screen.hide(on=True):
            raise UsageError("A password can only be asked for at a terminal, where it can be hidden.")
        self._secret = Secret(question)

    def _answered(self, secret: Secret, text: str) -> None:
        if secret.wants_more(text):
            self._prompt()
            return
        self._secret = None
        self._screen.hide(on=False)
        try:
            self._carry_out_all(secret.actions(text))
        except Declined as declined:
            self._show(Row(declined.mark, str(declined)))
        self._flush()
        self._prompt()

    def _complete(self, text: str) -> Completion:
        """Offer commands, rooms, and the people of the room where we talk."""
        session = self.chat.session
        room = session.state.rooms.get(self._view.target) if session is not None else None
        nicks = sorted((one.nick for one in room.members.values()), key=str.casefold) if room is not None else []
        if self._view.target and not self.chat.is_room(self._view.target):
            nicks.append(self._view.target)
        others = [nick for nick in nicks if self.chat.fold(nick) != self.chat.fold(self.chat.nick)]
        return complete(text, others, list(self.chat.wanted))

    async def _mark_read(self) -> None:
        while True:
            await self._progress.until(lambda: bool(self._unmarked))
            await trio.sleep(READ_SECONDS)
            self._mark_now()

    def _mark_now(self) -> None:
        while self._unmarked:
            self.chat.mark_read(self._unmarked.pop())
        self._flush()

    def _carry_out(self, action: Action) -> None:
        match action:
            case Show():
                for text in action.lines:
                    self._show(Row(Mark.HINT, text))
            case Leave():
                self._leave(action.reason)
            case AskSecret():
                self._ask_secret(action)
            case _:
                for event in perform(action, self.chat):
                    self.on_event(event)
        if isinstance(action, Join):
            self._view.target = action.room

    def _named(self, nick: str) -> None:
        if nick:
            self._asking_name = False
            self.chat.rename(nick)

    def _other_nick(self, event: ev.NickTaken | ev.NickRefused) -> None:
        taken = isinstance(event, ev.NickTaken)
        problem = f"The name {event.nick} is taken." if taken else f"The server does not allow the name {event.nick}."
        if taken and "account" in event.reason and self.chat.identity.credentials is None:
            problem = f"The name {event.nick} belongs to an account. If it is yours, start with --account {event.nick}."
        session = self.chat.session
        if taken and session is not None and (self._may_number or self._view.reconnected):
            self._attempts += 1
            base = self.chat.identity.nick.rstrip("0123456789")
            other = numbered(base, self._attempts, session.state.features.nick_length)
            self.chat.rename(other, meanwhile=self._view.reconnected)
        elif self._screen.asks:
            self.trouble(f"{problem} Choose another.")
            self._asking_name = True
        else:
            self._give_up(f"{problem} Choose another with --nick.")

    def _flush(self) -> None:
        if self._connection is not None:
            self._connection.flush()

    def _give_up(self, sentence: str) -> None:
        if self._connection is not None:
            self._connection.give_up(sentence)

    def _leave(self, reason: str = "") -> None:
        if self._connection is not None and not self.chat.leaving:
            self._mark_now()
            self._connection.leave(reason)

    async def _signals(self, everything: trio.CancelScope) -> None:
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as received:
            async for _ in received:
                if self.chat.leaving:
                    everything.cancel()
                self._leave()

    def _unsent(self) -> int:
        """Report every line that was typed and not sent."""
        for line in self.chat.lines:
            self.trouble(f"Not sent to {line.target}: {line.text}")
        unheard = bool(self.chat.lines) or (self._failed and not self._screen.asks)
        return UNDELIVERED if unheard else OK
