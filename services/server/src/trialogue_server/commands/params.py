"""Kinds of parameters. Each turns the text into the value that the handler takes, or refuses the command."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from ircwire import numerics as n
from ircwire.text import truncate
from trialogue_server.commands.context import Context
from trialogue_server.config.schema import LimitsSection
from trialogue_server.world import channel as world_channel
from trialogue_server.world import policy
from trialogue_server.world import user as world_user
from trialogue_server.world.refused import Refused

T = TypeVar("T")

_ECHOED_SIZE = 300
"""Bytes of a client's word that a reply repeats, so that the rest of the reply has room."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: its name in the usage line, and how its text is read."""

    name: str
    read: Callable[[Context, str], Any] | None
    """None if the text is the value."""
    optional: bool = False
    may_be_empty: bool = False
    missing: str = n.ERR_NEEDMOREPARAMS
    """The numeric for a missing parameter."""
    rest: bool = False
    """Whether this and all following parameters come as one list."""


USERHOST_MOST = 5
"""Nicks that USERHOST answers for.  https://modern.ircdocs.horse/#userhost-message"""

Most = Callable[[LimitsSection], int]
"""Returns how many targets or masks a list may have; 0 is no limit. ISUPPORT announces the same numbers (TARGMAX)."""


def targets(limits: LimitsSection) -> int:
    """The limit for commands that query or send."""
    return limits.targets_per_command


def channels(limits: LimitsSection) -> int:
    """The limit for commands that join and part: as many channels as a user may be in."""
    return limits.channels_per_user


def distinct(ctx: Context, words: Iterable[str]) -> list[str]:
    """Return each target, mask or name once, as it was first written."""
    fold, kept = ctx.world.fold, dict[str, str]()
    for word in words:
        if word:
            kept.setdefault(fold(word), word)
    return list(kept.values())


def bounded(ctx: Context, words: list[T], most: Most = targets) -> list[T]:
    """Return the list. Raises Refused if it is too long."""
    limit = most(ctx.config.limits)
    if limit and len(words) > limit:
        raise Refused(n.ERR_TOOMANYTARGETS, ctx.message.command)
    return words


def _words(ctx: Context, text: str, most: Most | None) -> list[str]:
    if "," not in text:
        return [text] if text else []
    words = distinct(ctx, text.split(","))
    return words if most is None else bounded(ctx, words, most)


def missing_param(numeric: str, command: str) -> Refused:
    """Return the refusal for a missing parameter."""
    return Refused(numeric, command) if numeric == n.ERR_NEEDMOREPARAMS else Refused(numeric)


def read_channel(ctx: Context, text: str) -> world_channel.Channel:
    """Return the channel. Raises Refused if there is none that the asker can see."""
    found = ctx.world.channel(text)
    if found is None or not policy.can_see(ctx.user, found):
        raise Refused(n.ERR_NOSUCHCHANNEL, echoed(text))
    return found


def read_user(ctx: Context, text: str) -> world_user.User:
    """Return the user. Raises Refused if nobody has that nick."""
    found = ctx.world.user(text)
    if found is None:
        raise Refused(n.ERR_NOSUCHNICK, echoed(text))
    return found


def echoed(text: str) -> str:
    """Return a client's text as it may stand in the middle of a reply."""
    return truncate(text.partition(" ")[0].lstrip(":"), _ECHOED_SIZE) or "*"


def word(name: str, *, missing: str = n.ERR_NEEDMOREPARAMS) -> Param:
    """A text that is not empty."""
    return Param(name, None, missing=missing)


def text(name: str) -> Param:
    """A text that may be empty."""
    return Param(name, None, may_be_empty=True)


def words(name: str, *, missing: str = n.ERR_NEEDMOREPARAMS, most: Most = targets) -> Param:
    """A comma-separated list of at least one string, each once; empty elements do not count."""

    def read(ctx: Context, text: str) -> list[str]:
        found = _words(ctx, text, most) if "," in text else [text]
        if not found:
            raise missing_param(missing, ctx.message.command)
        return found

    return Param(name, read, missing=missing)


def opt_words(name: str, *, most: Most | None = targets) -> Param:
    """A comma-separated list of strings, each once; None where it is left out.

    With `most` None the list may be as long as the line, and the handler checks its length.
    """
    return Param(name, lambda ctx, text: _words(ctx, text, most), optional=True)


def channel(name: str = "channel") -> Param:
    """A channel that exists."""
    return Param(name, read_channel)


def user(name: str = "nick") -> Param:
    """A user who is on the network."""
    return Param(name, read_user)


def opt(param: Param) -> Param:
    """An optional parameter: the handler gets None where it is left out."""
    return Param(param.name, param.read, optional=True, may_be_empty=param.may_be_empty)


def rest(name: str) -> Param:
    """All further parameters, as a list of strings."""
    return Param(name, None, optional=True, rest=True)
