"""Finds the server, the name and the password to connect with: what is missing is asked for."""

from dataclasses import replace
from functools import partial

from textual.app import App

from trialogue_client.address import PORT, Endpoint
from trialogue_client.engine.outcomes import ConnectWanted
from trialogue_client.engine.startup import PasswordSource, Startup
from trialogue_client.net import explain
from trialogue_client.settings.profile import ConnectionProfile
from trialogue_client.tui.connect import ConnectionOpener
from trialogue_client.tui.screens.connect_form import ConnectForm, Known
from trialogue_client.tui.screens.dialogs import TextPrompt, YesNo
from trialogue_client.tui.tasks import LookedUp, TaskRunner
from trialogue_client.wording.questions import password_of


class StartupDialogs:
    """Asks for what is missing, and has the connection opened."""

    def __init__(
        self,
        app: App[int],
        startup: Startup,
        tasks: TaskRunner,
        opener: ConnectionOpener,
    ) -> None:
        self._app = app
        self._startup = startup
        self._tasks = tasks
        self._opener = opener

    def set_out(self) -> None:
        """Go where the command line says; else to the servers that are wanted at every start; else ask."""
        startup = self._startup
        if startup.has_address and startup.nick:
            self._prove(startup.chosen(startup.named(startup.nick)))
        elif listed := startup.autoconnect():
            for profile in listed:
                self._prove(profile)
        else:
            self.ask(startup.options.endpoint, startup.nick)

    def connect(self, wish: ConnectWanted, nick: str) -> None:
        """Be on another server too, or where we are already; what is missing is asked for."""
        talk = self._opener.talk
        if wish.profile is None:
            self.ask(Endpoint("", PORT), nick, further=True)
        elif talk is None or not talk.shows(wish.profile.endpoint, wish.nick):
            self._prove(wish.profile)

    def ask(self, endpoint: Endpoint, nick: str, problem: str = "", *, further: bool = False) -> None:
        """Ask where to, and as whom; what is known already is filled in."""
        settings, login = self._startup.memory.settings, "" if further else self._startup.options.login
        nick = nick or settings.name_at(endpoint.host, endpoint.port)
        seek = self._tasks.find_servers if settings.nearby and (further or not self._startup.has_address) else None
        problem = problem or " ".join(self._startup.memory.problems[:1])
        known = Known(endpoint, nick, login, problem, further)
        self._app.push_screen(ConnectForm(known, settings.servers, seek), self._asked)

    def looked_up(self, event: LookedUp) -> None:
        """Go on with what the key ring has said."""
        if event.problem:
            self._ask_password(event.profile, f"{event.problem} ")
        else:
            self._begin(event.profile)

    def _asked(self, profile: ConnectionProfile | None) -> None:
        if profile is not None:
            self._prove(self._startup.chosen(profile))
        elif self._opener.talk is None:
            self._app.exit(0)

    def _prove(self, profile: ConnectionProfile) -> None:
        """Find the password of the account, if there is one to log in to: here, in the key ring, or by asking."""
        proof = self._startup.proof(profile)
        if proof is PasswordSource.READY:
            self._begin(profile)
        elif proof is PasswordSource.KEY_RING:
            self._tasks.look_up(profile)
        else:
            self._ask_password(profile)

    def _begin(self, profile: ConnectionProfile) -> None:
        """Go there; where the server's own password would go in clear, ask before that."""
        if self._opener.talk is not None or not self._startup.exposes(profile):
            self._opener.begin(profile)
            return
        question = YesNo(explain.may_expose(profile.endpoint), "Send it in clear", "Go back")
        self._app.push_screen(question, partial(self._exposed, profile))

    def _exposed(self, profile: ConnectionProfile, yes: bool | None) -> None:
        if yes:
            self._opener.begin(replace(profile, plain_secrets=True))
        else:
            self.ask(replace(profile.endpoint, tls=True), profile.nick, "Choose TLS, and the port for it (often 6697).")

    def _ask_password(self, profile: ConnectionProfile, problem: str = "") -> None:
        asked = f"{problem}{password_of(profile.account, profile.where)}:"
        question = TextPrompt(
            f"{asked}\n(Enter on nothing comes without it, Esc goes back.)", secret=True, may_be_empty=True
        )
        self._app.push_screen(question, partial(self._proved, profile))

    def _proved(self, profile: ConnectionProfile, password: str | None) -> None:
        if password is not None:
            self._begin(replace(profile, password=password, account=profile.account if password else ""))
        elif self._opener.talk is None:
            self.ask(profile.endpoint, profile.nick)
