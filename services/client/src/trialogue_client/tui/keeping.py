"""What is kept from one run to the next: settings, servers, mutes, and whether a password is in the key ring."""

from collections.abc import Callable, Mapping
from functools import partial

from textual.app import App

from trialogue_client.arguments import Options
from trialogue_client.core.commands.actions import Configure, Forget
from trialogue_client.engine.buffered import BufferedNetwork
from trialogue_client.engine.entries import Look
from trialogue_client.settings import SettingError, Settings
from trialogue_client.settings.changing import Change, carry_out
from trialogue_client.settings.memory import Memory
from trialogue_client.tui.opening import Opening
from trialogue_client.tui.screens.configuring import Configuring
from trialogue_client.tui.screens.dialogs import Question
from trialogue_client.tui.secrets import Offered, Secrets
from trialogue_client.tui.terminal.guest import Guest

_LATER_SECONDS = 1.0


class Keeping:
    """Keeps it, and has it take effect. `paint` puts the theme on the screen."""

    def __init__(
        self,
        app: App[int],
        options: Options,
        memory: Memory,
        guest: Guest,
        secrets: Secrets,
        opening: Opening,
        paint: Callable[[], None],
    ) -> None:
        self._app = app
        self._options = options
        self._memory = memory
        self._guest = guest
        self._secrets = secrets
        self._opening = opening
        self._paint = paint

    def keep(self, changed: Settings) -> None:
        """Have these settings from now on."""
        unkept = self._memory.keep(changed)
        self.adopt()
        if unkept:
            self._opening.tell(unkept)

    def configure(self) -> None:
        """Show the settings; what is changed there is kept."""
        self._app.push_screen(Configuring(self._memory.settings, self._memory.path), self._configured)

    def adopt(self) -> None:
        """Have the settings take effect."""
        self._paint()
        if self._opening.talk is not None:
            self._opening.talk.adopt(self._memory.settings)

    def change(self, network: BufferedNetwork, action: Change | Forget) -> None:
        """Do what was typed, and say what was done."""
        if isinstance(action, Forget):
            self._forget(network)
            return
        if isinstance(action, Configure):
            self.configure()
            return
        try:
            lines = carry_out(action, self._memory, network.profile.endpoint)
        except SettingError as error:
            self._opening.tell(str(error))
            return
        self.adopt()
        for line in lines:
            self._opening.tell(line, Look.HINT)

    def logged_in(self, network: BufferedNetwork) -> None:
        """Offer to keep a password that has proved right, once."""
        credentials = network.model.chat.identity.credentials
        password = credentials.password if credentials is not None else ""
        if credentials is None or password in ("", network.offered, self._options.account_password):
            return
        network.offered = password
        if network.profile.keep and password == network.profile.password:
            self._guest.spawn(partial(self._secrets.keep, network, credentials.account, password))
        elif self._memory.settings.key_ring:
            self._guest.spawn(partial(self._secrets.offer, network, credentials.account, password))

    def offered(self, event: Offered) -> None:
        """Ask whether the key ring shall keep it, as soon as nothing is being typed: no letter of that shall answer."""
        talk = self._opening.talk
        if talk is not None and (not talk.is_current or talk.composer.text):
            self._app.set_timer(_LATER_SECONDS, partial(self.offered, event))
            return
        where = event.network.profile.where
        question = Question(
            f"Keep the password of {event.account} on {where} in this system's key ring? "
            "You will not be asked for it here again. (/set key_ring off ends this question, /forget takes it out.)",
            "Keep it",
            "Do not keep it",
        )
        keep = partial(self._secrets.keep, event.network, event.account, event.password)
        self._app.push_screen(question, lambda yes: self._guest.spawn(keep) if yes else None)

    def _configured(self, changes: Mapping[str, str] | None) -> None:
        settings = self._memory.settings
        for name, value in (changes or {}).items():
            settings = settings.set(name, value)
        self.keep(settings)

    def _forget(self, network: BufferedNetwork) -> None:
        known = self._memory.server(network.profile.endpoint)
        account = known.account or network.model.chat.account
        if account or known.keys:
            self._guest.spawn(partial(self._secrets.forget, network, account))
        else:
            self._opening.tell("You have no account here, so there is no password to forget.")
