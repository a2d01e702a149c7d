"""The host that other users see."""

from trialogue_server.commands.core import Core
from trialogue_server.world.cloak import cloaked
from trialogue_server.world.names import shown_host


def host_of(core: Core, address: str) -> str:
    """Return the host part of the mask for an address: the cloak, or the address."""
    return cloaked(address, core.instance.cloak_key) if core.config.server.cloak else shown_host(address)
