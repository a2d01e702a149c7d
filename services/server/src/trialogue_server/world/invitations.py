"""Invitations of accounts, which outlast the connection of whoever is invited and a restart of the server."""

from __future__ import annotations

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

    def add(self, identity: str, channel: Channel) -> bool:
        """Invite an account; return whether that is new."""
        self._channels.setdefault(identity, {})[channel] = None
        is_new = identity not in channel.invited_accounts
        channel.invited_accounts[identity] = None
        return is_new

    def withdraw(self, identity: str, channel: Channel) -> bool:
        """Invite an account no more; return whether it was invited."""
        channels = self._channels.get(identity, {})
        channels.pop(channel, None)
        if not channels:
            self._channels.pop(identity, None)
        return identity in channel.invited_accounts and channel.invited_accounts.pop(identity) is None

    def end(self, channel: Channel) -> None:
        """Withdraw all invitations to a channel."""
        for identity in list(channel.invited_accounts):
            self.withdraw(identity, channel)

    def restore(self, channel: Channel, identities: tuple[str, ...]) -> None:
        """Have these accounts invited to a channel, and no others."""
        self.end(channel)
        for identity in identities:
            self.add(identity, channel)
