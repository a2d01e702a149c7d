"""The help on commands: all of them in a few lines, or those that match a word."""

from collections.abc import Iterable

from ircwire.folding import fold_text
from trialogue_client.core.commands.arguments import Command
from trialogue_client.core.commands.table import TABLE, find

GROUPS = {
    "talk": ("msg", "me", "notice", "reply", "react", "edit", "redact", "undo", "stop"),
    "rooms": ("join", "part", "topic", "names", "list", "invite", "kick", "mode"),
    "people": ("nick", "who", "whois", "away", "awayall", "mute", "unmute", "block", "unblock", "blocked"),
    "what was said": ("history", "search"),
    "account": ("register", "verify", "login", "logout", "forget"),
    "servers": ("connect", "disconnect", "autoconnect", "raw"),
    "the client": ("settings", "set", "help", "quit"),
}
"""Every command, once."""
_WIDTH = 15


def overview() -> tuple[str, ...]:
    """Return all commands by their names, in a few lines."""
    rows = (f"  {group:<{_WIDTH}}{' '.join(f'/{name}' for name in names)}" for group, names in GROUPS.items())
    return (
        "Type to talk; Alt+Enter begins another line. What begins with / is a command, // says a line that does.",
        *rows,
        "/help and a command, or any word, tells more: /help msg, /help password.",
    )


def about(word: str) -> tuple[str, ...]:
    """Return the help on a command, or on those in whose help a word is."""
    exact = find(word)
    if exact is not None:
        return _lines(exact)
    found = having(word)
    if not found:
        bare = word.removeprefix("/")
        return (f"There is no command {bare}, and none has to do with it. Type /help for all of them.",)
    return tuple(f"{command.usage} — {command.help}" for command in found)


def having(words: str) -> list[Command]:
    """Return the commands in whose help all of these words are; those of that name first."""
    wanted = fold_text(words).removeprefix("/").split()
    found = [command for command in TABLE if all(word in _text(command) for word in wanted)]
    return sorted(found, key=lambda command: not command.name.startswith(tuple(wanted)))


def _text(command: Command) -> str:
    group = next((group for group, names in GROUPS.items() if command.name in names), "")
    return fold_text(f"{command.usage} {command.help} {command.example} {group}")


def _lines(command: Command) -> tuple[str, ...]:
    lines: Iterable[str] = (command.usage, f"  {command.help}.")
    return (*lines, f"  for example: {command.example}") if command.example else tuple(lines)
