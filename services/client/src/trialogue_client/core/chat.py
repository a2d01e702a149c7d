"""One network over time: many connections, one conversation.

Keeps what must outlive a connection: who we are, which rooms we want to be in, and every typed line until the server
has confirmed it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ircwire import Message, caps
from ircwire import numerics as num
from ircwire.casemap import Fold, rfc1459_fold
from ircwire.modes import parse_modes
from trialogue_client.core import events as ev
from trialogue_client.core.autojoin import AutojoinRooms
from trialogue_client.core.catchup import CatchUp
from trialogue_client.core.edits import Edits, PendingEdit
from trialogue_client.core.idempotency import IdempotencyKeys, NewKey
from trialogue_client.core.keyed_commands import KeyedCommands
from trialogue_client.core.lines import PendingLines, TypedLine
from trialogue_client.core.nick_recovery import NickRecovery
from trialogue_client.core.pages import Pages
from trialogue_client.core.points import Point, at_time
from trialogue_client.core.recall import Recall
from trialogue_client.core.references import edit_tags, reply_tags
from trialogue_client.core.sasl import Credentials
from trialogue_client.core.search import Searches, SearchQuery
from trialogue_client.core.session import Session
from trialogue_client.core.stages import Stage, passed
from trialogue_client.core.standing import StandingCommands
from trialogue_client.core.state import Identity
from trialogue_client.core.statuses import RoomStatuses

LOBBY = "#lobby"
_CANNOT_JOIN = frozenset({
    "403", "405", "407", "437", "447", "448", "470", "471", "473", "474", "475", "476", "477", "479", "480", "485",
    "489", "490", "494", "495", "500", "517", "519", "520", "926",
})  # fmt: skip
"""Servers have many reasons, and say few of them by the same number."""
_PASSING = frozenset({"437", "471", "473", "474", "477", "489", "494", "495", "520"})
"""A room that we were in may be full, closed, or not for us for a while."""


class Chat:
    """The lasting part of a client: feed it bytes, take bytes from it, and tell it when the connection is gone.

    It is the one door to all that a person can wish of a network; the parts behind it do the work.
    """

    def __init__(
        self,
        identity: Identity,
        rooms: Iterable[str] = (LOBBY,),
        *,
        trace: bool = False,
        first_page: int = 0,
        returning: bool = False,
        standing: Iterable[str] = (),
        new_key: NewKey | None = None,
    ) -> None:
        """`first_page`: how many messages of history to ask for in a room where we have never been.

        With `returning`, the rooms are those that we were in last; `standing` are the `StandingCommands.lines` of then.
        `new_key` makes idempotency keys; without it nothing is sent again.
        """
        self.identity = identity
        self.session: Session | None = None
        self._compare: Fold = rfc1459_fold
        """How this server compared names the last time."""
        self._rooms = AutojoinRooms(rooms, self.fold, lasting=returning)
        self.standing = StandingCommands(self.fold, standing)
        keys = IdempotencyKeys(new_key)
        self._lines, self._commands = PendingLines(keys), KeyedCommands(keys)
        self._statuses = RoomStatuses(self.fold)
        self.leaving = False
        """Whether we have said QUIT."""
        self.plain_secrets = False
        """Whether passwords may go over a connection on which others can listen in."""
        self._private = True
        """Whether nobody can listen in on this one."""
        self.recall = Recall(self.fold)
        """The messages that were told, for those that are about one of them."""
        self._trace = trace
        self._catch_up = CatchUp(self.fold, first_page)
        self._search = Searches()
        self._pages = Pages()
        self._edits = Edits(self._say_edited, self._commands)
        self._claim = NickRecovery(identity.nick, self.fold)
        self._stages: tuple[Stage, ...] = (
            self._search.handle,
            self._pages.handle,
            self._catch_up.handle,
            self.recall.handle,
            self._claim.handle,
            self._edits.handle,
            self._note_settings,
            self._follow,
        )
        self._tried: Credentials | None = None
        """By what we have asked to be logged in, or to have an account made."""

    @property
    def autojoin(self) -> dict[str, str]:
        """Return the rooms to be in, with their keys."""
        return self._rooms.keys

    @property
    def lines(self) -> list[TypedLine]:
        """Return the typed lines that are not confirmed yet, oldest first."""
        return self._lines.all

    @property
    def catching_up(self) -> bool:
        """Whether what we missed is still on its way."""
        return self._catch_up.busy

    def catches_up_with(self, target: str) -> bool:
        """Return whether what we missed of a conversation, or its first page, is still on its way."""
        return self._catch_up.is_busy_with(target)

    @property
    def account(self) -> str:
        """Return the account that we are logged in to, or ""."""
        return self.session.state.login.account if self.session is not None else ""

    def has(self, *names: str) -> bool:
        """Return whether we are online and the server has granted one of these capabilities."""
        return self.session is not None and self.online and any(map(self.session.state.has, names))

    @property
    def can_block(self) -> bool:
        """Whether the server keeps a list of those whom we do not want to hear."""
        return self.session is not None and self.session.state.features.blocks

    @property
    def online(self) -> bool:
        """Whether the server has taken us in."""
        return self.session is not None and self.session.state.registered

    @property
    def nick(self) -> str:
        """Return the nick that we have, or the one that we want."""
        return self.session.state.nick if self.session is not None and self.online else self.identity.nick

    @property
    def wanted_nick(self) -> str:
        """Return the nick that we want, also while somebody else has it."""
        return self._claim.nick

    def fold(self, name: str) -> str:
        """Fold a name as this server compares names."""
        return self.session.state.features.fold(name) if self.session else self._compare(name)

    def is_room(self, name: str) -> bool:
        """Return whether this is the name of a room."""
        return self.session.state.features.is_room(name) if self.session else name[:1] in "#&" and name != ""

    @property
    def exposed(self) -> bool:
        """Whether a secret would be in clear on this connection without anybody's consent."""
        return not self._private and not self.plain_secrets

    def expose(self) -> None:
        """Let secrets go in clear, here and after each reconnection: somebody has said so."""
        self.plain_secrets = True

    def connected(self, nonce: str = "", *, private: bool = False, encrypted: bool = False) -> None:
        """Begin a new connection.

        `nonce` must be new and unknown to anybody, if there is an account to log in to; `private` says
        that nobody can listen in on this connection, so that a password may go over it as it is; `encrypted`, that this
        is so by TLS.
        """
        self._private = private
        allowed = private or self.plain_secrets
        self.session = Session(
            self.identity, trace=self._trace, nonce=nonce, private=allowed, encrypted=encrypted, waits=not private
        )
        self.session.state.features.fold = self._compare
        self._catch_up.connected(self.session)
        self._claim.connected(self.session)

    def disconnected(self) -> list[ev.Event]:
        """End the connection; return what was not told yet, and the lines that may have arrived or not, and cannot be
        sent again.
        """
        if self.session is not None:
            self._compare = self.session.state.features.fold
            self._statuses.disconnected(self.session.state.rooms, self.session.state.nick)
        held = self._catch_up.disconnected()
        self._search.forget()
        undone = [*self._pages.forget(), *self._edits.lost()]
        self.session = None
        self.identity = replace(self.identity, nick=self._claim.nick)
        return [*held, *undone, *self._lines.lost()]

    def data_to_send(self) -> bytes:
        """Return all that is to be sent now."""
        return self.session.data_to_send() if self.session else b""

    def receive(self, data: bytes) -> list[ev.Event]:
        """Take in what came from the server and return what happened."""
        events = self.session.receive(data) if self.session else []
        return [told for event in events for told in passed(event, self._stages)]

    def heartbeat(self) -> None:
        """Ask the server whether it is still there."""
        if self.session:
            self.session.barrier()

    def send(self, message: Message) -> bool:
        """Queue a message as it is; False (and nothing queued) while we are not connected. Raises FormatError."""
        if self.session is None or not self.online:
            return False
        self.session.send(message)
        self.standing.note(message)
        return True

    def send_once(self, message: Message) -> None:
        """Send a reaction or a redaction, and again if the connection breaks before it is answered, where that is safe.

        Do this only while we are online. Raises FormatError.
        """
        assert self.session is not None
        self._commands.send(self.session, message)

    def say(
        self, target: str, text: str, kind: ev.Kind = ev.Kind.TALK, tags: Mapping[str, str] | None = None
    ) -> list[ev.Event]:
        """Say something as soon as it can be said."""
        self._lines.all.append(TypedLine(target, text, kind, tags=tags or {}))
        events = self._flush()
        return [*events, *([] if self.online else [ev.LineQueued(target, text)])]

    def _say_edited(self, edit: PendingEdit) -> list[ev.Event]:
        return self.say(edit.target, edit.text, tags=edit.tags)

    def parts(self, target: str, text: str, kind: ev.Kind = ev.Kind.TALK) -> list[str]:
        """Return the texts of the messages that a text would be sent as; the whole of it while we are not connected."""
        return self.session.parts(target, text, kind) if self.session is not None and self.online else [text]

    def stop(self, target: str) -> list[TypedLine]:
        """Do not send what waits for a conversation, and return it."""
        return self._lines.stop(lambda name: self.fold(name) == self.fold(target))

    def wants(self, room: str) -> bool:
        """Return whether we are in a room, or on our way into it."""
        return self._rooms.has(room)

    def join(self, room: str, key: str = "") -> None:
        """Be in a room, now and after each reconnection; a key that is known already need not be said again."""
        self.send(_join_message(room, self._rooms.want(room, key)))

    def give_up(self, room: str) -> None:
        """Nobody has the key of a room: it stays wanted only if we were in it before."""
        self._rooms.refused(room, passing=True)

    def part(self, room: str, reason: str = "") -> None:
        """Be out of a room, now and after each reconnection."""
        self._rooms.forget(room)
        self.send(Message("PART", [room, reason] if reason else [room]))

    def rename(self, nick: str, *, meanwhile: bool = False) -> None:
        """Take another nick; before the server has taken us in, ask for this one instead.

        `meanwhile`: only until the one that we wanted is free again.
        """
        if not (meanwhile or self.online):
            self._claim.nick = nick  # Later on, the server decides.
        if self.session is None or not self.online:
            self.identity = replace(self.identity, nick=nick)
        if self.session is not None:
            self.session.send(Message("NICK", [nick]))
            if not self.online:
                self.session.state.nick = nick

    def log_in(self, account: str, password: str) -> list[ev.Event]:
        """Log in, now and after each reconnection. Do this only while we are online."""
        assert self.session is not None
        self._tried = Credentials(account, password)
        return self.session.log_in(self._tried)

    def log_out(self) -> None:
        """Log out, and do not log in after a reconnection. The services of old do it: no specification has it."""
        self.identity = replace(self.identity, credentials=None)
        self.send(Message("PRIVMSG", ["NickServ", "LOGOUT"]))

    def be_away_everywhere(self, message: str) -> None:
        """Be away, or with "" back, on all devices of our account. Do this only while we are online."""
        if self.account:  # our server's NickServ does it: no specification has it
            self.send(Message("PRIVMSG", ["NickServ", f"AWAY {message}".strip()]))
            self.standing.note(Message("AWAY", [message]))
        else:
            self.send(Message("AWAY", [message] if message else []))

    def register(self, email: str, password: str) -> None:
        """Have an account made under our nick.  https://ircv3.net/specs/extensions/account-registration"""
        self._tried = Credentials(self.nick, password)
        self.send(Message("REGISTER", ["*", email or "*", password]))

    def verify(self, code: str) -> None:
        """Say the code that came by e-mail."""
        self.send(Message("VERIFY", [self._tried.account if self._tried else self.nick, code]))

    def history(self, target: str, count: int, before: str = "") -> bool:
        """Ask for what was said before a message, or the first that was told; False if the server has no history."""
        return self.online and self._catch_up.earlier(target, count, before)

    def forget(self, target: str) -> None:
        """Nothing of this conversation is shown any more: who comes back to it begins anew."""
        self._catch_up.forget(target)

    def page(self, target: str, verb: str, msgid: str, count: int) -> bool:
        """Ask for what was said AROUND, BEFORE or AFTER a message, which `Page` tells; False if that cannot be had."""
        if self.session is None or not self.online:
            return False
        known = self.recall.get(msgid)
        at = known.at if known is not None else None
        return self._pages.ask(self.session, target, verb, Point(msgid, at), count)

    def edit(self, target: str, msgid: str, text: str) -> None:
        """Have a message of ours taken back, and say this instead. Do this only while we are online."""
        assert self.session is not None
        old = self.recall.get(msgid)
        tags = reply_tags(old.reply) if old is not None and old.reply else {}
        self._edits.begin(self.session, target, msgid, text, {**tags, **edit_tags(msgid)})

    def search(self, wanted: SearchQuery) -> bool:
        """Look for messages; `Found` tells what was found. False if the server cannot search."""
        return self.session is not None and self.online and self._search.ask(self.session, wanted)

    def mark_read(self, target: str) -> None:
        """Tell our other devices that everything that was told of this conversation has been read."""
        newest = self.recall.newest(target)
        if self.account and self.has(caps.READ_MARKER) and newest is not None and newest.at is not None:
            self.send(Message("MARKREAD", [target, at_time(newest.at)]))

    def leave(self, reason: str = "") -> None:
        """Say good-bye."""
        self.leaving = True
        if self.session is not None:
            self.session.send(Message("QUIT", [reason] if reason else []))

    def _follow(self, event: ev.Event) -> Iterator[ev.Event]:
        """Do what follows from an event: the last stage."""
        yield event
        match event:
            case ev.LoggedIn() if self._tried is not None and self.fold(event.account) == self.fold(
                self._tried.account
            ):
                self.identity = replace(self.identity, credentials=self._tried)
            case ev.AccountMade(ready=True) if self._tried is not None and not self.account and self.session:
                self._tried = replace(self._tried, account=event.account)
                yield from self.session.log_in(self._tried)
            case ev.Registered():
                self._begin_again()
                yield from self._rights_ended()
                yield from self._repeat()
                yield from self._flush()
            case ev.Joined(me=True):
                self._rooms.entered(event.room)
                yield from self._flush()
            case ev.Parted(me=True) | ev.Kicked(me=True):
                self._rooms.forget(event.room)
                self._statuses.forget(event.room)
            case ev.Renamed(me=True):
                self.identity = replace(self.identity, nick=event.new)
            case ev.Delivered():
                self._lines.settle(event.ticket)
                self._commands.settle(event.ticket)
                yield from self._flush()
            case ev.Undelivered():
                self._commands.settle(event.ticket)
                yield from self._lines.fail(event)
                yield from self._flush()
            case ev.Refused() if event.code in _CANNOT_JOIN and event.about:
                yield from self._shut_out(event)

    def _note_settings(self, event: ev.Event) -> Iterator[ev.Event]:
        """Note what rooms are called and what is set now, of them and of ourselves, so that it can be so again."""
        self.standing.follow(event, self.nick)
        match event:
            case ev.RoomRenamed():
                self._move(event.old, event.new)
            case ev.ModeChanged():
                self._rooms.follow(event.target, event.changes)
            case ev.ServerReply(code=num.RPL_CHANNELMODEIS, params=(room, modes, *params)) if self.session:
                self._rooms.follow(room, parse_modes(modes, params, self.session.state.features.kinds))
        yield event
        if isinstance(event, ev.NamesListed) and event.on_join and self.session is not None:
            yield from self._status_ended(event.room, self.session)

    def _rights_ended(self) -> list[ev.Event]:
        was, self.standing.is_operator = self.standing.is_operator, False
        return [ev.RightsEnded()] if was else []

    def _status_ended(self, room: str, session: Session) -> list[ev.Event]:
        member = session.state.rooms.member(room, self.nick)
        lost = self._statuses.lost(room, member.symbols if member is not None else "")
        return [ev.StatusEnded(room, lost)] if lost else []

    def _begin_again(self) -> None:
        """Have everything on this connection that was set on the last one."""
        assert self.session is not None
        self._rooms.connected()
        for message in self.standing.again(self.nick, self.session.state.has, guest=not self.account):
            self.session.send(message)
        for room, key in self.autojoin.items():
            self.send(_join_message(room, key))

    def _repeat(self) -> list[ev.Event]:
        assert self.session is not None
        self._commands.again(self.session)
        return self._edits.again(self.session)

    def _move(self, old: str, new: str) -> None:
        """A room has another name: what we want there, and want to say there, is for the new one."""
        was = self.fold(old)
        self._rooms.move(old, new)
        for line in self.lines:
            if self.fold(line.target) == was:
                line.target = new
        self.recall.move(old, new)

    def _flush(self) -> list[ev.Event]:
        """Send what waits. A line for a room that we are on our way into goes on waiting; others the server judges."""
        if self.session is None or not self.online:
            return []
        events = self._lines.send(self.session, self._rooms.awaited)
        for event in events:
            if isinstance(event, ev.Said | ev.Noticed):
                self._catch_up.said(event)
        return events

    def _shut_out(self, event: ev.Refused) -> Iterator[ev.Event]:
        room = event.about[0]
        if self.session is None or self.session.state.rooms.get(room) is not None:
            return
        if event.code == num.ERR_BADCHANNELKEY and self._rooms.shut(room):
            yield ev.KeyWanted(room, self._rooms.key(room))
        else:
            self._rooms.refused(room, passing=event.code in _PASSING)
        yield from self._lines.drop(self.session, room, event.text)
        yield from self._flush()  # what may have been said there before is answered even so


def _join_message(room: str, key: str) -> Message:
    return Message("JOIN", [room, key] if key else [room])
