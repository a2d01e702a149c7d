"""The application: which screen is shown, the guest that keeps the connection, signals and crashes."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from random import SystemRandom
from typing import ClassVar

import trio
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver

from trialogue_client.arguments import Options
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import Autoconnect, Forget, Set
from trialogue_client.net.address import PORT, AddressError, parse_address
from trialogue_client.net.backoff import delays
from trialogue_client.net.dial import dial
from trialogue_client.net.discover import Discover, discover
from trialogue_client.net.explain import Endpoint
from trialogue_client.net.found import Found
from trialogue_client.net.reconnect import Connection
from trialogue_client.net.trust import KnownHosts
from trialogue_client.settings import SettingError, Settings
from trialogue_client.ui.asking import Asking
from trialogue_client.ui.chat import Talk
from trialogue_client.ui.dialogs import Ask, Question
from trialogue_client.ui.entries import Look
from trialogue_client.ui.guest import Guest
from trialogue_client.ui.history import PAGE
from trialogue_client.ui.memory import Memory
from trialogue_client.ui.network import Connect
from trialogue_client.ui.notify import sequence
from trialogue_client.ui.palette import DARK, LIGHT
from trialogue_client.ui.secrets import LookedUp, Offered, Secrets, Told
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
        self.memory = Memory(options.config_dir)
        self.failure: Exception | None = None
        """What ended the client though it should not have."""
        self._guest = Guest(self._handle_exception, self.action_leave)
        self._secrets = Secrets(self.memory, self.post_message)
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
        self._set_out()

    def _set_out(self) -> None:
        """Go where the command line says; else to the servers that are wanted at every start; else ask."""
        options = self.options
        nick = options.nick or options.account
        listed = [server for server in self.memory.settings.servers if server.connect]
        if options.endpoint.host and nick:
            secret = options.account_password or options.endpoint.certificate
            self._prove(Wanted(options.endpoint, nick, account="" if secret else options.account))
        elif listed and not options.endpoint.host:
            for server in listed:
                endpoint = Endpoint(server.host, server.port, tls=server.tls)
                who = nick or server.nick or options.login
                self._prove(Wanted(endpoint, who, account=server.account, patient=True))
        else:
            self._ask(options.endpoint, nick)

    async def on_unmount(self) -> None:
        """End the connection."""
        await self._guest.stop()

    def _ask(self, endpoint: Endpoint, nick: str, problem: str = "", *, further: bool = False) -> None:
        settings, login = self.memory.settings, "" if further else self.options.login
        seek = self._seek if settings.nearby and (further or not self.options.endpoint.host) else None
        problem = problem or " ".join(self.memory.problems[:1])
        asking = Asking(endpoint, nick, settings.servers, problem, login=login, further=further, seek=seek)
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
            known = self.memory.server(wanted.endpoint)
            kept = known.key_ring and not wanted.password and wanted.nick in (known.nick, known.account)
            self._prove(replace(wanted, account=known.account) if kept else wanted)
        elif self._talk is None:
            self.exit(0)

    def _prove(self, wanted: Wanted) -> None:
        """Find the password of the account, if there is one to log in to: here, in the key ring, or by asking."""
        known = self.memory.server(wanted.endpoint)
        if wanted.password or not wanted.account:
            self._begin(wanted)
        elif known.key_ring and known.account == wanted.account:
            self._guest.spawn(partial(self._secrets.look_up, wanted))
        else:
            self._ask_password(wanted)

    def on_looked_up(self, event: LookedUp) -> None:
        """Go on with what the key ring has said."""
        if event.problem:
            self._ask_password(event.wanted, f"{event.problem} ")
        else:
            self._begin(event.wanted)

    def _ask_password(self, wanted: Wanted, problem: str = "") -> None:
        question = Ask(f"{problem}Password of {wanted.account} on {wanted.where}:", secret=True)
        self.push_screen(question, partial(self._proved, wanted))

    def _proved(self, wanted: Wanted, password: str | None) -> None:
        if password is not None:
            self._begin(replace(wanted, password=password))
        elif self._talk is None:
            self._ask(wanted.endpoint, wanted.nick)

    def _begin(self, wanted: Wanted) -> None:
        """Be on this server, beside those on which we are."""
        talk, options = self._talk, self.options
        if talk is not None and not talk.makes_room(wanted):
            return
        # What the command line and the environment say is meant for the first server, and for no other.
        first = talk is None and not wanted.patient
        identity = options.identity(wanted.nick, wanted.password, wanted.account) if first else wanted.identity()
        known = self.memory.server(wanted.endpoint).rooms
        rooms = options.rooms if first and options.rooms_chosen else known or options.rooms
        chat = Chat(identity, rooms, first_page=PAGE)
        if talk is None:
            talk = self._talk = Talk()
            talk.adopt(self.memory.settings)
            self.push_screen(talk, self._ended)
        station = Station(wanted, chat, self._connect(wanted), self.memory.settings, talk.arrived)
        talk.add(station)
        self._guest.spawn(station.network.run)
        for problem in self.memory.problems:
            station.model.show(Look.TROUBLE, [problem], datetime.now().astimezone())
        self.memory.problems.clear()

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
            self._ask(Endpoint("", PORT), event.nick, further=True)
            return
        try:
            endpoint = parse_address(action.address, tls=action.tls)
        except AddressError as error:
            event.talk.tell(str(error))
            return
        self._prove(Wanted(endpoint, action.nick or event.nick, account=action.account))

    def on_talk_welcomed(self, event: Talk.Welcomed) -> None:
        """Keep a server that let us in."""
        self.memory.used(event.station.wanted.endpoint, event.nick)

    def on_talk_moved(self, event: Talk.Moved) -> None:
        """Keep in which rooms we are."""
        self.memory.change(event.station.wanted.endpoint, rooms=tuple(event.station.model.chat.wanted))

    def on_talk_logged_in(self, event: Talk.LoggedIn) -> None:
        """Offer to keep a password that has proved right, once."""
        station, settings = event.station, self.memory.settings
        credentials = station.model.chat.identity.credentials
        password = credentials.password if credentials is not None else ""
        if credentials is None or password in ("", station.offered, self.options.account_password):
            return
        station.offered = password
        if station.wanted.keep and password == station.wanted.password:
            self._guest.spawn(partial(self._secrets.keep, station, credentials.account, password))
        elif settings.key_ring:
            self._guest.spawn(partial(self._secrets.offer, station, credentials.account, password))

    def on_offered(self, event: Offered) -> None:
        """Ask whether the key ring shall keep it."""
        where = event.station.wanted.where
        question = Question(
            f"Keep the password of {event.account} on {where} in this system's key ring? "
            "You will not be asked for it here again. (/set key_ring off ends this question, /forget takes it out.)",
            "Keep it",
            "Do not keep it",
        )
        keep = partial(self._secrets.keep, event.station, event.account, event.password)
        self.push_screen(question, lambda yes: self._guest.spawn(keep) if yes else None)

    def on_told(self, event: Told) -> None:
        """Say what came of it."""
        if self._talk is not None:
            self._talk.tell(event.sentence, event.look)

    def on_talk_remembered(self, event: Talk.Remembered) -> None:
        """Change what is remembered."""
        endpoint, action = event.station.wanted.endpoint, event.action
        match action:
            case Set():
                self._set(event.talk, action)
            case Autoconnect():
                self.memory.change(endpoint, connect=action.on)
                often = "at every start, if none is named then" if action.on else "only when you say so"
                event.talk.tell(f"The client goes to {endpoint} {often}.", Look.HINT)
            case Forget():
                account = self.memory.server(endpoint).account or event.station.model.chat.account
                if account:
                    self._guest.spawn(partial(self._secrets.forget, event.station, account))
                else:
                    event.talk.tell("You have no account here, so there is no password to forget.")

    def _set(self, talk: Talk, action: Set) -> None:
        try:
            if action.name and action.value:
                self._keep(self.memory.settings.set(action.name, action.value))
            for line in self.memory.settings.lines(action.name):
                talk.tell(line, Look.HINT)
        except SettingError as error:
            talk.tell(str(error))

    def on_talk_muted(self, event: Talk.Muted) -> None:
        """Count and call out nothing of somebody any more, or do so again; and keep that."""
        host, action = event.station.wanted.endpoint.host, event.action
        self._keep(self.memory.settings.muting(host, action.name, on=action.on))
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
        if self.memory.settings.bell:
            self.bell()
        if self.memory.settings.desktop and not event.watched and self._driver is not None:
            self._driver.write("".join(sequence(alert, os.environ) for alert in event.alerts[-_ANNOUNCED:]))

    def _keep(self, changed: Settings) -> None:
        self.memory.keep(changed)
        self._paint()
        if self._talk is not None:
            self._talk.adopt(changed)

    def _ended(self, reason: str | None) -> None:
        talk = self._talk
        if reason and talk is not None:
            self._talk = None
            wanted = talk.stations.current.wanted
            self._ask(wanted.endpoint, wanted.nick, reason)
        else:
            self.exit(1 if self.unsent else 0)

    def _paint(self) -> None:
        self.theme = LIGHT.name if self.memory.settings.theme == "light" else DARK.name

    def action_theme(self) -> None:
        """Change between light and dark."""
        self._keep(replace(self.memory.settings, theme="dark" if self.memory.settings.theme == "light" else "light"))

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
