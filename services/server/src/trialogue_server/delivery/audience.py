"""Audiences: the sessions that are told of an event, grouped by capability set.

A channel's `Groups` are cached until its members or somebody's capabilities change, and what they are sent within one
tick is a run that they share (`session.outbox`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from trialogue_server.session.capabilities import EXTENDED_MONITOR, knows_metadata
from trialogue_server.session.outbox import Outbox, Run
from trialogue_server.session.registry import Registry
from trialogue_server.session.session import Session
from trialogue_server.session.work import Work
from trialogue_server.world.channel import Channel
from trialogue_server.world.user import User
from trialogue_server.world.world import World


@dataclass(slots=True, eq=False)
class Groups:
    """Sessions by capability set."""

    by_caps: dict[int, list[Outbox]] = field(default_factory=dict)
    outboxes: list[Outbox] = field(default_factory=list)
    is_kept: bool = False
    """Whether it is used for the next event too."""
    _runs: dict[int, Run] = field(default_factory=dict)
    _newest: list[Outbox] = field(default_factory=list)
    """Members who joined in this tick. They share no run yet: each is welcomed, which would end it for everybody, and
    each of a thousand who join at once would begin a new one.
    """

    def add(self, session: Session) -> None:
        """Add a session."""
        self.outboxes.append(session.outbox)
        self.by_caps.setdefault(session.caps, []).append(session.outbox)
        if self.is_kept:
            self._newest.append(session.outbox)
            if session.caps in self._runs:  # it has begun without them
                self._runs[session.caps].stragglers.append(session.outbox)

    def tell(self, caps: int, line: bytes) -> None:
        """Send a line to all sessions with this capability set."""
        if not self.is_kept:
            for outbox in self.by_caps[caps]:
                outbox.add(line)
            return
        run = self._runs.get(caps)
        if run is None or not run.is_open:
            run = self._runs[caps] = self._begin_run(self.by_caps[caps])
        run.lines.append(line)
        for outbox in run.stragglers:
            outbox.add(line)

    def _begin_run(self, outboxes: list[Outbox]) -> Run:
        run = Run()
        newest = set(self._newest)
        for outbox in outboxes:
            if outbox in newest:
                run.stragglers.append(outbox)
            else:
                outbox.add(run)
        return run

    def has_told(self, session: Session, line: bytes) -> bool:
        """Return whether the line that was sent last is the last in this session's outbox."""
        last = session.outbox.last
        return last is not None and (last is line or last is self._runs.get(session.caps))

    def take_back(self, session: Session, line: bytes) -> bool:
        """Remove the line that was sent last from one session's outbox; return whether it was there."""
        if not self.has_told(session, line):
            return False
        session.outbox.take_back()
        return True

    def end_runs(self) -> None:
        """End the runs: what follows belongs to the next tick, or is for others."""
        for run in self._runs.values():
            run.is_open = False
        self._runs.clear()
        self._newest.clear()


@dataclass(slots=True)
class _Kept:
    channel: Channel
    version: int
    members: int
    epoch: int
    groups: Groups


class Audience:
    """Finds the sessions of users, and caches those of channels."""

    def __init__(self, world: World, registry: Registry, work: Work | None = None) -> None:
        self._world = world
        self._work = work or Work()
        self._registry = registry
        self._kept: dict[str, _Kept] = {}
        self._epoch = 0

    def sessions_changed(self) -> None:
        """Invalidate all caches: a user's sessions or a session's capabilities have changed."""
        self._epoch += 1

    def channel(self, channel: Channel) -> Groups:
        """Return all members' sessions."""
        kept = self._kept.get(channel.folded)
        if kept is None or kept.channel is not channel or kept.epoch != self._epoch:
            return self._look_up(channel)
        if kept.version != channel.version:
            if kept.version + 1 != channel.version or kept.members + 1 != len(channel.members):
                return self._look_up(channel)
            self._add_newest(kept)
        return kept.groups

    def _add_newest(self, kept: _Kept) -> None:
        """Add the newest member, if that is the only change: otherwise a thousand users who join one channel would have
        it looked up a thousand times.
        """
        newest = next(reversed(kept.channel.members.values())).user
        for session in self._registry.of(newest.uid):
            kept.groups.add(session)
        kept.version, kept.members = kept.channel.version, len(kept.channel.members)

    def _look_up(self, channel: Channel) -> Groups:
        self._forget_the_gone()
        self._work.units += len(channel.members) // 2
        groups = self.users(member.user for member in channel.members.values())
        groups.is_kept = True
        self._kept[channel.folded] = _Kept(channel, channel.version, len(channel.members), self._epoch, groups)
        return groups

    def _forget_the_gone(self) -> None:
        channels = self._world.channels
        if len(self._kept) > 2 * (len(channels) - len(self._world.emptied)) + 100:
            kept = {name: kept for name, kept in self._kept.items() if channels.get(name) is kept.channel}
            self._kept = {name: each for name, each in kept.items() if each.channel.members}

    def ranked(self, channel: Channel, rank: int) -> Groups:
        """Return the sessions of the members with at least this rank (a message to @#channel)."""
        self._work.units += len(channel.members) // 4
        return self.users(member.user for member in channel.members.values() if member.rank >= rank)

    def users(self, users: Iterable[User]) -> Groups:
        """Return the sessions of these distinct users."""
        groups = Groups()
        of = self._registry.of
        for user in users:
            for session in of(user.uid):
                groups.add(session)
        return groups

    def add_capable(self, groups: Groups, users: Iterable[User], caps: int) -> None:
        """Add those of the users' sessions that have all these capabilities."""
        for user in users:
            for session in self._registry.of(user.uid):
                if session.caps & caps == caps:
                    groups.add(session)

    def observers(self, user: User, *, with_self: bool) -> Groups:
        """Return the user's peers, and the sessions that monitor the user's nick with extended-monitor.

        https://ircv3.net/specs/extensions/extended-monitor
        """
        groups = self.peers(user, with_self=with_self)
        known = set(groups.outboxes)
        for session in self.watchers(user.nick):
            if session.caps & EXTENDED_MONITOR and session.outbox not in known and session.user is not user:
                groups.add(session)
        return groups

    def watchers(self, nick: str) -> Iterable[Session]:
        """Return the sessions that monitor a nick."""
        return self._registry.monitors.of(self._world.fold(nick))

    def peers(self, user: User, *, with_self: bool) -> Groups:
        """Return everybody who shares a channel with the user, each once."""
        return self.users(self._peers(user, with_self=with_self))

    def subscribers(self, holder: User | Channel, key: str) -> Groups:
        """Return the sessions that are subscribed to this key of a channel's or a user's metadata.

        https://ircv3.net/specs/extensions/metadata#notifications
        """
        if isinstance(holder, User):
            users, watchers = self._peers(holder, with_self=True), self.watchers(holder.nick)
        else:
            users, watchers = [member.user for member in holder.members.values()], ()
            self._work.units += len(users)
        theirs = (session for user in users for session in self._registry.of(user.uid))
        groups = Groups()
        for session in {session.sid: session for session in chain(theirs, watchers)}.values():
            if key in session.subscriptions and knows_metadata(session.caps):
                groups.add(session)
        return groups

    def _peers(self, user: User, *, with_self: bool) -> Iterable[User]:
        rooms = [channel.members for channel in user.channels.values()]
        uids = set().union(*rooms)
        self._work.units += sum(map(len, rooms)) // 32 + len(uids) // 2
        uids.discard(user.uid)
        if with_self:
            uids.add(user.uid)
        return map(self._world.users.__getitem__, uids)
