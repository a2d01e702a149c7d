"""From the command line, or from what was typed, to a server, a name and a password: what is missing is asked for."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import trio
from textual.app import App

from trialogue_client.address import PORT, AddressError, Endpoint, parse_address
from trialogue_client.arguments import Options
from trialogue_client.core.commands.actions import Connect
from trialogue_client.net import explain
from trialogue_client.net.discover import Discover
from trialogue_client.net.found import Found
from trialogue_client.net.privacy import is_local
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.wanted import Wanted
from trialogue_client.tui.opening import Opening
from trialogue_client.tui.screens.asking import Asking
from trialogue_client.tui.screens.dialogs import Ask, Question
from trialogue_client.tui.secrets import LookedUp, Secrets
from trialogue_client.tui.terminal.guest import Guest


class Arriving:
    """Asks, and has the connection opened."""

    def __init__(
        self,
        app: App[int],
        options: Options,
        memory: Memory,
        guest: Guest,
        secrets: Secrets,
        opening: Opening,
        discover: Discover,
    ) -> None:
        self._app = app
        self._options = options
        self._memory = memory
        self._guest = guest
        self._secrets = secrets
        self._opening = opening
        self._discover = discover

    def set_out(self) -> None:
        """Go where the command line says; else to the servers that are wanted at every start; else ask."""
        options = self._options
        nick = options.nick or options.account
        listed = [server for server in self._memory.settings.servers if server.connect]
        if options.endpoint.host and nick:
            secret = options.account_password or options.endpoint.certificate
            self._prove(Wanted(options.endpoint, nick, account="" if secret else options.account))
        elif listed and not options.endpoint.host:
            for server in listed:
                endpoint = Endpoint(server.host, server.port, tls=server.tls)
                who = nick or server.nick or options.login
                self._prove(Wanted(endpoint, who, account=server.account, patient=True))
        else:
            self.ask(options.endpoint, nick)

    def further(self, action: Connect, nick: str) -> None:
        """Be on another server too, as it was typed or is asked for."""
        if not action.address:
            self.ask(Endpoint("", PORT), nick, further=True)
            return
        try:
            endpoint = parse_address(action.address, tls=action.tls)
        except AddressError as error:
            self._opening.tell(str(error))
            return
        self._prove(Wanted(endpoint, action.nick or nick, account=action.account))

    def ask(self, endpoint: Endpoint, nick: str, problem: str = "", *, further: bool = False) -> None:
        """Ask where to, and as whom; what is known already is filled in."""
        settings, login = self._memory.settings, "" if further else self._options.login
        seek = self._seek if settings.nearby and (further or not self._options.endpoint.host) else None
        problem = problem or " ".join(self._memory.problems[:1])
        asking = Asking(endpoint, nick, settings.servers, problem, login=login, further=further, seek=seek)
        self._app.push_screen(asking, self._asked)

    def looked_up(self, event: LookedUp) -> None:
        """Go on with what the key ring has said."""
        if event.problem:
            self._ask_password(event.wanted, f"{event.problem} ")
        else:
            self._begin(event.wanted)

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
            known = self._memory.server(wanted.endpoint)
            kept = known.key_ring and not wanted.password and wanted.nick in (known.nick, known.account)
            self._prove(replace(wanted, account=known.account) if kept else wanted)
        elif self._opening.talk is None:
            self._app.exit(0)

    def _prove(self, wanted: Wanted) -> None:
        """Find the password of the account, if there is one to log in to: here, in the key ring, or by asking."""
        known = self._memory.server(wanted.endpoint)
        if wanted.password or not wanted.account:
            self._begin(wanted)
        elif known.key_ring and known.account == wanted.account:
            self._guest.spawn(partial(self._secrets.look_up, wanted))
        else:
            self._ask_password(wanted)

    def _begin(self, wanted: Wanted) -> None:
        """Go there; where the server's own password would go in clear, ask before that."""
        options, endpoint = self._options, wanted.endpoint
        first = options.password and self._opening.talk is None and not wanted.patient
        safe = endpoint.tls or is_local(endpoint) or options.plain_secrets
        if not first or safe:
            self._opening.begin(wanted)
            return
        question = Question(explain.may_expose(endpoint), "Send it in clear", "Go back")
        self._app.push_screen(question, partial(self._exposed, wanted))

    def _exposed(self, wanted: Wanted, yes: bool | None) -> None:
        if yes:
            self._opening.begin(replace(wanted, plain_secrets=True))
        else:
            self.ask(replace(wanted.endpoint, tls=True), wanted.nick, "Choose TLS, and the port for it (often 6697).")

    def _ask_password(self, wanted: Wanted, problem: str = "") -> None:
        question = Ask(f"{problem}Password of {wanted.account} on {wanted.where}:", secret=True)
        self._app.push_screen(question, partial(self._proved, wanted))

    def _proved(self, wanted: Wanted, password: str | None) -> None:
        if password is not None:
            self._begin(replace(wanted, password=password))
        elif self._opening.talk is None:
            self.ask(wanted.endpoint, wanted.nick)
