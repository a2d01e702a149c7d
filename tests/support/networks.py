"""Networks of their own: a switch and some machines, which are network namespaces, and nothing of them touches ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS = count()


def why_none() -> str:
    """Return why no network can be made here; "" when one can."""
    if shutil.which("ip") is None:
        return "there is no ip command (Debian: apt install iproute2)"
    name = f"tri{os.getpid()}-probe"
    made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True, text=True)
    if made.returncode:
        return f"network namespaces are for the administrator ({made.stderr.strip()})"
    try:
        pair = ["ip", "-n", name, "link", "add", "one", "type", "veth", "peer", "name", "two"]
        linked = subprocess.run(pair, check=False, capture_output=True, text=True)
    finally:
        ip("netns", "del", name)
    return f"no veth pair can be made ({linked.stderr.strip()})" if linked.returncode else ""


class Machine(NamedTuple):
    """One of the namespaces; its interface is called lan."""

    name: str
    address: str

    def command(self, *words: str) -> list[str]:
        """Return how to run this there."""
        return ["ip", "netns", "exec", self.name, *words]


@contextmanager
def network(*, machines: int = 2, six_only: bool = False) -> Iterator[list[Machine]]:
    """Connect so many machines by a switch: 10.77.0.1, 10.77.0.2 …, and fe80:: addresses; or these alone."""
    prefix = f"tri{os.getpid()}-{next(_NUMBERS)}"
    switch = f"{prefix}-s"
    names = [switch, *(f"{prefix}-{number}" for number in range(1, machines + 1))]
    made: list[str] = []
    try:
        for name in names:
            ip("netns", "add", name)
            made.append(name)
            _without_waiting(name)
            ip("-n", name, "link", "set", "lo", "up")
        # Without snooping the switch needs nobody to ask who listens to which group.
        ip("-n", switch, "link", "add", "switch", "type", "bridge", "mcast_snooping", "0")
        ip("-n", switch, "link", "set", "switch", "up")
        yield [_connect(switch, name, number, six_only=six_only) for number, name in enumerate(names[1:], start=1)]
    finally:
        for name in made:
            ip("netns", "del", name)


def _connect(switch: str, name: str, number: int, *, six_only: bool) -> Machine:
    port = f"port{number}"
    ip("-n", switch, "link", "add", port, "type", "veth", "peer", "name", "lan", "netns", name)
    ip("-n", switch, "link", "set", port, "master", "switch", "up")
    address = f"10.77.0.{number}"
    if not six_only:
        ip("-n", name, "address", "add", f"{address}/24", "dev", "lan")
    ip("-n", name, "address", "add", f"fe80::77:{number}/64", "dev", "lan", "nodad")
    ip("-n", name, "link", "set", "lan", "up")
    return Machine(name, f"fe80::77:{number}" if six_only else address)


def _without_waiting(name: str) -> None:
    """Let addresses count at once: nobody else has them here."""
    switch_off = (
        "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad; echo 1 >/proc/sys/net/ipv6/conf/default/addr_gen_mode"
    )
    subprocess.run(["ip", "netns", "exec", name, "sh", "-c", switch_off], check=True)


def ip(*words: str) -> None:
    """Run ip(8)."""
    subprocess.run(["ip", *words], check=True, capture_output=True)
