"""The table of all commands, one row each. Open this first: the imports say where each handler is."""

from trialogue_server.commands.accounts import account_registration, sasl
from trialogue_server.commands.channels import join, kick_invite, listing, mode, names, rename, topic
from trialogue_server.commands.command import Command
from trialogue_server.commands.connection import cap, handshake, ping_quit
from trialogue_server.commands.history import chathistory, markread, search
from trialogue_server.commands.messages import batch, message, redact
from trialogue_server.commands.metadata import metadata
from trialogue_server.commands.operators import oper, server_ban
from trialogue_server.commands.people import monitor, presence, silence, who, whois
from trialogue_server.commands.server import isupport, queries
from trialogue_server.commands.server.help import make_help
from trialogue_server.commands.services import table as services

_ROWS: tuple[Command, ...] = (
    # the connection
    cap.cap,
    handshake.pass_,
    handshake.nick,
    handshake.user,
    sasl.authenticate,
    account_registration.register,
    account_registration.verify,
    ping_quit.ping,
    ping_quit.pong,
    ping_quit.quit_,
    ping_quit.error,
    # channels
    join.join,
    join.part,
    names.names,
    listing.list_,
    topic.topic,
    rename.rename,
    kick_invite.kick,
    kick_invite.invite,
    mode.mode,
    # messages
    message.privmsg,
    message.notice,
    message.tagmsg,
    batch.batch,
    chathistory.chathistory,
    search.search,
    markread.markread,
    redact.redact,
    # accounts and registered channels
    *services.ROWS,
    # oneself
    presence.away,
    presence.setname,
    metadata.metadata,
    # others
    who.who,
    whois.whois,
    whois.whowas,
    whois.userhost,
    whois.ison,
    monitor.monitor,
    silence.silence,
    # the server
    queries.lusers,
    queries.motd,
    queries.version,
    isupport.isupport,
    queries.time,
    queries.info,
    queries.admin,
    queries.links,
    queries.stats,
    # operators
    oper.oper,
    oper.kill,
    oper.wallops,
    oper.rehash,
    oper.die,
    server_ban.ban,
    server_ban.kline,
    server_ban.unkline,
    server_ban.dline,
    server_ban.undline,
)


def _table(rows: tuple[Command, ...]) -> dict[str, Command]:
    commands = {row.name: row for row in rows}
    for name in ("HELP", "HELPOP"):
        commands[name] = make_help(name, commands)
    return commands


COMMANDS = _table(_ROWS)
"""All rows, by the name of the command."""
