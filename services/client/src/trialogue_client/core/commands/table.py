"""Every command, in the order in which the help shows them."""

from ircwire import ParseError, parse
from trialogue_client.core.commands import account, history, people, rooms, servers, settings, talk
from trialogue_client.core.commands.actions import Action, Help, Leave, Send, UsageError
from trialogue_client.core.commands.arguments import Argument, Command, Takes, TypedIn


def _raw(_: TypedIn, line: str) -> list[Action]:
    try:
        return [Send(parse(line))]
    except ParseError as error:
        raise UsageError(f"That cannot be sent: {error}.") from error


def _help(_: TypedIn, word: str) -> list[Action]:
    return [Help(word)]


def _quit(_: TypedIn, reason: str) -> list[Action]:
    return [Leave(reason)]


_RAW = Command("raw", "Send a line to the server as it is", (Argument("line", Takes.TEXT),), _raw, "/raw VERSION")
_HELP = Command(
    "help", "Show all commands, or what has to do with a word", (Argument("word", Takes.TEXT, optional=True),), _help,
    "/help room",
)  # fmt: skip
_QUIT = Command("quit", "Say good-bye and end", (Argument("reason", Takes.TEXT, optional=True),), _quit)

TABLE: tuple[Command, ...] = (
    rooms.JOIN,
    rooms.PART,
    talk.MSG,
    talk.ME,
    talk.NOTICE,
    talk.STOP,
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
    history.HISTORY,
    history.SEARCH,
    history.REPLY,
    history.REACT,
    history.EDIT,
    history.REDACT,
    history.UNDO,
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
