"""Presences: what is kept of always-on users, so that they are on the network again after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from trialogue_server.world.modes import OPERATOR

if TYPE_CHECKING:
    from trialogue_server.world.user import User
    from trialogue_server.world.world import World


class Stay(Struct, frozen=True):
    """One channel that a user is in."""

    channel: str
    modes: str
    joined: int
    """The id of the JOIN."""


class Presence(Struct, frozen=True):
    """An account's user. The address is not kept: it is of a connection that will not come back."""

    account: str
    nick: str = ""
    """"" if the account is not on the network, or leaves it with its last connection."""
    username: str = ""
    host: str = ""
    """The host as shown."""
    realname: str = ""
    signon_at: float = 0.0
    modes: str = ""
    away: str = ""
    stays: tuple[Stay, ...] = ()

    @property
    def tells(self) -> bool:
        """Whether there is anybody to be restored."""
        return bool(self.nick)


def presence_of(world: World, account: str) -> Presence:
    """Return the presence of an account as it is now. Of several users, the one that is written to is restored."""
    record = world.accounts.get(account)
    users = world.logins.of(account)
    if record is None or not record.always_on or not users:
        return Presence(account)
    user = world.logins.listener(account) or max(users, key=lambda one: one.spoke_at)
    modes = user.modes.replace(OPERATOR, "")
    return Presence(
        account,
        user.nick,
        user.username,
        user.host,
        user.realname,
        user.signon_at,
        modes,
        user.away,
        tuple(_stays(user)),
    )


def _stays(user: User) -> list[Stay]:
    members = [(channel, channel.members[user.uid]) for channel in user.channels.values()]
    return [Stay(channel.name, member.modes, member.joined) for channel, member in members]
