"""Measures what a session's lines cost, in work and in tokens of flood control."""

from trialogue_server.session.session import Session
from trialogue_server.session.work import AT_ONCE, BYTES_IN, BYTES_OUT, BYTES_TOLD, LIGHT, LINE, RECORD, Work

_FORGETS = 16

_TALK = (b"PRIVMSG", b"NOTICE", b"TAGMSG", b"PING", b"PONG")


class Meter:
    """Compares the server's counter before and after each line of one session."""

    __slots__ = ("_answered", "_bytes_told", "_deliveries", "_records", "_session", "_units", "_work", "usual")

    def __init__(self, session: Session, work: Work) -> None:
        self._session = session
        self._work = work
        self._units = self._deliveries = self._bytes_told = self._records = self._answered = 0
        self.usual = LINE
        """Units that a line took of late: what the next one may take."""

    def begin(self) -> None:
        """Begin to measure."""
        work = self._work
        self._units, self._deliveries, self._answered = work.units, work.deliveries, self._session.outbox.answered
        self._bytes_told, self._records = work.bytes_told, work.records
        work.floor = 1.0

    def settle(self, size: int, per_token: int) -> int:
        """Charge for a line of so many bytes, for which a token was taken already. Returns its units.

        `per_token` is how many units a token pays for; with 0, each line costs one token.
        """
        told = self._work.deliveries - self._deliveries
        units = self._measure(told) + LINE + size // BYTES_IN
        throttle = self._session.throttle
        if per_token and throttle.rate:
            floor = 1.0 if told else self._work.floor
            cost = (units + told) / per_token
            throttle.settle(cost if cost > floor else floor)
        return units

    def owe(self, per_token: int) -> int:
        """Charge for a line that was continued. Returns its units."""
        told = self._work.deliveries - self._deliveries
        units = self._measure(told)
        if per_token:
            self._session.throttle.owe((units + told) / per_token)
        return units

    def owe_answer(self, per_token: int) -> None:
        """Charge for the rest of a long reply that is over."""
        if per_token:
            units = (self._session.outbox.answered - self._answered) // BYTES_OUT
            self._session.throttle.owe(units / per_token)

    @property
    def flush(self) -> int:
        """Units of the next flush since `begin`: of keeping records, and of sending what others were told."""
        work = self._work
        return (work.bytes_told - self._bytes_told) // BYTES_TOLD + (work.records - self._records) * RECORD

    def _measure(self, told: int) -> int:
        answered = self._session.outbox.answered - self._answered
        units = self._work.units - self._units + answered // BYTES_OUT + told // AT_ONCE
        usual = self.usual - self.usual // _FORGETS
        self.usual = units if units > usual else usual
        return units

    def is_light(self, line: bytes) -> bool:
        """Return whether a message to one channel or person is light: its sender has done little of late, and has most
        tokens left.

        After much work a sender is light again only some tens of lines later. Other commands are never light, since a
        first line may be as expensive as any.
        """
        throttle = self._session.throttle
        return self.usual <= LIGHT and throttle.tokens >= throttle.burst / 2 and _is_talk(line)


def _is_talk(line: bytes) -> bool:
    words = (line.partition(b" ")[2].lstrip() if line.startswith(b"@") else line).split(b" ", 2)
    return words[0].upper() in _TALK and b"," not in b"".join(words[1:2])
