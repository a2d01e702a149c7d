"""What does the asker hear back? Collects one command's answers and, where it was labelled, labels them.

https://ircv3.net/specs/extensions/labeled-response: one answer carries the label, several go into one batch that
carries it, none becomes ACK.
"""

from collections.abc import Iterable

from ircwire.framing import BODY_LIMIT
from ircwire.text import pack_words
from trialogue_server.delivery.numerics import TEXTS
from trialogue_server.delivery.render import encode_line, mark_tags, server_time
from trialogue_server.session.capabilities import BATCH, SERVER_TIME
from trialogue_server.session.session import Session


class Reply:
    """The answers to one line of one session. Without a label they go to its outbox at once."""

    __slots__ = ("_limit", "_lines", "_now", "_server", "label", "session")

    def __init__(self, session: Session, server: str, now: float, *, limit: int, label: str = "") -> None:
        self.session = session
        self.label = label
        """The label as it stands on the wire, or ""."""
        self._server = server
        self._now = now
        self._limit = limit
        self._lines: list[bytes] = []

    def line(self, data: bytes) -> None:
        """Answer with a line that is already rendered for this session."""
        if self.label:
            self._lines.append(data)
            self.session.outbox.answered += len(data)
        else:
            self.session.outbox.put(data)

    def raw(self, body: str) -> None:
        """Answer with a line in which the server's name stands as source."""
        self.line(self.made_raw(body))

    def raw_unsourced(self, body: str) -> None:
        """Answer with a line without a source."""
        self.line(self._encode(body))

    def line_from(self, source: str, body: str) -> None:
        """Answer with a line in which somebody stands as source."""
        self.line(self._encode(f":{source} {body}"))

    def numeric(self, numeric: str, *params: str) -> None:
        """Answer with a numeric. Its usual text, where it has one, is added; else the last of `params` is the text."""
        self.line(self.made(numeric, *params))

    def made(self, numeric: str, *params: str) -> bytes:
        """Render a numeric for this session, to be put into a batch."""
        text = TEXTS.get(numeric)
        *middle, last = params if text is None else (*params, text)
        head = " ".join([numeric, self.session.nick, *middle])
        return self.made_raw(f"{head} :{last}")

    def made_raw(self, body: str) -> bytes:
        """Render a line in which the server's name stands as source, to be put into a batch."""
        return self._encode(f":{self._server} {body}", marks=self._marks if body[:3].isdigit() else "")

    def words(self, numeric: str, *params: str, words: Iterable[str], separator: str = " ") -> None:
        """Answer with words as the last parameter, on as many lines as they take: none for no words."""
        head = " ".join([f":{self._server}", numeric, self.session.nick, *params])
        room = min(self._limit, BODY_LIMIT) - len(head.encode()) - len(" :\r\n")
        for line in pack_words(words, room):
            self.line(self._encode(f"{head} :{line.replace(' ', separator)}", marks=self._marks))

    def error(self, numeric: str, params: tuple[str, ...], text: str | None) -> None:
        """Answer with an error numeric; `text` replaces its usual one."""
        if text is None:
            self.numeric(numeric, *params)
        else:
            self.raw(f"{' '.join([numeric, self.session.nick, *params])} :{text}")

    def fail(self, command: str, code: str, context: tuple[str, ...], text: str) -> None:
        """Answer with ``FAIL command code [context…] :text``."""
        self.raw(f"{' '.join(['FAIL', command, code, *context])} :{text}")

    def warn(self, command: str, code: str, context: tuple[str, ...], text: str) -> None:
        """Answer with ``WARN command code [context…] :text``."""
        self.raw(f"{' '.join(['WARN', command, code, *context])} :{text}")

    def note(self, command: str, code: str, text: str) -> None:
        """Answer with ``NOTE command code :text``."""
        self.raw(f"NOTE {command} {code} :{text}")

    def batch(self, kind: str, params: tuple[str, ...], lines: list[bytes]) -> None:
        """Answer with rendered lines in one batch, or one by one where the client knows no batches."""
        if not self.session.caps & BATCH:
            for line in lines:
                self.line(line)
            return
        self.session.batches += 1
        ref = str(self.session.batches)
        self.raw(" ".join([f"BATCH +{ref} {kind}", *params]))
        for chunk in lines:
            for line in chunk.splitlines(keepends=True):
                self.line(_tagged(f"batch={ref}", line))
        self.raw(f"BATCH -{ref}")

    def finish(self) -> None:
        """The command is done: send what was collected, labelled."""
        if not self.label:
            return
        lines, label, self.label = self._lines, self.label, ""
        put = self.session.outbox.put
        self.session.outbox.answered -= sum(map(len, lines))  # they are put now
        if not lines:
            put(_tagged(f"label={label}", self._encode(f":{self._server} ACK")))
        elif _is_one(answer := b"".join(lines)):
            put(_tagged(f"label={label}", answer))
        else:
            put(self._batch(label, lines))

    def _batch(self, label: str, lines: list[bytes]) -> bytes:
        self.session.batches += 1
        ref = str(self.session.batches)
        opening = self._encode(f":{self._server} BATCH +{ref} labeled-response")
        inside = [_tagged(f"batch={ref}", line) for chunk in lines for line in chunk.splitlines(keepends=True)]
        return b"".join([_tagged(f"label={label}", opening), *inside, self._encode(f":{self._server} BATCH -{ref}")])

    @property
    def _marks(self) -> str:
        """What numerics are marked with too, if a bot or an operator asked for them.

        https://ircv3.net/specs/extensions/bot-mode#the-bot-tag and https://ircv3.net/specs/extensions/oper-tag
        """
        return self.session.user.marks if self.session.user is not None else ""

    def _encode(self, body: str, *, marks: str = "") -> bytes:
        tags = f"time={server_time(self._now)}" if self.session.caps & SERVER_TIME else ""
        if marks:
            tags = ";".join([*([tags] if tags else []), *mark_tags(marks, self.session.caps)])
        return encode_line(tags, body, self._limit)


def _is_one(data: bytes) -> bool:
    """Is it one line, or one whole batch, which is answer enough and is labelled on its opening line?"""
    if data.count(b"\n") == 1:
        return True
    first, *_, last = data.splitlines()
    opening, closing = _without_tags(first).split(b" "), _without_tags(last).split(b" ")
    return opening[1:2] == closing[1:2] == [b"BATCH"] and opening[2][1:] == closing[2][1:]


def _without_tags(line: bytes) -> bytes:
    return line.partition(b" ")[2] if line[:1] == b"@" else line


def _tagged(tag: str, line: bytes) -> bytes:
    """Put one more tag before a rendered line; a line that is in a batch already stays in that one alone."""
    if line[:1] != b"@":
        return b"@%b %b" % (tag.encode(), line)
    if tag.startswith("batch=") and any(item.startswith(b"batch=") for item in line[1 : line.index(b" ")].split(b";")):
        return line
    return b"@%b;%b" % (tag.encode(), line[1:])
