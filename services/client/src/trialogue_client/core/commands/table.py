"""Every command, in the order in which the help shows them."""

from ircwire import ParseError, parse
from trialogue_client.core.commands import account, past, people, rooms, servers, settings, talk
from trialogue_client.core.commands.actions import Action, Leave, Send, Show, UsageError
from trialogue_client.core.commands.arguments import Argument, Command, Takes, TypedIn


def _raw(_: TypedIn, line: str) -> list[Action]:
    try:
        return [Send(parse(line))]
    except ParseError as error:
        raise UsageError(f"That cannot be sent: {error}.") from error


def _help(_: TypedIn, name: str) -> list[Action]:
    return [Show(help_on(name) if name else help_on_all())]


def _quit(_: TypedIn, reason: str) -> list[Action]:
    return [Leave(reason)]


_RAW = Command("raw", "Send a line to the server as it is", (Argument("line", Takes.TEXT),), _raw, "/raw VERSION")
_HELP = Command("help", "Show this, or more on one command", (Argument("command", Takes.WORD, optional=True),), _help)
_QUIT = Command("quit", "Say good-bye and end", (Argument("reason", Takes.TEXT, optional=True),), _quit)

TABLE: tuple[Command, ...] = (
    rooms.JOIN,
    rooms.PART,
    talk.MSG,
    talk.ME,
    talk.NOTICE,
    people.NICK,
    rooms.TOPIC,
    rooms.NAMES,
    people.WHO,
    people.WHOIS,
    people.AWAY,
    people.AWAYALL,
    people.MUTE,
    people.UNMUTE,
    people.BLOCK,
    people.UNBLOCK,
    people.BLOCKED,
    rooms.INVITE,
    rooms.KICK,
    rooms.MODE,
    rooms.LIST,
    past.HISTORY,
    past.SEARCH,
    past.REPLY,
    past.REACT,
    past.EDIT,
    past.REDACT,
    past.UNDO,
    account.REGISTER,
    account.VERIFY,
    account.LOGIN,
    account.LOGOUT,
    servers.CONNECT,
    servers.DISCONNECT,
    settings.AUTOCONNECT,
    settings.SETTINGS,
    settings.SET,
    settings.FORGET,
    _RAW,
    _HELP,
    _QUIT,
)


def find(name: str) -> Command | None:
    """Return the command of this name, or the only one that begins like this."""
    wanted = name.removeprefix("/").lower()
    exact = [command for command in TABLE if command.name == wanted]
    begun = [command for command in TABLE if wanted and command.name.startswith(wanted)]
    found = exact or begun
    return found[0] if len(found) == 1 else None


def help_on_all() -> tuple[str, ...]:
    """Return the whole table as a page of help, a line each."""
    width = max(len(command.usage) for command in TABLE) + 2
    rows = (f"  {command.usage:<{width}}{command.help}" for command in TABLE)
    return (
        "Type to talk; Alt+Enter begins another line, and what you paste is one message.",
        "What begins with / is a command (begin with // to say a line that does):",
        *rows,
    )


def help_on(name: str) -> tuple[str, ...]:
    """Return the help on one command."""
    command = find(name)
    if command is None:
        return (f"There is no command {name}. Type /help for all of them.",)
    example = (f"  for example: {command.example}",) if command.example else ()
    return (f"{command.usage}", f"  {command.help}.", *example)
