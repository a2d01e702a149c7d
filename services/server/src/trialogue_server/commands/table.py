"""Every command that this server knows: one row each, and the file that it stands in. Open this first."""

from trialogue_server.commands import (
    batch,
    cap,
    channel,
    connection,
    history,
    isupport,
    join,
    listing,
    markread,
    message,
    metadata,
    mode,
    monitor,
    names,
    oper,
    presence,
    redact,
    register,
    registration,
    rename,
    sasl,
    search,
    server,
    serverban,
    silence,
    topic,
    who,
    whois,
)
from trialogue_server.commands.command import Command
from trialogue_server.commands.help import make_help
from trialogue_server.commands.services import table as services

_ROWS: tuple[Command, ...] = (
    # the connection
    cap.cap,
    registration.pass_,
    registration.nick,
    registration.user,
    sasl.authenticate,
    register.register,
    register.verify,
    connection.ping,
    connection.pong,
    connection.quit_,
    connection.error,
    # channels
    join.join,
    join.part,
    names.names,
    listing.list_,
    topic.topic,
    rename.rename,
    channel.kick,
    channel.invite,
    mode.mode,
    # messages
    message.privmsg,
    message.notice,
    message.tagmsg,
    batch.batch,
    history.chathistory,
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
    server.lusers,
    server.motd,
    server.version,
    isupport.isupport,
    server.time,
    server.info,
    server.admin,
    server.links,
    server.stats,
    # operators
    oper.oper,
    oper.kill,
    oper.wallops,
    oper.rehash,
    oper.die,
    serverban.ban,
    serverban.kline,
    serverban.unkline,
    serverban.dline,
    serverban.undline,
)


def _table(rows: tuple[Command, ...]) -> dict[str, Command]:
    commands = {row.name: row for row in rows}
    for name in ("HELP", "HELPOP"):
        commands[name] = make_help(name, commands)
    return commands


COMMANDS = _table(_ROWS)
"""By name."""
