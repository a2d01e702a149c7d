"""RPL_ISUPPORT: what the server supports.

https://modern.ircdocs.horse/#feature-advertisement and https://ircv3.net/specs/extensions/extended-isupport
"""

from ircwire import numerics as n
from ircwire.framing import BODY_LIMIT
from ircwire.isupport import LINE_SIZE, format_tokens
from trialogue_server.commands import params as p
from trialogue_server.commands.command import Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.config import Config
from trialogue_server.config.schema import UNBOUNDED, LimitsSection
from trialogue_server.delivery.numerics import TEXTS
from trialogue_server.session.capabilities import BATCH, EXTENDED_ISUPPORT
from trialogue_server.world.extended_bans import LETTERS, PREFIX
from trialogue_server.world.modes import BOT, CHANNEL_MODES, PREFIXES
from trialogue_server.world.refused import Refused

_MANY = 10**9
"""Announced where nothing bounds a number that must be given."""

_IN_BATCH = EXTENDED_ISUPPORT | BATCH


@command("ISUPPORT", phase=Phase.ANY, reads=True)
def isupport(ctx: Context) -> None:
    """Show what the server supports.  https://ircv3.net/specs/extensions/extended-isupport#isupport-command"""
    if ctx.session.user is None and not ctx.session.caps & EXTENDED_ISUPPORT:
        raise Refused(n.ERR_NOTREGISTERED)
    send_isupport(ctx)


def send_isupport(ctx: Context) -> None:
    """Send RPL_ISUPPORT, on as many lines as needed, in a batch to clients that want one."""
    frame = f":{ctx.core.name} {n.RPL_ISUPPORT} {ctx.session.nick}  :{TEXTS[n.RPL_ISUPPORT]}\r\n"
    size = min(LINE_SIZE, BODY_LIMIT - len(frame.encode()))
    tokens = format_tokens(isupport_tokens(ctx.config), size=size)
    lines = [ctx.reply.made(n.RPL_ISUPPORT, *line) for line in tokens]
    if ctx.session.caps & _IN_BATCH == _IN_BATCH:
        ctx.reply.batch("draft/isupport", (), lines)
    else:
        for line in lines:
            ctx.reply.line(line)


def isupport_tokens(config: Config) -> dict[str, str]:
    """Return the tokens of RPL_ISUPPORT, by name."""
    limits = config.limits
    targets = str(limits.targets_per_command or "")
    kinds = CHANNEL_MODES
    tokens = {
        "ACCOUNTEXTBAN": "a,account",
        "AWAYLEN": str(limits.away_length),
        "BOT": BOT,
        "CASEMAPPING": "ascii",
        "CHANLIMIT": f"#:{limits.channels_per_user or ''}",
        "CHANMODES": f"{kinds.lists},{kinds.always},{kinds.when_set},{kinds.never}",
        "CHANNELLEN": str(limits.channel_length),
        "CHANTYPES": "#",
        "CHATHISTORY": str(config.history.page),
        "ELIST": "CMNTU",
        "EXCEPTS": "e",
        "EXTBAN": f"{PREFIX},{LETTERS}",
        "HOSTLEN": "64",
        "INVEX": "I",
        "KEYLEN": str(limits.key_length),
        "KICKLEN": str(limits.kick_length),
        "LINELEN": str(limits.line_length),
        "MAXLIST": f"{kinds.lists}:{limits.list_entries or ''}",
        "MAXTARGETS": targets,
        # No specification has it: a client can say so before somebody types a password, instead of after.
        "MINPASSLEN": str(config.accounts.password_length),
        "MODES": str(limits.modes_per_command or ""),
        "MSGREFTYPES": "timestamp,msgid",
        "MONITOR": str(limits.monitor_entries or ""),
        "NAMELEN": str(limits.realname_length),
        "NETWORK": config.server.network,
        "NICKLEN": str(limits.nick_length),
        "PREFIX": f"({''.join(PREFIXES)}){''.join(PREFIXES.values())}",
        "SAFELIST": "",
        "SILENCE": str(limits.block_entries or _MANY),
        "STATUSMSG": "".join(PREFIXES.values()),
        "TARGMAX": _targmax(limits),
        "TOPICLEN": str(limits.topic_length),
        "USERLEN": str(limits.user_length),
        "WHOX": "",
    }
    if not config.accounts.registration:
        del tokens["MINPASSLEN"]
    if not config.history.enabled:
        del tokens["CHATHISTORY"], tokens["MSGREFTYPES"]
    if not limits.list_entries:
        del tokens["MAXLIST"]
    if config.text.denied_tags:
        tokens["CLIENTTAGDENY"] = ",".join(config.text.denied_tags)
    if config.text.invalid_utf8 != "latin-1":
        tokens["UTF8ONLY"] = ""
    if config.server.icon:
        tokens["draft/ICON"] = config.server.icon
    return {name: value for name, value in tokens.items() if value != str(UNBOUNDED)}


def _targmax(limits: LimitsSection) -> str:
    asked = ("KICK", "LIST", "NAMES", "NOTICE", "PRIVMSG", "SILENCE", "TAGMSG")
    most = dict.fromkeys(asked, limits.targets_per_command)
    most |= dict.fromkeys(("JOIN", "PART"), limits.channels_per_user)
    most |= {"MONITOR": limits.monitor_entries, "USERHOST": p.USERHOST_MOST, "WHOIS": 1}
    return ",".join(f"{name}:{number or ''}" for name, number in sorted(most.items()))
