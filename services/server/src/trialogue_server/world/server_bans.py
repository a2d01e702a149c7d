"""Server bans, by account, address, network and mask, each with an end or for ever."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from msgspec import Struct

from ircwire.source import compile_masks, match
from trialogue_server.world.addresses import parse_address, parse_network

ACCOUNT, ADDRESS, NETWORK, MASK = "account", "address", "network", "mask"
KINDS = (ACCOUNT, ADDRESS, NETWORK, MASK)


class ServerBan(Struct, frozen=True):
    """One ban. `at` and `until` are Unix times in seconds; an `until` of 0 is for ever."""

    kind: str
    target: str
    """An account's name, an address, a network in CIDR notation, or ``nick!user@host`` with * and ?."""
    by: str
    at: float
    until: float
    reason: str

    def is_over(self, now: float) -> bool:
        """Return whether it has expired."""
        return bool(self.until) and now >= self.until


def kind_of(target: str) -> str:
    """Return the kind of ban that a target alone means."""
    for kind, read in ((ADDRESS, parse_address), (NETWORK, parse_network)):
        with suppress(ValueError):
            read(target)
            return kind
    return MASK if set("!@*?") & set(target) else ACCOUNT


class Visitor(NamedTuple):
    """What is known of somebody; "" for what is not known yet."""

    address: str
    account: str = ""
    nick: str = ""
    username: str = ""
    host: str = ""


def matcher(ban: ServerBan, fold: Callable[[str], str]) -> Callable[[Visitor], bool]:
    """Return a function that says whether a ban matches a visitor, for everybody who is here."""
    if ban.kind == ACCOUNT:
        account = fold(ban.target)
        return lambda visitor: fold(visitor.account) == account
    if ban.kind == ADDRESS:
        address = parse_address(ban.target)
        return lambda visitor: bool(visitor.address) and parse_address(visitor.address) == address
    if ban.kind == NETWORK:
        network = parse_network(ban.target)
        return lambda visitor: bool(visitor.address) and parse_address(visitor.address) in network
    matches = compile_masks((fold(ban.target),))
    return lambda visitor: bool(visitor.nick) and any(map(matches, _shown(visitor, fold)))


def _shown(visitor: Visitor, fold: Callable[[str], str]) -> list[str]:
    """Return the folded masks that somebody has."""
    who = f"{visitor.nick}!{visitor.username}@"
    return [fold(who + host) for host in {visitor.host, visitor.address} if host]


class ServerBans:
    """All server bans, expired ones too until they are lifted. Only `World.apply` changes them."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._bans: dict[str, dict[str, ServerBan]] = {kind: {} for kind in KINDS}
        self._networks: dict[str, IPv4Network | IPv6Network] = {}
        self._expiry = 0.0
        """No ban expires before; 0 where none ever will."""

    def __iter__(self) -> Iterator[ServerBan]:
        for bans in self._bans.values():
            yield from bans.values()

    def get(self, kind: str, target: str) -> ServerBan | None:
        """Return the ban of a target."""
        return self._bans[kind].get(self._fold(target))

    def find(self, visitor: Visitor, now: float) -> ServerBan | None:
        """Return a ban in force that matches this visitor, if there is one."""
        return next((ban for ban in self._about(visitor) if not ban.is_over(now)), None)

    def expired(self, now: float) -> list[ServerBan]:
        """Return the bans that have expired. Cheap while there are none, so it may be called often."""
        if not self._expiry or now < self._expiry:
            return []
        over = [ban for ban in self if ban.is_over(now)]
        if not over:  # those that were have been lifted
            self._expiry = min((ban.until for ban in self if ban.until), default=0.0)
        return over

    def set(self, ban: ServerBan) -> None:
        """Add a ban."""
        key = self._fold(ban.target)
        self._bans[ban.kind][key] = ban
        if ban.kind == NETWORK:
            self._networks[key] = parse_network(ban.target)
        if ban.until:
            self._expiry = min(self._expiry or ban.until, ban.until)

    def lift(self, kind: str, target: str) -> None:
        """Remove a ban."""
        key = self._fold(target)
        self._bans[kind].pop(key, None)
        if kind == NETWORK:
            self._networks.pop(key, None)

    def _about(self, visitor: Visitor) -> Iterator[ServerBan]:
        if visitor.account and (ban := self._bans[ACCOUNT].get(self._fold(visitor.account))) is not None:
            yield ban
        if visitor.address and (self._bans[ADDRESS] or self._networks):
            address = parse_address(visitor.address)
            if (ban := self._bans[ADDRESS].get(str(address))) is not None:
                yield ban
            yield from (self._bans[NETWORK][key] for key, around in self._networks.items() if address in around)
        if visitor.nick and self._bans[MASK]:
            yield from self._by_mask(visitor)

    def _by_mask(self, visitor: Visitor) -> Iterator[ServerBan]:
        shown = _shown(visitor, self._fold)
        for folded, ban in self._bans[MASK].items():
            if any(match(folded, mask) for mask in shown):
                yield ban
