"""The application: which screen is shown, the guest that keeps the connection, signals and crashes."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import SystemRandom
from typing import ClassVar

import trio
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver

from trialogue_client import settings
from trialogue_client.arguments import Options
from trialogue_client.core.chat import Chat
from trialogue_client.net.address import PORT, AddressError, parse_address
from trialogue_client.net.backoff import delays
from trialogue_client.net.dial import dial
from trialogue_client.net.discover import Discover, discover
from trialogue_client.net.explain import Endpoint
from trialogue_client.net.found import Found
from trialogue_client.net.reconnect import Connection
from trialogue_client.net.trust import KnownHosts
from trialogue_client.settings import Server
from trialogue_client.ui.asking import Asking
from trialogue_client.ui.chat import Talk
from trialogue_client.ui.dialogs import Ask
from trialogue_client.ui.entries import Look
from trialogue_client.ui.guest import Guest
from trialogue_client.ui.history import PAGE
from trialogue_client.ui.network import Connect
from trialogue_client.ui.notify import sequence
from trialogue_client.ui.palette import DARK, LIGHT
from trialogue_client.ui.stations import Station, Wanted

_AGAIN_SECONDS = 3.0
_ANNOUNCED = 3
"""Of more calls than this at once only the last are announced."""


class Trialogue(App[int]):
    """The client in a terminal. Its result is the exit code."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit", priority=True),
        Binding("ctrl+c", "interrupt", "Copy", priority=True),
        Binding("f4", "theme", "Light or dark", priority=True),
    ]

    def __init__(self, options: Options, find: Discover = discover) -> None:
        """`find` tells of servers on the local network."""
        super().__init__()
        self.options = options
        self._discover = find
        self.settings = settings.read(options.config_dir)
        self.failure: Exception | None = None
        """What ended the client though it should not have."""
        self._guest = Guest(self._handle_exception, self.action_leave)
        self._talk: Talk | None = None
        self._interrupted = False

    @property
    def unsent(self) -> list[str]:
        """What was typed and has not been sent, as sentences."""
        return self._talk.unsent if self._talk is not None else []

    async def on_mount(self) -> None:
        """Begin with the conversation if it is known where, else with the question."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._paint()
        await self._guest.start()
        options = self.options
        nick = options.nick or options.account
        secret_is_missing = options.account and not options.account_password and not options.endpoint.certificate
        if options.endpoint.host and nick and not secret_is_missing:
            self._begin(Wanted(options.endpoint, nick))
        else:
            self._ask(options.endpoint, nick)

    async def on_unmount(self) -> None:
        """End the connection."""
        await self._guest.stop()

    def _ask(self, endpoint: Endpoint, nick: str, problem: str = "") -> None:
        seek = self._seek if self.settings.nearby and not self.options.endpoint.host else None
        asking = Asking(endpoint, nick, self.settings.servers, problem, login=self.options.login, seek=seek)
        self.push_screen(asking, self._asked)

    def _seek(self, tell: Callable[[Found], object]) -> Callable[[], None]:
        """Begin to look for servers on the local network; return how to end it."""
        scope = trio.CancelScope()

        async def look() -> None:
            with scope:
                await self._discover(tell)

        self._guest.spawn(look)
        return scope.cancel

    def _asked(self, wanted: Wanted | None) -> None:
        if wanted is not None:
            self._begin(wanted)
        elif self._talk is None:
            self.exit(0)

    def _begin(self, wanted: Wanted) -> None:
        """Be on this server, beside those on which we are."""
        talk = self._talk
        if talk is not None and not talk.makes_room(wanted):
            return
        # What the command line and the environment say of passwords is meant for the first server, and for no other.
        identity = self.options.identity(wanted.nick, wanted.password) if talk is None else wanted.identity()
        chat = Chat(identity, self.options.rooms, first_page=PAGE)
        if talk is None:
            talk = self._talk = Talk()
            self.push_screen(talk, self._ended)
        station = Station(wanted, chat, self._connect(wanted), self.settings, talk.arrived)
        talk.add(station)
        self._guest.spawn(station.network.run)

    def _connect(self, wanted: Wanted) -> Connect:
        known, endpoint = KnownHosts(self.options.config_dir / "known_hosts"), wanted.endpoint
        return lambda chat, emit, tell: Connection(
            chat,
            endpoint,
            partial(dial, endpoint, known, tell),
            emit,
            partial(delays, SystemRandom()),
            patient=wanted.patient,
        )

    def get_driver_class(self) -> type[Driver]:
        """Return what draws on this system's terminals."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from trialogue_client.ui.terminal import Terminal  # It needs a system with terminals of that kind.

        return Terminal

    def on_gone(self) -> None:
        """End, as the terminal has; a signal may have told us already."""
        if self._talk is None:
            self.exit(0)
        else:
            self._talk.leave()

    def on_talk_further(self, event: Talk.Further) -> None:
        """Be on another server too, as it was typed or asked for."""
        action = event.action
        if not action.address:
            seek = self._seek if self.settings.nearby else None
            where, servers = Endpoint("", PORT), self.settings.servers
            self.push_screen(Asking(where, event.nick, servers, further=True, seek=seek), self._asked)
            return
        try:
            endpoint = parse_address(action.address, tls=action.tls)
        except AddressError as error:
            event.talk.tell(str(error))
            return
        wanted = Wanted(endpoint, action.nick or event.nick, account=action.account)
        if action.account:
            question = Ask(f"Password of {action.account} on {wanted.where}:", secret=True)
            self.push_screen(question, partial(self._proved, wanted))
        else:
            self._begin(wanted)

    def _proved(self, wanted: Wanted, password: str | None) -> None:
        if password is not None:
            self._begin(replace(wanted, password=password))

    def on_talk_welcomed(self, event: Talk.Welcomed) -> None:
        """Keep a server that let us in."""
        endpoint = event.station.wanted.endpoint
        self._keep(self.settings.used(Server(endpoint.host, endpoint.port, endpoint.tls, event.nick)))

    def on_talk_muted(self, event: Talk.Muted) -> None:
        """Count and call out nothing of somebody any more, or do so again; and keep that."""
        host, action = event.station.wanted.endpoint.host, event.action
        self._keep(self.settings.muting(host, action.name, on=action.on))
        event.station.model.muted = self.settings.muted_on(host)
        if self._talk is not None:
            done = f"Nothing new from {action.name} is counted or called out: /unmute {action.name} undoes it."
            undone = f"You are told again of what is new from {action.name}."
            self._talk.tell(done if action.on else undone, Look.HINT)

    def on_app_focus(self) -> None:
        """Tell the conversation that somebody looks; terminals that can say so say so."""
        if self._talk is not None:
            self._talk.look(here=True)

    def on_app_blur(self) -> None:
        """Tell the conversation that nobody looks."""
        if self._talk is not None:
            self._talk.look(here=False)

    def on_talk_called(self, event: Talk.Called) -> None:
        """Ring; and if nobody looks, have the desktop say who calls."""
        if self.settings.bell:
            self.bell()
        if self.settings.desktop and not event.watched and self._driver is not None:
            self._driver.write("".join(sequence(alert, os.environ) for alert in event.alerts[-_ANNOUNCED:]))

    def _keep(self, changed: settings.Settings) -> None:
        self.settings = changed
        settings.write(self.options.config_dir, changed)

    def _ended(self, reason: str | None) -> None:
        talk = self._talk
        if reason and talk is not None:
            self._talk = None
            wanted = talk.stations.current.wanted
            self._ask(wanted.endpoint, wanted.nick, reason)
        else:
            self.exit(1 if self.unsent else 0)

    def _paint(self) -> None:
        self.theme = LIGHT.name if self.settings.theme == "light" else DARK.name

    def action_theme(self) -> None:
        """Change between light and dark."""
        self._keep(replace(self.settings, theme="dark" if self.settings.theme == "light" else "light"))
        self._paint()

    def action_leave(self) -> None:
        """Say good-bye and end; at once if there is nobody to say it to, or if it was said before."""
        if self._talk is None or not self._talk.leave():
            self.exit(0)

    def action_interrupt(self) -> None:
        """Copy what is selected; where nothing is, end when it is pressed again."""
        selected = self.screen.get_selected_text()
        composer = self._talk.composer if self._talk is not None and self._talk.is_current else None
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
