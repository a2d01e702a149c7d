"""Who is somebody?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world.addresses import origin_of
from trialogue_server.world.names import shown_host

if TYPE_CHECKING:
    from trialogue_server.world.channel import Channel


GUEST = "!"
"""Identities of those without an account begin with it."""


def identity_of(account: str) -> str:
    """Return the identity of an account's owner: see `User.identity`."""
    return account.lower()


class User:
    """One person (or bot) on the network. Only `World.apply` changes it."""

    __slots__ = (
        "account",
        "address",
        "attached",
        "away",
        "blocks",
        "channels",
        "host",
        "invited",
        "marks",
        "mask",
        "metadata",
        "modes",
        "nick",
        "oper",
        "oper_through",
        "origin",
        "privileges",
        "realname",
        "secure",
        "signon_at",
        "spoke_at",
        "uid",
        "username",
        "whispers",
        "written_to",
    )

    def __init__(
        self, uid: int, nick: str, username: str, host: str, realname: str, *, address: str, secure: bool, at: float
    ) -> None:
        self.uid = uid
        self.nick = nick
        self.username = username
        self.host = host
        self.realname = realname
        self.address = address
        """Where they really come from, for bans and operators."""
        self.origin = origin_of(address)
        self.secure = secure
        self.account = ""
        self.attached = True
        """Is any connection theirs? Those who are always on may have none."""
        self.whispers = False
        """Have they spoken with one other in private, while they were on the network?"""
        self.away = ""
        self.blocks: tuple[str, ...] = ()
        """Whose words do not reach them: their account's list, or, without one, this connection's."""
        self.metadata: dict[str, str] = {}
        self.modes = ""
        self.marks = ""
        """Of the modes, those that all that they do is marked with."""
        self.oper = ""
        """The name of the operator's entry that gives rights to one of their sessions at least, or "". It is shown."""
        self.oper_through = ""
        """What those rights last as long as: see `Rights.through`."""
        self.privileges: frozenset[str] = frozenset()
        """What the session that acts for them now may do: rights are a session's, and `Context.user` puts them here."""
        self.signon_at = at
        """Unix time in seconds."""
        self.spoke_at = 0.0
        """When they last said something, by the monotonic clock, in seconds."""
        self.channels: dict[str, Channel] = {}
        """By folded name."""
        self.invited: set[Channel] = set()
        """Channels to which they have a standing invitation of an operator's."""
        self.written_to: set[int] = set()
        """Uids of those to whom they have written while they were to be written to by accounts only."""
        self.mask = ""
        self.update_mask()

    @property
    def identity(self) -> str:
        """Who they are beyond this connection: their account, or, without one, nobody who will ever come back."""
        return identity_of(self.account) or f"{GUEST}{self.uid}-{int(self.signon_at * 1000)}"

    @property
    def speaker(self) -> str:
        """Whom what they say is counted for: their account, or, without one, where they come from."""
        return identity_of(self.account) or self.origin

    @property
    def masks(self) -> tuple[str, ...]:
        """What a ban may mean them by: as they are shown, and with their address if that is no secret."""
        if self.address == self.host or shown_host(self.address) != self.host:
            return (self.mask,)
        return self.mask, *self.real_masks

    @property
    def real_masks(self) -> tuple[str, ...]:
        """What a ban may mean them by that an operator of the server has set."""
        return (f"{self.nick}!{self.username}@{self.address}",)

    def update_mask(self) -> None:
        """Make ``nick!user@host`` anew; it is kept ready because every line that they send shows it."""
        self.mask = f"{self.nick}!{self.username}@{self.host}"

    def has(self, privilege: str) -> bool:
        """May this operator do that?"""
        return privilege in self.privileges
