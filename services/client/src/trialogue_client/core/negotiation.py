"""Negotiates capabilities.

https://ircv3.net/specs/extensions/capability-negotiation
"""

from collections.abc import Iterable, Sequence

from ircwire import Message, caps
from ircwire.text import pack_words

WANTED = frozenset(
    {
        caps.ACCOUNT_NOTIFY,
        caps.ACCOUNT_REGISTRATION,
        caps.ACCOUNT_TAG,
        caps.AWAY_NOTIFY,
        caps.BATCH,
        caps.CAP_NOTIFY,
        caps.CHANNEL_RENAME,
        caps.CHATHISTORY,
        caps.CHGHOST,
        caps.ECHO_MESSAGE,
        caps.EVENT_PLAYBACK,
        caps.EXTENDED_JOIN,
        caps.IDEMPOTENCY_KEY,
        caps.INVITE_NOTIFY,
        caps.LABELED_RESPONSE,
        caps.MESSAGE_REDACTION,
        caps.MESSAGE_TAGS,
        caps.MULTILINE,
        caps.MULTI_PREFIX,
        caps.READ_MARKER,
        caps.SASL,
        caps.SEARCH,
        caps.SERVER_TIME,
        caps.SETNAME,
        caps.SOJU_SEARCH,
        caps.STANDARD_REPLIES,
        caps.USERHOST_IN_NAMES,
    }
)
"""What this client makes use of; nothing here is needed to talk."""

_REQUEST_BYTES = 400


class Negotiation:
    """One connection's capabilities. A server that knows none never answers, and that is fine."""

    def __init__(self) -> None:
        self.offered: dict[str, str] = {}
        self.enabled: set[str] = set()
        self.holds = False
        """Whether there is something to do between the negotiation and its end."""
        self.listed = False
        """Whether it is known what the server offers."""
        self.finished = False
        """Whether everything has been asked for and answered."""
        self._asked = 0
        self._ended = False

    def registered(self) -> None:
        """Note that the server took us in: there is nothing left to end."""
        self._ended = True

    def answer(self, params: Sequence[str]) -> list[Message]:
        """Take in one ``CAP`` message (its params) and return what to say to it."""
        verb = params[1].upper() if len(params) > 1 else ""
        words = params[-1] if len(params) > 2 else ""
        if verb == "LS":
            return self._listed(words, more=len(params) > 3)
        if verb == "NEW":
            return self._offered(words)
        if verb in ("ACK", "NAK"):
            return self._answered(words.split(), granted=verb == "ACK")
        if verb == "DEL":
            self._withdrawn(words.split())
        return []

    def _listed(self, words: str, *, more: bool) -> list[Message]:
        self.offered |= caps.parse_caps(words)
        self.listed = self.listed or not more
        return [] if more else self._request(self.offered) or self._end()

    def _offered(self, words: str) -> list[Message]:
        new = caps.parse_caps(words)
        self.offered |= new
        return self._request(new)

    def _request(self, names: Iterable[str]) -> list[Message]:
        lines = pack_words(sorted((WANTED & set(names)) - self.enabled), _REQUEST_BYTES)
        self._asked += len(lines)
        return [Message("CAP", ["REQ", line]) for line in lines]

    def _answered(self, names: list[str], *, granted: bool) -> list[Message]:
        self._asked -= 1
        again: list[Message] = []
        if granted:
            self.enabled |= {name for name in names if not name.startswith("-")}
            self.enabled -= {name[1:] for name in names if name.startswith("-")}
        elif len(names) > 1:
            # A request is granted or refused as a whole: ask for each by itself, and do without the one that failed.
            again = [Message("CAP", ["REQ", name]) for name in names]
            self._asked += len(again)
        return again or (self._end() if self._asked <= 0 else [])

    def _withdrawn(self, names: list[str]) -> None:
        self.enabled -= set(names)
        for name in names:
            self.offered.pop(name, None)

    def end(self) -> list[Message]:
        """Return what ends the negotiation, after what had to be done before."""
        self.holds = False
        return self._end()

    def _end(self) -> list[Message]:
        self.finished = True
        if self._ended or self.holds:
            return []
        self._ended = True
        return [Message("CAP", ["END"])]
