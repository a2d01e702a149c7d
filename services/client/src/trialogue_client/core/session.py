"""One connection, without the connection: bytes in and typed events out, wishes in and bytes out.

session = Session(Identity("bob"))
stream.send(session.data_to_send())                    # CAP LS 302, NICK, USER
for event in session.receive(stream.receive()):
    …
session.say("#lobby", "hello")                 # → tickets, settled later by Delivered or Undelivered
stream.send(session.data_to_send())
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from ircwire import FormatError, LineFramer, Message, ParseError, TooLong, caps, parse
from ircwire.framing import TAGS_LIMIT
from ircwire.multiline import BATCH_TYPE, CONCAT_TAG, Lines, combine, parse_limits
from ircwire.source import Source
from trialogue_client.core import accounts, numerics, server_messages, user_messages
from trialogue_client.core.events import Delivered, Event, Kind, Malformed, Traced, Undelivered
from trialogue_client.core.login import Login
from trialogue_client.core.receipts import LABEL
from trialogue_client.core.sasl import Credentials
from trialogue_client.core.splitting import messages, pieces, room_for_text
from trialogue_client.core.state import Handler, Identity, State, param, parse_time

_LINE_LIMIT = 65_536
"""Bytes. A server's own limit counts, not ours: this one only bounds our memory."""

_WHOLE = (caps.BATCH, caps.MULTILINE, caps.LABELED_RESPONSE)
"""With these a text of several lines is sent as one message: of its lines only labels say which one was refused."""

_REPLAYED = frozenset({"PRIVMSG", "NOTICE", "TAGMSG", "BATCH"})
"""What of the past is worth telling again."""

_WAS_SAID = "MESSAGE_REDACTED"
"""Of a message that was sent again: it was said, and somebody has taken it back since."""

_KNOWS_NO_CAP = frozenset({"421", "451", "410"})
"""What servers say to CAP that do not know it, before they know who we are."""

_HANDLERS: dict[str, Handler] = {**user_messages.HANDLERS, **server_messages.HANDLERS, **accounts.HANDLERS}


class Session:
    """The protocol's state machine for one connection."""

    def __init__(
        self,
        identity: Identity,
        *,
        trace: bool = False,
        nonce: str = "",
        private: bool = False,
        encrypted: bool = False,
        waits: bool = False,
    ) -> None:
        """`nonce` must be new for each session that logs in; with `private`, a password may go over this connection.

        `encrypted`: is it TLS? `waits`: is the server's password only said when it is clear that there is no TLS?
        """
        self.state = State(identity.nick, Source(identity.nick), login=Login(nonce, private=private))
        self.state.login.wanted = identity.credentials
        self.state.negotiation.holds = identity.credentials is not None
        self._framer = LineFramer(body=_LINE_LIMIT, tags=TAGS_LIMIT)
        self._trace = trace
        self.state.encrypted = encrypted
        self.send(Message("CAP", ["LS", "302"]))
        greeting = [Message("NICK", [identity.nick]), Message("USER", [identity.user, "0", "*", identity.realname])]
        if identity.password:
            greeting.insert(0, Message("PASS", [identity.password]))
        self._greeting = greeting
        if not identity.password or not waits:
            self._greet()

    def data_to_send(self) -> bytes:
        """Return all that is to be sent now, and forget it."""
        lines = [f"{message}\r\n".encode(errors="replace") for message in self.state.out]
        self.state.out.clear()
        return b"".join(lines)

    def receive(self, data: bytes) -> list[Event]:
        """Take in what came from the server, cut anywhere, and return what happened."""
        return [event for line in self._framer.feed(data) for event in self._line(line)]

    def send(self, message: Message) -> None:
        """Queue one message as it is. Raises FormatError if it cannot stand on a line."""
        str(message)
        if message.command == "AWAY":
            self.state.away_by_number = self.state.away_by_push = None
        self.state.out.append(message)

    def _greet(self) -> None:
        greeting, self._greeting = self._greeting, []
        for message in greeting:
            self.send(message)

    def _without_policy(self, message: Message) -> Iterator[Event]:
        """Say who we are, and the server's password, now that the server has not sent us to its TLS port."""
        known = self.state.negotiation.listed if message.command == "CAP" else message.command in _KNOWS_NO_CAP
        if known and self._greeting:
            ahead, self.state.out = self.state.out, []
            self._greet()
            self.state.out += ahead
        yield from ()

    def log_in(self, credentials: Credentials) -> list[Event]:
        """Log in, or in to another account, while we are connected; return what went wrong at once."""
        return list(accounts.log_in(self.state, credentials))

    def say(self, target: str, text: str, kind: Kind = Kind.TALK, tags: Mapping[str, str] | None = None) -> list[int]:
        """Queue a text in as many messages as it needs; return a ticket for each. Raises FormatError.

        `tags` (client-only ones) go with the first message, if the server passes on such.

        A text of several lines is one message where the server knows such, else each line is one.
        """
        state = self.state
        if not target or target[0] == ":" or " " in target:
            raise FormatError(f"not a name: {target!r}")
        if self.takes_lines(kind):
            parts = enumerate(self._messages(target, text))
            return [self._say_lines(target, lines, tags if first == 0 else None) for first, lines in parts]
        size = room_for_text(state.mask, target, kind, state.features.line_length)
        tags = tags if state.has(caps.MESSAGE_TAGS) else None
        tickets = [
            self._say_piece(target, piece, kind, tags if first == 0 else None)
            for first, piece in enumerate(pieces(text, size))
        ]
        if tickets and not state.has(caps.LABELED_RESPONSE):
            self._settle_by_barrier()
        return tickets

    def takes_lines(self, kind: Kind = Kind.TALK) -> bool:
        """Whether several lines can be one message on this server."""
        return kind is Kind.TALK and all(map(self.state.has, _WHOLE))

    def parts(self, target: str, text: str, kind: Kind = Kind.TALK) -> list[str]:
        """Return the texts of the messages that a text is sent as."""
        if self.takes_lines(kind):
            return [combine(lines) for lines in self._messages(target, text)]
        return pieces(text, room_for_text(self.state.mask, target, kind, self.state.features.line_length))

    def _messages(self, target: str, text: str) -> list[Lines]:
        limits = parse_limits(self.state.negotiation.offered.get(caps.MULTILINE, ""))
        size = room_for_text(self.state.mask, target, Kind.TALK, self.state.features.line_length)
        return messages(text, size, limits)

    def barrier(self) -> str:
        """Queue a PING and return its token: its `Ponged` means that all before it has been handled."""
        token = self.state.receipts.mark()
        self.send(Message("PING", [token]))
        return token

    def _say_piece(self, target: str, text: str, kind: Kind, with_: Mapping[str, str] | None) -> int:
        ticket = self._issue(target, text)
        label = {"label": f"{LABEL}{ticket}"} if self.state.has(caps.LABELED_RESPONSE) else {}
        tags = {**label, **(with_ or {})}
        body = f"\x01ACTION {text}\x01" if kind is Kind.ACTION else text
        self.send(Message("NOTICE" if kind is Kind.NOTICE else "PRIVMSG", [target, body], tags=tags))
        return ticket

    def _say_lines(self, target: str, lines: Lines, with_: Mapping[str, str] | None) -> int:
        """Queue one message, as a batch if it needs more than one line."""
        if len(lines) == len(lines[0]) == 1:
            return self._say_piece(target, lines[0][0], Kind.TALK, with_)
        ticket = self._issue(target, "\n".join("".join(line) for line in lines))
        ref = f"m{ticket}"
        tags = {"label": f"{LABEL}{ticket}", **(with_ or {})}
        self.send(Message("BATCH", [f"+{ref}", BATCH_TYPE, target], tags=tags))
        for line in lines:
            for place, piece in enumerate(line):
                concat = {CONCAT_TAG: ""} if place else {}
                self.send(Message("PRIVMSG", [target, piece], tags={"batch": ref, **concat}))
        self.send(Message("BATCH", [f"-{ref}"]))
        return ticket

    def _issue(self, target: str, text: str) -> int:
        if self.state.is_me(target):
            self.state.to_self.sent(text)
        return self.state.receipts.issue(self.state.features.fold(target))

    def _settle_by_barrier(self) -> None:
        if not self.state.barrier_pending:
            self.state.barrier_pending = True
            self.barrier()

    def _line(self, line: bytes | TooLong) -> Iterator[Event]:
        if isinstance(line, TooLong):
            yield Malformed("a line longer than any server may send")
            return
        text = _decode(line)
        if self._trace:
            yield Traced(text)
        try:
            message = parse(text)
        except ParseError as error:
            yield Malformed(str(error))
            return
        _mend(message)
        for whole in self.state.batches.gather(message):
            self.state.batches.note(whole)
            for event in self._meaning(whole):
                yield self._stamp(event, whole) if whole.tags else event

    def _meaning(self, message: Message) -> Iterator[Event]:
        command = message.command
        if command not in _REPLAYED and self.state.batches.is_history(message):
            return  # Who came and went at that time says nothing about who is there now.
        if command.isdigit() and len(command) == 3:
            yield from numerics.handle(self.state, message)
        elif command in _HANDLERS:
            yield from _HANDLERS[command](self.state, message)
        if self._greeting and not self.state.sent_away:
            yield from self._without_policy(message)
        yield from self._settle_by_label(message)
        if command == "PONG" and len(self.state.receipts) and not self.state.has(caps.LABELED_RESPONSE):
            self._settle_by_barrier()

    def _stamp(self, event: Event, message: Message) -> Event:
        at, msgid, batches = parse_time(message.tags.get("time", "")), message.tags.get("msgid", ""), self.state.batches
        replayed = batches.is_history(message)
        if at is not None and not replayed:
            self.state.heard_at = max(at, self.state.heard_at or at)
        return replace(event, at=at, msgid=msgid, replayed=replayed, answer=batches.answer_of(message))

    def _settle_by_label(self, message: Message) -> Iterator[Event]:
        label = self.state.batches.label_of(message)
        if not label or message.command == "BATCH":
            return
        ticket = self.state.receipts.by_label(label)
        if ticket is None:
            return
        failed = message.command == "FAIL" and param(message, 1) != _WAS_SAID
        yield Undelivered(ticket, param(message, -1)) if failed else Delivered(ticket)


def _mend(message: Message) -> None:
    """Leave out what could not be sent back: a sender or an id that fits on no line."""
    if message.source is not None and message.source.startswith(":"):
        message.source = None
    msgid = message.tags.get("msgid", "")
    if " " in msgid or not msgid.isprintable():
        del message.tags["msgid"]


def _decode(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
