"""Fetches what was said while we were not there.  https://ircv3.net/specs/extensions/chathistory

For each conversation the last message that we saw is known. Whenever we come (back) into it, the newest page of what
came after is asked for; for that one answer, what is said there now is held back, so that all is told in order, and
once. Where that is not all, `Missed` says that there is more: it is told when somebody reads on backwards. A server
that knows no CHATHISTORY is asked nothing, and nothing is held back.
"""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ircwire import Message, caps
from trialogue_client.core import events as ev
from trialogue_client.core.jobs import CatchUpJob, JobKind, in_order
from trialogue_client.core.points import Place, Point, ToldMessages, at_time
from trialogue_client.core.recall import conversation
from trialogue_client.core.session import Session
from trialogue_client.core.unechoed_lines import UnechoedLines

PAGE = 200
"""Messages that were missed and are asked for at once, if the server gives so many."""
_PEOPLE = 50
"""Conversations that are listed at once."""
_LISTS = 40
"""Lists of them, at most: a server may go on for ever."""
_AT_ONCE = 10
"""Conversations with one person each that are caught up with at the same time."""
_HELD = 1_000
"""What is said meanwhile, at most: a server may never answer."""
_LABEL = "h"
_MILLISECOND = timedelta(milliseconds=1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(2200, 1, 1, tzinfo=UTC)
"""We have no clock here; and some programs count time in numbers that end in 2262."""


class CatchUp:
    """Keeps how far we are in each conversation, and what is on its way. Give `handle` everything that a session tells.

    Its many short methods are the steps of one exchange, which share what has been asked.
    """

    def __init__(self, fold: Callable[[str], str], first_page: int) -> None:
        """`first_page`: how many messages to ask for where we have never been; 0 for none."""
        self._fold = fold
        self._first_page = first_page
        self._session: Session | None = None
        self._told = ToldMessages(fold)
        self._own = UnechoedLines(fold)
        self._heard_at: datetime | None = None
        """The newest time that the server has told."""
        self._since: datetime | None = None
        """From when on direct messages may have been missed."""
        self._jobs: dict[str, CatchUpJob] = {}
        """By folded name."""
        self._earlier: list[CatchUpJob] = []
        self._people: dict[str, str] | None = None
        """Those with whom there is history, by folded name; None when we are not just asking for them."""
        self._people_token = self._marks_ping = ""
        self._lists = self._listed = 0
        self._listed_until: datetime | None = None
        self._list_began: datetime | None = None
        self._to_ask: deque[tuple[str, Point | None]] = deque()
        """People with whom to catch up yet, and since when; None where the server has to tell how far we have read."""
        self._number = 0

    @property
    def busy(self) -> bool:
        """Whether something is still on its way."""
        return bool(self._jobs or self._earlier or self._to_ask or self._people is not None)

    def is_busy_with(self, target: str) -> bool:
        """Return whether something of this conversation is on its way that no person has asked for."""
        return self._fold(target) in self._jobs

    def connected(self, session: Session) -> None:
        """Begin with a new connection."""
        self._session = session

    def disconnected(self) -> list[ev.Event]:
        """End with a connection, and return what was held back: nobody knows when the rest can be asked for."""
        if (
            self._people is None
            and not self._to_ask
            and not any(not job.target.startswith(("#", "&")) for job in self._jobs.values())
        ):
            self._since = self._heard_at
        held = [event for job in self._jobs.values() for event in self._told_early(job.held)]
        self._session, self._people = None, None
        self._people_token = self._marks_ping = ""
        self._jobs.clear()
        self._to_ask.clear()
        self._earlier.clear()
        return held

    def handle(self, event: ev.Event) -> list[ev.Event]:
        """Return what is to be told now: the event, nothing, or all that had to wait for it."""
        if event.at is not None and not event.replayed:
            self._heard_at = max(event.at, self._heard_at or event.at)
        match event:
            case ev.Said() | ev.Noticed() | ev.Tagged() | ev.Redacted():
                return self._heard(event)
            case ev.Ponged():
                return [event, *self._ponged(event.token)]
            case ev.StandardReply() | ev.Refused():
                return [] if event.answer and self._fail(event.answer) else [event]
            case ev.Conversed() if self._people is not None:
                self._listed += 1
                self._people[self._fold(event.target)] = event.target
                if event.latest is not None:
                    self._listed_until = max(event.latest, self._listed_until or event.latest)
                return []
        return self._moved(event)

    def _moved(self, event: ev.Event) -> list[ev.Event]:
        """We have come somewhere, or gone, or know how far we have read there."""
        match event:
            case ev.Registered():
                self._ask_for_people()
            case ev.Joined(me=True) if not event.replayed:
                self._entered(event.room)
            case ev.Parted(me=True) | ev.Kicked(me=True) if not event.replayed:
                job = self._jobs.pop(self._fold(event.room), None)
                return [*(self._told_early([*job.gathered, *job.held]) if job is not None else []), event]
            case ev.RoomRenamed():
                self._told.move(event.old, event.new)
                job = self._jobs.pop(self._fold(event.old), None)
                if job is not None:
                    job.target = event.new
                    self._jobs[self._fold(event.new)] = job
            case ev.Marked() if self._people is None and (waiting := self._waiting(event.target)):
                return [event, *self._marked(waiting[0], event.until)]
            case ev.NamesListed() if waiting := self._waiting(event.room):
                return [event, *self._marked(waiting[0], None)]
        return [event]

    def said(self, event: ev.Said | ev.Noticed) -> None:
        """Take in what we have said, as we show it on a server that sends no echo."""
        self._own.said(event.target, event.text)

    def forget(self, target: str) -> None:
        """Nothing of this conversation is shown any more; what is on its way is not wanted."""
        self._told.forget(target)
        self._earlier = [job for job in self._earlier if self._fold(job.target) != self._fold(target)]

    def earlier(self, target: str, count: int, before: str = "") -> bool:
        """Ask for what was said before a message, or the first that was told; False if that cannot be done."""
        if self._history is None:
            return False
        job = CatchUpJob(target, JobKind.EARLIER)
        self._earlier.append(job)
        first = Point(before, None) if before else self._told.first.get(self._fold(target))
        self._ask(job, "LATEST", "*", count) if first is None else self._ask(
            job, "BEFORE", self._named(first, 1), count
        )
        return True

    @property
    def _history(self) -> Session | None:
        """The session, if history can be asked for."""
        session = self._session
        known = session is not None and session.state.has(caps.CHATHISTORY) and session.state.has(caps.BATCH)
        return session if known else None

    def _entered(self, room: str) -> None:
        session = self._history
        if session is None:
            return
        before = self._jobs.get(self._fold(room))
        job = self._jobs[self._fold(room)] = CatchUpJob(room, held=before.held if before else [])
        last = self._told.last.get(self._fold(room))
        if last is not None:
            self._ask_after(job, last)
        elif not self._is_told_marks(session):
            self._marked(job, None)

    def _waiting(self, target: str) -> list[CatchUpJob]:
        """Return the job for this conversation, if nothing is asked for yet."""
        job = self._jobs.get(self._fold(target))
        return [] if job is None or job.token else [job]

    def _is_told_marks(self, session: Session) -> bool:
        return session.state.has(caps.READ_MARKER) and session.state.login.account != ""

    def _marked(self, job: CatchUpJob, until: datetime | None) -> list[ev.Event]:
        """It is known how far we have read there, or that nobody knows."""
        if until is not None:
            self._ask_after(job, Point("", until))
        elif self._first_page:
            self._ask(job, "LATEST", "*", self._first_page)
        else:
            return self._finish(job)
        return []

    def _ask_for_people(self) -> None:
        session = self._history
        since = self._since
        if session is not None and since is None and self._is_told_marks(session):
            since = _BEGINNING
        if session is not None and since is not None:
            self._people, self._lists, self._listed_until = {}, 0, None
            self._ask_for_list(session, since)

    def _ask_for_list(self, session: Session, since: datetime) -> None:
        self._lists, self._listed = self._lists + 1, 0
        session.send(Message("CHATHISTORY", ["TARGETS", at_time(since), at_time(_END), str(self._limit(_PEOPLE))]))
        self._people_token = session.barrier()

    def _people_known(self) -> list[ev.Event]:
        """A list is whole: ask for the next one, which begins where it ends, or catch up with whom they name."""
        session, people, since, until = self._history, self._people or {}, self._since, self._listed_until
        full = self._listed >= self._limit(_PEOPLE) and self._lists < _LISTS
        if session is not None and full and until is not None and until != self._list_began:
            self._list_began = until
            self._ask_for_list(session, until)
            return []
        self._people = self._list_began = None
        for key, name in people.items():
            if session is not None and not session.state.features.is_room(name):
                self._to_ask.append((name, self._told.last.get(key) or (Point("", since) if since else None)))
        rest = [job for key, job in self._jobs.items() if key not in people and job.is_person]
        return [*self._finish_all(rest), *self._next_people()]

    def _next_people(self) -> list[ev.Event]:
        """Catch up with the next few people, when that is done with the last ones."""
        session = self._history
        if session is None or not self._to_ask or any(job.token and job.is_person for job in self._jobs.values()):
            return []
        asked = False
        for _ in range(min(_AT_ONCE, len(self._to_ask))):
            name, point = self._to_ask.popleft()
            job = self._jobs.setdefault(self._fold(name), CatchUpJob(name))
            if point is not None:
                self._ask_after(job, point)
            else:
                session.send(Message("MARKREAD", [name]))
                asked = True
        if asked:
            self._marks_ping = session.barrier()
        return []

    def _ask_after(self, job: CatchUpJob, point: Point) -> None:
        """Ask for the newest page of what came after a message.

        "LATEST … the most recent messages … up to limit, and … sent after" the given one.
        """
        job.sort, job.since = JobKind.MISSED, point
        self._ask(job, "LATEST", self._named(point, -1), PAGE)

    def _limit(self, most: int) -> int:
        """Return how many the server gives at once.  https://ircv3.net/specs/extensions/chathistory#isupport-tokens"""
        return min(most, self._session.state.features.history_limit or most) if self._session is not None else most

    def _named(self, point: Point, direction: int) -> str:
        """Return a message as this server lets one name it: by its id, or by its time.

        By time, the page goes a millisecond beyond it: others may be of the same one, and what was told is known by id.
        """
        if point.at is None or (self._session is not None and self._session.state.features.names_by_id and point.msgid):
            return str(point)
        return at_time(point.at + direction * _MILLISECOND if point.msgid else point.at)

    def _ask(self, job: CatchUpJob, verb: str, point: str, count: int) -> None:
        assert self._session is not None
        self._number += 1
        job.label = f"{_LABEL}{self._number}"
        tags = {"label": job.label} if self._session.state.has(caps.LABELED_RESPONSE) else {}
        count = self._limit(count)
        job.count = count
        self._session.send(Message("CHATHISTORY", [verb, job.target, point, str(count)], tags=tags))
        job.token = self._session.barrier()

    def _ponged(self, token: str) -> list[ev.Event]:
        if self._people is not None and token == self._people_token:
            return self._people_known()
        if token == self._marks_ping:
            self._marks_ping = ""
            rest = [job for job in self._jobs.values() if not job.token and job.is_person]
            return [*self._finish_all(rest), *self._next_people()]
        for job in [*self._jobs.values(), *self._earlier]:
            if job.token == token:
                return self._page(job)
        return []

    def _page(self, job: CatchUpJob) -> list[ev.Event]:
        """A page is whole: tell it."""
        assert self._session is not None
        job.came = self._session.state.batches.counted.pop(job.label, 0)
        if job.sort is JobKind.MISSED and job.failed and job.since is not None and job.since.msgid and job.since.at:
            job.failed = False  # The server has forgotten that message; perhaps it knows the time.
            self._ask_after(job, Point("", job.since.at))
            return []
        return [*self._finish(job), *(self._next_people() if job.is_person else [])]

    def _finish(self, job: CatchUpJob) -> list[ev.Event]:
        if job.sort is JobKind.EARLIER:
            self._earlier.remove(job)
        else:
            self._jobs.pop(self._fold(job.target), None)
        more = job.sort is JobKind.MISSED and job.is_full
        if more:
            self.forget(job.target)  # What is between is told when somebody reads on backwards, from here.
        came = {event.msgid for event in job.gathered if event.msgid}
        job.held = [event for event in job.held if event.msgid not in came or not self._is_repeated(event)]
        page = [event for event in job.gathered if not self._was_shown(job, event)]
        told = _once([event for event in in_order(page, job.held) if self._told.is_new(event)])
        self._note_all(job, told)
        if job.sort is not JobKind.EARLIER:
            self._own.forget(job.target)
        missed = sum(isinstance(event, ev.Said | ev.Noticed) and event.replayed and not event.me for event in told)
        is_new = (
            job.is_person and job.sort is not JobKind.EARLIER and not any(getattr(one, "me", False) for one in told)
        )
        if more or (missed and (job.sort is JobKind.MISSED or is_new)):  # of whom nothing was ever read, all is news
            return [ev.Missed(job.target, missed, more=more), *told]
        return told if told or job.sort is not JobKind.EARLIER else [ev.NoEarlier(job.target)]

    def _note_all(self, job: CatchUpJob, told: list[ev.Event]) -> None:
        """Remember what a page has told: of one that was read backwards, the first of it is the first of all."""
        if job.sort is JobKind.EARLIER:
            for event in reversed(told):
                self._note(event, Place.BEFORE)
            return
        for event in told:
            is_ours_of_before = not event.replayed and self._is_repeated(event)
            self._note(event, Place.ASIDE if is_ours_of_before else Place.NEXT)

    def _was_shown(self, job: CatchUpJob, event: ev.Event) -> bool:
        if not isinstance(event, ev.Said | ev.Noticed) or not event.me or job.sort is JobKind.EARLIER:
            return False
        return self._own.is_shown(job.target, event.text)

    def _is_repeated(self, event: ev.Event) -> bool:
        """Return whether it is the echo of what was sent on an earlier connection, and again here: it may be old."""
        if not isinstance(event, ev.Said | ev.Noticed | ev.Tagged) or self._session is None:
            return False
        return event.me and self._session.state.receipts.is_again(event.answer)

    def _told_early(self, events: list[ev.Event]) -> list[ev.Event]:
        """Return what is to be told although its page is not whole and will not be.

        Each is told once. What is missing before them will be asked for: it comes after the last message that nothing
        was missing before.
        """
        new = [event for event in events if self._told.is_new(event)]
        for event in new:
            self._told.note(event, Place.ASIDE)
        return new

    def _finish_all(self, jobs: list[CatchUpJob]) -> list[ev.Event]:
        return [event for job in jobs for event in self._finish(job)]

    def _heard(self, event: ev.Event) -> list[ev.Event]:
        key = self._fold(conversation(event))
        if event.replayed:
            job = self._asker(event, key)
            if job is not None:
                job.gather(event)
                return []
            if event.answer.startswith(_LABEL):
                return []  # It was asked for by a room that we have left since.
        elif self._told.is_told_echo(event):
            return []
        elif key:
            job = self._jobs.get(key)
            if job is None and self._people is not None and CatchUpJob(conversation(event)).is_person:
                job = self._jobs[key] = CatchUpJob(conversation(event))
            if job is not None:
                job.held.append(event)
                job.overdue = len(job.held) >= _HELD
                return self._finish(job) if job.overdue else []
        is_first, is_ours_of_before = key not in self._told.last, not event.replayed and self._is_repeated(event)
        place = Place.ASIDE if is_ours_of_before and not is_first else Place.NEXT
        self._note(event, Place.BY_TIME if event.replayed else place)
        if is_first and event.msgid and is_ours_of_before:
            self._ask_since(event, key)
        return [event]

    def _ask_since(self, event: ev.Event, key: str) -> None:
        """Ask for what was said after our own line of the last connection, the first that is told of a conversation."""
        if isinstance(event, ev.Said | ev.Noticed) and self._history is not None:
            job = self._jobs[key] = CatchUpJob(conversation(event))
            self._ask_after(job, Point(event.msgid, event.at))

    def _asker(self, event: ev.Event, key: str) -> CatchUpJob | None:
        jobs = [*self._jobs.values(), *self._earlier]
        if event.answer:
            return next((job for job in jobs if job.label == event.answer), None)
        labelled = self._session is not None and self._session.state.has(caps.LABELED_RESPONSE)
        return next((job for job in jobs if job.token and not labelled and self._fold(job.target) == key), None)

    def _fail(self, label: str) -> bool:
        failed = [job for job in [*self._jobs.values(), *self._earlier] if job.label == label]
        for job in failed:
            job.failed = True
        return bool(failed)

    def _note(self, event: ev.Event, place: Place) -> None:
        """Remember that this was told; what we are catching up with is not behind us yet."""
        self._told.note(event, place, is_last=self._fold(conversation(event)) not in self._jobs)


def _once(events: list[ev.Event]) -> list[ev.Event]:
    """Return each message once, the first of it, and all that has no id."""
    first: dict[str, ev.Event] = {}
    return [event for event in events if not event.msgid or first.setdefault(event.msgid, event) is event]
