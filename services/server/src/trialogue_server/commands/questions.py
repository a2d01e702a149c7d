"""What a node asks the core, beside putting inputs. The answers change nothing."""

from collections.abc import Mapping

from trialogue_server.commands.channels.empty_channels import excess_channels
from trialogue_server.commands.core import Core
from trialogue_server.commands.operators.ban_enforcement import banned_line
from trialogue_server.world.server_bans import Visitor


def refusal_of_banned(core: Core, address: str) -> bytes:
    """Return the line that tells whoever connects from this address that it is banned, b"" if it is not."""
    ban = core.world.server_bans.find(Visitor(address), core.moment.believed)
    return banned_line(core, "*", ban) if ban is not None else b""


def excess_of(core: Core, sizes: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return the empty channels for which there is no room, as `ChannelsExpired` has them.

    `sizes` has the known sizes in bytes, by folded name.
    """
    return tuple((channel.name, channel.since) for channel in excess_channels(core, sizes))
