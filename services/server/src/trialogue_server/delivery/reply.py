"""The reply to one command: collects its lines and, if it was labelled, labels them.

https://ircv3.net/specs/extensions/labeled-response: one line carries the label, several go into one batch that carries
it, none becomes ACK.
"""

from collections.abc import Iterable, Iterator, Sized
from functools import partial
from itertools import chain

from ircwire.caps import IDEMPOTENCY_KEY
from ircwire.framing import BODY_LIMIT
from ircwire.text import pack_words, split_text
from trialogue_server.delivery.numerics import TEXTS
from trialogue_server.delivery.render import encode_line, mark_tags, server_time
from trialogue_server.session.capabilities import BATCH, SERVER_TIME
from trialogue_server.session.session import Session
from trialogue_server.session.stream import PIECE, Stream
from trialogue_server.world.refused import Failed, Refused


class Reply:
    """The reply to one line of one session. Without a label, lines go to the outbox at once."""

    __slots__ = ("_limit", "_lines", "_nick", "_server", "key", "label", "now", "session")

    def __init__(self, session: Session, server: str, now: float, *, limit: int, label: str = "") -> None:
        self.session = session
        self.label = label
        """The label as it stands on the wire, or ""."""
        self.key = ""
        """The idempotency key of the message that is said, or ""."""
        self._server = server
        self.now = now
        """Unix time in seconds. It moves on when the reply takes time: no line is older than the one before it."""
        self._limit = limit
        self._lines: list[bytes | Stream] = []
        self._nick = ""
        """The asker's nick when a long reply began, which is used for all of it."""

    def line(self, data: bytes) -> None:
        """Reply with a line that is already rendered for this session."""
        if self.label:
            self._lines.append(data)
            self.session.outbox.answered += len(data)
        else:
            self.session.outbox.put(data)

    @property
    def is_labelled(self) -> bool:
        """Whether it carries a label or an idempotency key, so that the asker's own event is part of it."""
        return bool(self.label or self.key)

    def echo(self, data: bytes) -> None:
        """Reply with a rendered line of the asker's own event, under its idempotency key if there is one."""
        self.line(_tagged(f"{IDEMPOTENCY_KEY}={self.key}", data) if self.key else data)

    def stream(self, lines: Iterable[bytes], count: int, *, weight: int = 0, at_once: bool = True) -> None:
        """Reply with rendered lines that are made when those before them have been read.

        There are about `count` of them, or b"" for what is not shown. What they are made of must be a copy, or must
        never change. `weight` is the units of work of each besides its bytes. The first piece is made now, unless
        `at_once` is false.
        """
        self._nick = self.session.nick
        stream = Stream(lines, weight, count)
        if at_once and (first := stream.next()):
            self.line(first)
        if stream.is_over:
            return
        if self.label:
            self._lines.append(stream)
        else:
            self.session.outbox.put_stream(stream)

    @property
    def nick(self) -> str:
        """The nick that numerics use for the asker."""
        return self._nick or self.session.nick

    def raw(self, body: str) -> None:
        """Reply with a line whose source is the server."""
        self.line(self.made_raw(body))

    def raw_unsourced(self, body: str) -> None:
        """Reply with a line without a source."""
        self.line(self._encode(body))

    def line_from(self, source: str, body: str) -> None:
        """Reply with a line of another source."""
        self.line(self._encode(f":{source} {body}"))

    def numeric(self, numeric: str, *params: str) -> None:
        """Reply with a numeric. If it has a fixed text, that is added; otherwise the last of `params` is the text."""
        self.line(self.made(numeric, *params))

    def made(self, numeric: str, *params: str) -> bytes:
        """Render a numeric for this session, to be put into a batch."""
        text = TEXTS.get(numeric)
        *middle, last = params if text is None else (*params, text)
        head = " ".join([numeric, self.nick, *middle])
        return self.made_raw(f"{head} :{last}")

    def made_raw(self, body: str) -> bytes:
        """Render a line whose source is the server, to be put into a batch."""
        return self._encode(f":{self._server} {body}", marks=self._marks if body[:3].isdigit() else "")

    def words(self, numeric: str, *params: str, words: Iterable[str], separator: str = " ") -> None:
        """Reply with words as the last parameter, on as many lines as needed: none for no words."""
        head = " ".join([f":{self._server}", numeric, self.nick, *params])
        room = min(self._limit, BODY_LIMIT) - len(head.encode()) - len(" :\r\n")
        packed = pack_words(words, room)
        encode, marks = self._encode, self._marks
        lines = (encode(f"{head} :{line.replace(' ', separator)}", marks=marks) for line in packed)
        if len(packed) * room < PIECE:
            for one in lines:
                self.line(one)
        else:
            self.stream(lines, len(packed))

    def wrapped(self, numeric: str, text: str, *, mark: str = "") -> Iterator[bytes]:
        """Render a text as the last parameter, each line after a mark, on as many lines as needed."""
        head = f":{self._server} {numeric} {self.nick} :{mark}"
        room = min(self._limit, BODY_LIMIT) - len(head.encode()) - len("\r\n")
        for line in split_text(text, room) or [""]:
            yield self.made(numeric, mark + line)

    def refuse(self, refusal: Refused | Failed) -> None:
        """Reply with the error numeric or the FAIL of a refusal."""
        if isinstance(refusal, Failed):
            self.fail(refusal.command, refusal.code, refusal.context, refusal.text)
        elif refusal.text is None:
            self.numeric(refusal.numeric, *refusal.params)
        else:
            self.raw(f"{' '.join([refusal.numeric, self.nick, *refusal.params])} :{refusal.text}")

    def fail(self, command: str, code: str, context: tuple[str, ...], text: str) -> None:
        """Reply with ``FAIL command code [context…] :text``."""
        self.raw(f"{' '.join(['FAIL', command, code, *context])} :{text}")

    def warn(self, command: str, code: str, context: tuple[str, ...], text: str) -> None:
        """Reply with ``WARN command code [context…] :text``."""
        self.raw(f"{' '.join(['WARN', command, code, *context])} :{text}")

    def note(self, command: str, code: str, text: str) -> None:
        """Reply with ``NOTE command code :text``."""
        self.raw(f"NOTE {command} {code} :{text}")

    def batch(self, kind: str, params: tuple[str, ...], lines: Iterable[bytes], count: int = 0) -> None:
        """Reply with rendered lines in one batch, or one by one to clients without batches.

        Many lines are made when those before them have been read: see `stream`, also for `count`.
        """
        self.stream(self.batched(kind, params, lines), len(lines) if isinstance(lines, Sized) else count)

    def batched(self, kind: str, params: tuple[str, ...], lines: Iterable[bytes]) -> Iterator[bytes]:
        """Return rendered lines in one batch, or as they are for clients without batches."""
        if not self.session.caps & BATCH:
            return iter(lines)
        self.session.batches += 1
        ref = str(self.session.batches)
        opening, closing = self.made_raw(" ".join([f"BATCH +{ref} {kind}", *params])), self.made_raw(f"BATCH -{ref}")
        return chain((opening,), (_all_tagged(f"batch={ref}", chunk) for chunk in lines), (closing,))

    def finish(self) -> None:
        """Finish the reply: send what was collected, labelled."""
        if not self.label:
            return
        lines, label, self.label = self._lines, self.label, ""
        put = self.session.outbox.put
        made = [line for line in lines if isinstance(line, bytes)]
        self.session.outbox.answered -= sum(map(len, made))  # they are put now
        if not lines:
            put(_tagged(f"label={label}", self._encode(f":{self._server} ACK")))
        elif len(made) == len(lines) and _is_one(answer := b"".join(made)):
            put(_tagged(f"label={label}", answer))
        else:
            self._put_batch(label, lines)

    def _put_batch(self, label: str, lines: list[bytes | Stream]) -> None:
        self.session.batches += 1
        ref = str(self.session.batches)
        outbox, tag = self.session.outbox, f"batch={ref}"
        outbox.put(_tagged(f"label={label}", self._encode(f":{self._server} BATCH +{ref} labeled-response")))
        for some in lines:
            if isinstance(some, Stream):
                some.within(partial(_all_tagged, tag))
                outbox.put_stream(some)
            else:
                outbox.put(_all_tagged(tag, some))
        outbox.put(self._encode(f":{self._server} BATCH -{ref}"))

    @property
    def _marks(self) -> str:
        """The marks of the asker, which numerics carry too.

        https://ircv3.net/specs/extensions/bot-mode#the-bot-tag and https://ircv3.net/specs/extensions/oper-tag
        """
        return self.session.user.marks if self.session.user is not None else ""

    def _encode(self, body: str, *, marks: str = "") -> bytes:
        tags = f"time={server_time(self.now)}" if self.session.caps & SERVER_TIME else ""
        if marks:
            tags = ";".join([*([tags] if tags else []), *mark_tags(marks, self.session.caps)])
        return encode_line(tags, body, self._limit)


def _is_one(data: bytes) -> bool:
    """Return whether it is one line, or one whole batch, which is labelled on its opening line."""
    if data.count(b"\n") == 1:
        return True
    first, *_, last = data.splitlines()
    opening, closing = _without_tags(first).split(b" "), _without_tags(last).split(b" ")
    return opening[1:2] == closing[1:2] == [b"BATCH"] and opening[2][1:] == closing[2][1:]


def _without_tags(line: bytes) -> bytes:
    return line.partition(b" ")[2] if line[:1] == b"@" else line


def _all_tagged(tag: str, lines: bytes) -> bytes:
    """Add a tag to each of several rendered lines."""
    return b"".join(_tagged(tag, line) for line in lines.splitlines(keepends=True))


def _tagged(tag: str, line: bytes) -> bytes:
    """Add a tag to a rendered line; a line that is in a batch already stays in that one alone."""
    if line[:1] != b"@":
        return b"@%b %b" % (tag.encode(), line)
    if tag.startswith("batch=") and any(item.startswith(b"batch=") for item in line[1 : line.index(b" ")].split(b";")):
        return line
    return b"@%b;%b" % (tag.encode(), line[1:])
