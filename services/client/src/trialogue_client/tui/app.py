"""The application: its parts, and what reaches it from the screens, the terminal and the system."""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import Event, InputEvent, Paste
from textual.screen import ModalScreen

from trialogue_client.arguments import Options
from trialogue_client.ending import EndSignals
from trialogue_client.engine import outcomes as out
from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.engine import Engine
from trialogue_client.engine.startup import Startup
from trialogue_client.net.discover import Discover, discover
from trialogue_client.net.reconnect import QUIT_SECONDS
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.passwords import KeyRingPasswords
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.tui.connect import ConnectionOpener
from trialogue_client.tui.deferred_questions import DeferredQuestions
from trialogue_client.tui.palette import DARK, LIGHT
from trialogue_client.tui.screens.chat.requests import AlertRaised, OutcomeRequested
from trialogue_client.tui.screens.settings_form import SettingsForm
from trialogue_client.tui.settings_control import SettingsControl
from trialogue_client.tui.startup import StartupDialogs
from trialogue_client.tui.tasks import LookedUp, TaskRunner
from trialogue_client.tui.terminal.guest import Guest
from trialogue_client.tui.terminal.keyboard import Keyboard
from trialogue_client.tui.terminal.notify import sequence

_AGAIN_SECONDS = 3.0
_GOODBYE_SECONDS = QUIT_SECONDS + 0.5
_ANNOUNCED = 3
"""Of more calls than this at once only the last are announced."""


class Trialogue(App[int]):
    """The client in a terminal. Its result is the exit code.

    Textual finds handlers and actions by their names on the application: each hands on to a part.
    """

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit", priority=True),
        Binding("ctrl+c", "interrupt", "Copy", priority=True),
        Binding("f4", "theme", "Light or dark", priority=True),
        Binding("f5", "settings", "Settings", priority=True),
    ]

    def __init__(
        self,
        options: Options,
        find: Discover = discover,
        painted: Callable[[], object] = lambda: None,
        ending: EndSignals | None = None,
    ) -> None:
        """`find` tells of servers on the local network; `painted` is called when the first screen is there.

        `ending` tells of signals; without it none is listened to.
        """
        super().__init__()
        self.options = options
        self._painted = painted
        self.memory = Memory(options.config_dir)
        self.failure: Exception | None = None
        """What ended the client though it should not have."""
        self._ending = ending
        self._guest = Guest(self._handle_exception, ending, self._signalled)
        self._keyboard = Keyboard(self, super().on_event)
        engine = Engine(Startup(options, self.memory), KeyRingPasswords(self.memory), asks=True)
        self._tasks = TaskRunner(engine.passwords, self._guest, self.post_message, find)
        self._opener = ConnectionOpener(self, engine, self._guest, self._ended)
        self._offers = DeferredQuestions(self, engine, self._opener, self._request)
        self._startup_dialogs = StartupDialogs(self, engine.startup, self._tasks, self._opener)
        self._settings = SettingsControl(self, self.memory, self._opener, self._paint)
        self._interrupted = False

    @property
    def unsent(self) -> list[str]:
        """What was typed and has not been sent, as sentences."""
        return self._opener.unsent

    @property
    def drafts(self) -> list[str]:
        """What was being typed when we said good-bye, as sentences."""
        return self._opener.talk.drafts if self._opener.talk is not None else []

    async def on_mount(self) -> None:
        """Begin with the conversation if it is known where, else with the question."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._paint()
        await self._guest.start()
        self._startup_dialogs.set_out()
        self.call_after_refresh(self._painted)

    async def on_unmount(self) -> None:
        """End the connection."""
        await self._guest.stop()

    def get_driver_class(self) -> type[Driver]:
        """Return what draws on this system's terminals."""
        if sys.platform != "win32":
            # It needs a system with terminals of that kind.
            from trialogue_client.tui.terminal.driver import TerminalDriver

            return TerminalDriver
        return super().get_driver_class()

    async def on_event(self, event: Event) -> None:
        """Act on what is typed and clicked in its order, and on everything else at once."""
        if isinstance(event, InputEvent | Paste) and not event.is_forwarded:
            await self._keyboard.handle(event)
        else:
            await super().on_event(event)

    def on_terminal_gone(self) -> None:
        """End, as the terminal has; a signal may have told us already."""
        if self._ending is not None:
            self._ending.gone()
        self._signalled()

    def _signalled(self) -> None:
        """Say good-bye and end, whatever is on the screen, and however the good-bye goes."""
        self.set_timer(_GOODBYE_SECONDS, lambda: self.exit(0))
        self.action_leave()

    def on_outcome_requested(self, event: OutcomeRequested) -> None:
        """Do what the main screen has asked for."""
        network = event.network
        match event.outcome:
            case out.SettingsWanted():
                self._settings.configure()
            case out.SettingsChanged():
                self._settings.adopt()
            case out.ConnectWanted() as wish:
                self._startup_dialogs.connect(wish, network.chat.nick)
            case out.Task() as task:
                self._tasks.start(network, task)
            case out.PasswordOffered() as offer:
                self._offers.password(network, offer)
            case out.RoomKeyWanted() as wish:
                self._offers.room_key(network, wish)
            case out.Sentence(kind, text):
                self._opener.tell(text, kind)
            case out.Failed(text):
                self._opener.tell(text)

    def _request(self, network: BufferedNetwork, outcomes: Iterable[out.Outcome]) -> None:
        for outcome in outcomes:
            self.post_message(OutcomeRequested(network, outcome))

    def on_looked_up(self, event: LookedUp) -> None:
        """Go on with what the key ring has said."""
        self._startup_dialogs.looked_up(event)

    def on_app_focus(self) -> None:
        """Tell the conversation that somebody looks; terminals that can say so say so."""
        if self._opener.talk is not None:
            self._opener.talk.look(here=True)

    def on_app_blur(self) -> None:
        """Tell the conversation that nobody looks."""
        if self._opener.talk is not None:
            self._opener.talk.look(here=False)

    def on_alert_raised(self, event: AlertRaised) -> None:
        """Ring; and if nobody looks, have the desktop say who calls."""
        if self.memory.settings.bell:
            self.bell()
        if self.memory.settings.desktop and not event.watched and self._driver is not None:
            self._driver.write("".join(sequence(alert, os.environ) for alert in event.alerts[-_ANNOUNCED:]))

    def _ended(self, reason: str, profile: ConnectionProfile) -> None:
        if reason:
            self._startup_dialogs.ask(profile.endpoint, profile.nick, reason)
        else:
            self.exit(1 if self.unsent else 0)

    def _paint(self) -> None:
        self.theme = LIGHT.name if self.memory.settings.theme == "light" else DARK.name

    def action_theme(self) -> None:
        """Change between light and dark."""
        settings = self.memory.settings
        self._settings.keep(replace(settings, theme="dark" if settings.theme == "light" else "light"))

    def action_settings(self) -> None:
        """Show the settings, or leave them; while something else is asked, do nothing."""
        if isinstance(self.screen, SettingsForm):
            self.screen.dismiss(None)
        elif not isinstance(self.screen, ModalScreen):
            self._settings.configure()

    def action_leave(self) -> None:
        """Say good-bye and end; at once if there is nobody to say it to, or if it was said before."""
        if self._opener.talk is None or not self._opener.talk.leave():
            self.exit(0)

    def action_interrupt(self) -> None:
        """Copy what is selected; where nothing is, end when it is pressed again."""
        selected = self.screen.get_selected_text()
        talk = self._opener.talk
        composer = talk.composer if talk is not None and talk.is_current else None
        selected = selected or (composer.selected_text if composer is not None else "")
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
        elif self._interrupted:
            self.action_leave()
        else:
            self._interrupted = True
            self.set_timer(_AGAIN_SECONDS, self._calm)
            self.notify("Press Ctrl+C again to end.", timeout=_AGAIN_SECONDS)

    def _calm(self) -> None:
        self._interrupted = False

    def _handle_exception(self, error: Exception) -> None:
        self.failure = self.failure or error
        super()._handle_exception(error)

    def _print_error_renderables(self) -> None:
        """Print nothing: what Textual would print shows variables, and so what people wrote, and passwords."""
        self._exit_renderables.clear()
