"""What may stand in a command's parameters? Each kind turns the text into what the handler wants, or refuses."""

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
"""Bytes of a stranger's word that an answer repeats, so that the rest of the answer has room beside it."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: its name in the usage line, and how its text is read."""

    name: str
    read: Callable[[Context, str], Any]
    optional: bool = False
    may_be_empty: bool = False
    missing: str = n.ERR_NEEDMOREPARAMS
    """The numeric that says that it is not there."""
    rest: bool = False
    """This and all that follow come as one list."""


def _as_is(_: Context, text: str) -> str:
    return text


USERHOST_MOST = 5
"""Nicks that USERHOST answers for.  https://modern.ircdocs.horse/#userhost-message"""

Most = Callable[[LimitsSection], int]
"""How many targets or masks a list may have; 0 is no limit. What ISUPPORT announces (TARGMAX) is the same."""


def targets(limits: LimitsSection) -> int:
    """Of commands that ask or tell."""
    return limits.targets_per_command


def channels(limits: LimitsSection) -> int:
    """Of commands that enter and leave: as many as one may be in."""
    return limits.channels_per_user


def distinct(ctx: Context, words: Iterable[str]) -> list[str]:
    """Return each target, mask or name once, as it was first written."""
    fold, kept = ctx.world.fold, dict[str, str]()
    for word in words:
        if word:
            kept.setdefault(fold(word), word)
    return list(kept.values())


def bounded(ctx: Context, words: list[T], most: Most = targets) -> list[T]:
    """Return the list, or refuse: it is too long."""
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
    """Return what says that a parameter is not there."""
    return Refused(numeric, command) if numeric == n.ERR_NEEDMOREPARAMS else Refused(numeric)


def read_channel(ctx: Context, text: str) -> world_channel.Channel:
    """Return the channel, or refuse: there is none that the asker can see."""
    found = ctx.world.channel(text)
    if found is None or not policy.can_see(ctx.user, found):
        raise Refused(n.ERR_NOSUCHCHANNEL, echoed(text))
    return found


def read_user(ctx: Context, text: str) -> world_user.User:
    """Return the user, or refuse: nobody goes by that nick."""
    found = ctx.world.user(text)
    if found is None:
        raise Refused(n.ERR_NOSUCHNICK, echoed(text))
    return found


def echoed(text: str) -> str:
    """What a stranger wrote, as it may stand in the middle of our answer."""
    return truncate(text.partition(" ")[0].lstrip(":"), _ECHOED_SIZE) or "*"


def word(name: str, *, missing: str = n.ERR_NEEDMOREPARAMS) -> Param:
    """Text that is not empty."""
    return Param(name, _as_is, missing=missing)


def text(name: str) -> Param:
    """Text that may be empty."""
    return Param(name, _as_is, may_be_empty=True)


def words(name: str, *, missing: str = n.ERR_NEEDMOREPARAMS, most: Most = targets) -> Param:
    """A list with commas, as a list of at least one string, each of them once; empty elements do not count."""

    def read(ctx: Context, text: str) -> list[str]:
        found = _words(ctx, text, most)
        if not found:
            raise missing_param(missing, ctx.message.command)
        return found

    return Param(name, read, missing=missing)


def opt_words(name: str, *, most: Most | None = targets) -> Param:
    """A list with commas, as a list of strings, each of them once; None where it is left out.

    With `most` None it is as long as the line, and its length for the handler to see to.
    """
    return Param(name, lambda ctx, text: _words(ctx, text, most), optional=True)


def channel(name: str = "channel") -> Param:
    """A channel that is there."""
    return Param(name, read_channel)


def user(name: str = "nick") -> Param:
    """A user who is there."""
    return Param(name, read_user)


def opt(param: Param) -> Param:
    """The handler gets None where it is left out."""
    return Param(param.name, param.read, optional=True, may_be_empty=param.may_be_empty)


def rest(name: str) -> Param:
    """All further parameters, as a list of strings."""
    return Param(name, _as_is, optional=True, rest=True)
