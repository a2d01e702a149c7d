"""What a node asks the core, beside putting inputs. The answers change nothing."""

from collections.abc import Mapping

from ircwire.errors import ParseError
from ircwire.message import parse
from trialogue_server.commands.channels.empty_channels import excess_channels
from trialogue_server.commands.core import Core
from trialogue_server.commands.operators.ban_enforcement import banned_line
from trialogue_server.commands.table import COMMANDS
from trialogue_server.session.session import Session
from trialogue_server.world.server_bans import Visitor


def only_reads(session: Session, line: bytes) -> bool:
    """Return whether a line changes nothing, so that no node but the session's own needs to decide it.

    It is decided after the lines that the session said before it, and at `Core.reading`: the time is an input too.
    """
    if session.user is None or session.rights is not None or session.multiline is not None:
        return False
    try:
        message = parse(line.decode())
    except (ParseError, UnicodeDecodeError):
        return False
    row = COMMANDS.get(message.command)
    return row is not None and row.reads and "batch" not in message.tags


def refusal_of_banned(core: Core, address: str) -> bytes:
    """Return the line that tells whoever connects from this address that it is banned, b"" if it is not."""
    ban = core.world.server_bans.find(Visitor(address), core.moment.believed)
    return banned_line(core, "*", ban) if ban is not None else b""


def excess_of(core: Core, sizes: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return the empty channels for which there is no room, as `ChannelsExpired` has them.

    `sizes` has the known sizes in bytes, by folded name.
    """
    return tuple((channel.name, channel.since) for channel in excess_channels(core, sizes))
