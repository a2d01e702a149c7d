"""From the command line to the servers that line mode begins on: what is missing is asked for."""

from dataclasses import replace

from trialogue_client.address import Endpoint
from trialogue_client.arguments import Options
from trialogue_client.core.chat import Chat
from trialogue_client.lines.linemode import FIRST_PAGE
from trialogue_client.lines.nearby import Choosing
from trialogue_client.lines.screen import Screen
from trialogue_client.lines.station import Station
from trialogue_client.net import explain
from trialogue_client.net.discover import Discover
from trialogue_client.net.privacy import is_local
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.memory import Memory
from trialogue_client.settings.passwords import Passwords
from trialogue_client.settings.wanted import Wanted

_ASK = "Your name: "


class NoPasswordError(Exception):
    """The account's password is missing, and nobody can be asked for it; the text is one sentence."""


class Arriving:
    """Asks on the screen. Without a person, everything has to be on the command line."""

    def __init__(self, options: Options, screen: Screen, memory: Memory, discover: Discover) -> None:
        self._options = options
        self._screen = screen
        self._memory = memory
        self._discover = discover

    async def stations(self) -> list[Station]:
        """Return where to begin; nowhere, when the input ends before that is known. Raises NoPasswordError."""
        if not self._options.endpoint.host and (listed := await self._wanted_always()):
            return listed
        options = await self._where()
        nick = options and (options.nick or options.account or await self._name())
        if options is None or not nick:
            return []
        return [await self._first(options, nick)]

    async def _first(self, options: Options, nick: str) -> Station:
        known = self._memory.server(options.endpoint)
        # As on the first screen of the full client: whose password is in the key ring need not say who they are.
        kept = not self._options.endpoint.host and known.key_ring and nick in (known.nick, known.account)
        given = options.account_password or options.endpoint.certificate
        account = "" if given else options.account or (known.account if kept else "")
        wanted = await self._proved(Wanted(options.endpoint, nick, account=account))
        exposes = options.password and not (options.endpoint.tls or is_local(options.endpoint) or options.plain_secrets)
        plain = bool(exposes) and self._screen.asks and await self._may_expose(options.endpoint)
        chosen = not self._screen.asks or options.rooms_chosen
        rooms = options.rooms if chosen else known.rooms or options.rooms
        page = FIRST_PAGE if self._screen.asks or self._options.show else 0
        chat = Chat(options.identity(nick, wanted.password, wanted.account), rooms, first_page=page)
        chat.plain_secrets = plain
        may_number = not (options.nick or options.account or self._screen.asks)
        return Station(wanted, chat, may_number=may_number, offered=options.account_password)

    async def _wanted_always(self) -> list[Station]:
        """Return the servers that are wanted at every start."""
        found = []
        for server in (one for one in self._memory.settings.servers if one.connect):
            endpoint = Endpoint(server.host, server.port, tls=server.tls)
            nick = self._options.nick or self._options.account or server.nick or self._options.login
            wanted = await self._proved(Wanted(endpoint, nick, account=server.account, patient=True))
            rooms = server.rooms or self._options.rooms
            found.append(Station(wanted, Chat(wanted.identity(), rooms, first_page=FIRST_PAGE)))
        return found

    async def _where(self) -> Options | None:
        """Ask where to go, if it was not said; None when nobody answers."""
        options, settings = self._options, self._memory.settings
        if options.endpoint.host:
            return options
        asking = Choosing(self._screen, settings.servers, tls=options.endpoint.tls)
        choice = await asking.run(self._discover if settings.nearby else None)
        if choice is None:
            return None
        where, nick = choice
        endpoint = replace(options.endpoint, host=where.host, port=where.port, tls=where.tls)
        return replace(options, endpoint=endpoint, nick=options.nick or nick)

    async def _name(self) -> str | None:
        if not self._screen.asks:
            return self._options.login
        name: str | None = ""
        while name == "":
            self._screen.prompt(_ASK)
            name = await self._screen.line()
            name = name if name is None else name.strip()
        return name

    async def _proved(self, wanted: Wanted) -> Wanted:
        """Find the password of the account, if there is one to log in to: in the key ring, or by asking."""
        known = self._memory.server(wanted.endpoint)
        if not wanted.account:
            return wanted
        if known.key_ring and known.account == wanted.account:
            try:
                password = await Passwords(self._memory).look_up(wanted.endpoint, wanted.account)
            except VaultError as error:
                self._screen.complain(str(error))
            else:
                return replace(wanted, password=password, kept=True)
        return replace(wanted, password=await self._secret(wanted))

    async def _may_expose(self, endpoint: Endpoint) -> bool:
        self._screen.prompt(f"{explain.may_expose(endpoint)} (yes or no): ")
        return ((await self._screen.line()) or "").strip().lower() in ("y", "yes")

    async def _secret(self, wanted: Wanted) -> str:
        if not self._screen.asks or not self._screen.hide(on=True):
            raise NoPasswordError(
                f"The password of {wanted.account} is missing: give it in TRIALOGUE_PASSWORD or by --password-file."
            )
        self._screen.prompt(f"Password of {wanted.account}: ")
        secret = await self._screen.line()
        self._screen.hide(on=False)
        return secret or ""
