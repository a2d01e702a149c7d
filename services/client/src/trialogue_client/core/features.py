"""The limits of a server, and how it compares names.  https://modern.ircdocs.horse/#rplisupport-parameters"""

from collections.abc import Iterable

from ircwire.casemap import FOLDS, Fold, rfc1459_fold
from ircwire.framing import BODY_LIMIT
from ircwire.isupport import parse_tokens
from ircwire.modes import ModeKinds

_PREFIX = "(ov)@+"
_CHANMODES = "beI,k,l,imnpst"
_DIGITS = 9
"""Of a number, however many a server sends."""


class Features:
    """The RPL_ISUPPORT tokens, with the defaults of the protocol for what a server does not tell."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}
        self.fold: Fold = rfc1459_fold

    def update(self, words: Iterable[str]) -> None:
        """Take in the tokens of one RPL_ISUPPORT line."""
        told = parse_tokens(words)
        for name, value in told.items():
            if value is None:
                self._tokens.pop(name, None)
            else:
                self._tokens[name] = value
        if "CASEMAPPING" in told:
            self.fold = FOLDS.get(self._tokens.get("CASEMAPPING", "rfc1459"), rfc1459_fold)

    @property
    def network(self) -> str:
        """The network's name, or ""."""
        return self._tokens.get("NETWORK", "")

    @property
    def line_length(self) -> int:
        """Bytes of a whole line without tags, CR LF included."""
        return self._number("LINELEN", BODY_LIMIT)

    @property
    def nick_length(self) -> int:
        """Characters or bytes of a nick; 9 if the server does not tell, as in RFC 1459."""
        return self._number("NICKLEN", 9)

    @property
    def least_password(self) -> int:
        """Characters that the password of a new account must have; 0 if the server does not tell.

        No specification has this token; our server sends it.
        """
        return self._number("MINPASSLEN", 0)

    @property
    def monitors(self) -> bool:
        """Does the server tell when somebody comes or goes?  https://ircv3.net/specs/extensions/monitor"""
        return "MONITOR" in self._tokens

    @property
    def blocks(self) -> bool:
        """Return whether the server keeps a list of whom one does not want to hear.

        https://modern.ircdocs.horse/#silence-parameter
        """
        return bool(self._tokens.get("SILENCE"))

    @property
    def history_limit(self) -> int:
        """How many messages the server gives at once; 0 if it does not tell, or does not care.

        https://ircv3.net/specs/extensions/chathistory#isupport-tokens
        """
        return self._number("CHATHISTORY", 0)

    @property
    def names_by_id(self) -> bool:
        """Whether a message may be named by its id where history is asked for; some servers take its time alone."""
        types = self._tokens.get("MSGREFTYPES")
        return types is None or "msgid" in types.lower().split(",")

    @property
    def symbols(self) -> str:
        """Membership symbols, highest first: ``@+``."""
        return self._prefix()[1]

    @property
    def kinds(self) -> ModeKinds:
        """Which channel modes take a parameter."""
        lists, always, when_set, never, *_ = [*self._tokens.get("CHANMODES", _CHANMODES).split(","), "", "", "", ""]
        return ModeKinds(lists, always, when_set, never, self._prefix()[0])

    def is_room(self, name: str) -> bool:
        """Return whether this is the name of a room (or, as ``@#room``, of those in a room with a status)."""
        bare = name.lstrip(self._tokens.get("STATUSMSG", ""))
        return bare[:1] != "" and bare[:1] in self._tokens.get("CHANTYPES", "#&")

    def bare_room(self, target: str) -> str:
        """``@#room`` → ``#room``."""
        return target.lstrip(self._tokens.get("STATUSMSG", ""))

    def symbol_of(self, mode: str) -> str:
        """``o`` → ``@``; "" for a mode that gives no status."""
        modes, symbols = self._prefix()
        return symbols[modes.index(mode)] if mode in modes and modes.index(mode) < len(symbols) else ""

    def _prefix(self) -> tuple[str, str]:
        modes, _, symbols = self._tokens.get("PREFIX", _PREFIX).removeprefix("(").partition(")")
        return modes, symbols

    def _number(self, name: str, default: int) -> int:
        value = self._tokens.get(name, "")
        number = int(value[:_DIGITS]) if value.isascii() and value.isdigit() else 0
        return number or default
