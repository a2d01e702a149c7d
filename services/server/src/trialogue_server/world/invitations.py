"""Invitations of accounts, which outlast the connection of whoever is invited and a restart of the server."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialogue_server.world.channel import Channel


class Invitations:
    """The channels by the identity that is invited; `Channel.invited_accounts` has the same by channel."""

    __slots__ = ("_channels",)

    def __init__(self) -> None:
        self._channels: dict[str, dict[Channel, None]] = {}

    def of(self, identity: str) -> list[Channel]:
        """Return the channels to which an account is invited."""
        return list(self._channels.get(identity, ()))

    def add(self, identity: str, channel: Channel, at: float) -> None:
        """Invite an account at this Unix time."""
        self._channels.setdefault(identity, {})[channel] = None
        channel.invited_accounts[identity] = at

    def withdraw(self, identity: str, channel: Channel) -> bool:
        """Invite an account no more; return whether it was invited."""
        channels = self._channels.get(identity, {})
        channels.pop(channel, None)
        if not channels:
            self._channels.pop(identity, None)
        return channel.invited_accounts.pop(identity, None) is not None

    def end(self, channel: Channel) -> None:
        """Withdraw all invitations to a channel."""
        for identity in list(channel.invited_accounts):
            self.withdraw(identity, channel)

    def restore(self, channel: Channel, identities: tuple[str, ...], times: tuple[float, ...]) -> None:
        """Have these accounts invited to a channel, and no others. Records of earlier versions have no times."""
        self.end(channel)
        for identity, at in zip_longest(identities, times[: len(identities)], fillvalue=0.0):
            self.add(str(identity), channel, float(at))
