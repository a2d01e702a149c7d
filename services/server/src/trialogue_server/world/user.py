"""Users: one person or bot on the network each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialogue_server.world.addresses import address_hash
from trialogue_server.world.names import shown_host

if TYPE_CHECKING:
    from trialogue_server.world.channel import Channel
    from trialogue_server.world.events import UserRegistered


GUEST = "!"
"""The first character of guests' identities."""


def identity_of(account: str) -> str:
    """Return the identity of an account's owner: see `User.identity`."""
    return account.lower()


class User:
    """One user. Only `World.apply` changes it."""

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

    def __init__(self, event: UserRegistered) -> None:
        self.uid = event.uid
        self.nick = event.nick
        self.username = event.username
        self.host = event.host
        self.realname = event.realname
        self.address = event.address
        """The real address, for bans and operators."""
        self.origin = address_hash(event.address)
        self.secure = event.secure
        self.account = event.account
        self.attached = True
        """Whether a connection is attached. Always-on users may have none."""
        self.whispers = False
        """Whether they have had a direct conversation while on the network."""
        self.away = ""
        self.blocks: tuple[str, ...] = ()
        """The block list: the account's, or, for a guest, this connection's."""
        self.metadata: dict[str, str] = {}
        self.modes = ""
        self.marks = ""
        """Those of the user's modes that mark everything they send."""
        self.oper = ""
        """The name of the operator entry that gives rights to one of their sessions, or "". It is shown."""
        self.oper_through = ""
        """What those rights depend on: see `Rights.through`."""
        self.privileges: frozenset[str] = frozenset()
        """The privileges of the session that acts for them now: rights belong to sessions, and `Context.user` puts them
        here.
        """
        self.signon_at = event.at
        """Unix time in seconds."""
        self.spoke_at = 0.0
        """When they last said something, in seconds of the monotonic clock."""
        self.channels: dict[str, Channel] = {}
        """By folded name."""
        self.invited: set[Channel] = set()
        """Channels to which they have a standing invitation of an operator."""
        self.written_to: set[int] = set()
        """Uids of those whom they have written to while only accounts could write to them."""
        self.mask = ""
        self.update_mask()

    @property
    def identity(self) -> str:
        """Who they are beyond this connection: the account, or, for a guest, an identity that nobody ever has again."""
        return identity_of(self.account) or f"{GUEST}{self.uid}-{int(self.signon_at * 1000)}"

    @property
    def speaker(self) -> str:
        """Who their messages are counted for: the account, or, for a guest, the address."""
        return identity_of(self.account) or self.origin

    @property
    def masks(self) -> tuple[str, ...]:
        """The masks that bans are compared with: as shown, and with the address if that is no secret."""
        if self.address == self.host or shown_host(self.address) != self.host:
            return (self.mask,)
        return self.mask, *self.real_masks

    @property
    def real_masks(self) -> tuple[str, ...]:
        """The masks that the bans of an operator of the server are compared with."""
        return (f"{self.nick}!{self.username}@{self.address}",)

    def update_mask(self) -> None:
        """Update ``nick!user@host``, which is kept ready since every line that they send shows it."""
        self.mask = f"{self.nick}!{self.username}@{self.host}"

    def has(self, privilege: str) -> bool:
        """Return whether the acting session has this operator privilege."""
        return privilege in self.privileges
