"""Which modes are there? The tables that MODE, ISUPPORT and RPL_MYINFO are made of.

https://modern.ircdocs.horse/#modes
"""

from ircwire.modes import ModeKinds

BAN, EXCEPT, INVEX = "b", "e", "I"
INVITE_ONLY, MODERATED, NO_EXTERNAL, SECRET, TOPIC_LOCK = "i", "m", "n", "s", "t"
NO_CTCP, ACCOUNTS_SPEAK, ACCOUNTS_JOIN = "C", "M", "R"
KEY, LIMIT = "k", "l"
OP, VOICE = "o", "v"

CLOSING = frozenset("isR")
"""Flags of a channel with which, as with a key, not everybody can come in or know of it: what is said then is for
those who are there. A ban of somebody or a limit closes nothing.
"""

LASTING = frozenset("ntC")
"""Flags that stay when a channel is left that has no operator who could come back; all else might lock people out."""

CHANNEL_MODES = ModeKinds(lists="Ibe", always="k", when_set="l", never="CMRimnst", prefixes="ov")
PREFIXES = {OP: "@", VOICE: "+"}
"""Membership modes and what stands before the nick, highest first."""

MODES_BY_PREFIX = {prefix: mode for mode, prefix in PREFIXES.items()}

BOT, ACCOUNTS_WRITE, INVISIBLE, OPERATOR, WALLOPS = "B", "R", "i", "o", "w"
USER_MODES = "BRiow"
MARKS = BOT + OPERATOR
"""Modes with which all that somebody does is marked, for those who want to know."""


def rank(modes: str) -> int:
    """How high is a member with these membership modes? 0 is a member with none."""
    return max((len(PREFIXES) - place for place, mode in enumerate(PREFIXES) if mode in modes), default=0)


def sorted_prefix_modes(modes: set[str]) -> str:
    """Write membership modes highest first."""
    return "".join(mode for mode in PREFIXES if mode in modes)
