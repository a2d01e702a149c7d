"""The modes: tables that MODE, ISUPPORT and RPL_MYINFO are made of.

https://modern.ircdocs.horse/#modes
"""

from ircwire.modes import ModeKinds

BAN, EXCEPT, INVEX = "b", "e", "I"
INVITE_ONLY, MODERATED, NO_EXTERNAL, SECRET, TOPIC_LOCK = "i", "m", "n", "s", "t"
NO_CTCP, ACCOUNTS_SPEAK, ACCOUNTS_JOIN = "C", "M", "R"
KEY, LIMIT = "k", "l"
OP, VOICE = "o", "v"

CLOSING = frozenset("isR")
"""Channel flags that, as a key does, close a channel: not everybody can join or see it, and what is said then is for
those who are in it. A ban or a limit closes nothing.
"""

LASTING = frozenset("ntC")
"""Flags that stay on an empty channel without an operator who could come back; all others might lock people out."""

CHANNEL_MODES = ModeKinds(lists="Ibe", always="k", when_set="l", never="CMRimnst", prefixes="ov")
PREFIXES = {OP: "@", VOICE: "+"}
"""Membership modes and what stands before the nick, highest first."""

MODES_BY_PREFIX = {prefix: mode for mode, prefix in PREFIXES.items()}

BOT, ACCOUNTS_WRITE, INVISIBLE, OPERATOR, WALLOPS = "B", "R", "i", "o", "w"
USER_MODES = "BRiow"
MARKS = BOT + OPERATOR
"""User modes that mark everything that the user sends, for clients that want to know."""


def rank(modes: str) -> int:
    """Return the height of these membership modes; 0 for none."""
    return max((len(PREFIXES) - place for place, mode in enumerate(PREFIXES) if mode in modes), default=0)


def sorted_prefix_modes(modes: set[str]) -> str:
    """Return membership modes highest first."""
    return "".join(mode for mode in PREFIXES if mode in modes)
