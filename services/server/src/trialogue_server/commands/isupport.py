"""What does this server tell about itself?  https://modern.ircdocs.horse/#feature-advertisement"""

from trialogue_server.config import Config
from trialogue_server.world.modes import CHANNEL_MODES, PREFIXES

_LIMITS = {
    "AWAYLEN": "away_length",
    "CHANNELLEN": "channel_length",
    "KEYLEN": "key_length",
    "KICKLEN": "kick_length",
    "LINELEN": "line_length",
    "MAXLIST": "list_entries",
    "NICKLEN": "nick_length",
    "TOPICLEN": "topic_length",
    "USERLEN": "user_length",
}
"""Tokens that are left out where there is no limit: an empty value would read as 0."""


def isupport_tokens(config: Config) -> dict[str, str]:
    """Return the tokens of RPL_ISUPPORT, by name."""
    limits = config.limits
    targets = str(limits.targets_per_command or "")
    kinds = CHANNEL_MODES
    tokens = {
        "AWAYLEN": str(limits.away_length),
        "CASEMAPPING": "ascii",
        "CHANLIMIT": f"#:{limits.channels_per_user or ''}",
        "CHANMODES": f"{kinds.lists},{kinds.always},{kinds.when_set},{kinds.never}",
        "CHANNELLEN": str(limits.channel_length),
        "CHANTYPES": "#",
        "ELIST": "MNTU",
        "EXCEPTS": "e",
        "HOSTLEN": "64",
        "INVEX": "I",
        "KEYLEN": str(limits.key_length),
        "KICKLEN": str(limits.kick_length),
        "LINELEN": str(limits.line_length),
        "MAXLIST": f"{kinds.lists}:{limits.list_entries or ''}",
        "MAXTARGETS": targets,
        "MODES": str(limits.modes_per_command or ""),
        "NETWORK": config.server.network,
        "NICKLEN": str(limits.nick_length),
        "PREFIX": f"({''.join(PREFIXES)}){''.join(PREFIXES.values())}",
        "SAFELIST": "",
        "STATUSMSG": "".join(PREFIXES.values()),
        "TARGMAX": _targmax(targets),
        "TOPICLEN": str(limits.topic_length),
        "USERLEN": str(limits.user_length),
        "WHOX": "",
    }
    for name, limit in _LIMITS.items():
        if not getattr(limits, limit):
            del tokens[name]
    if config.text.invalid_utf8 == "refuse":
        tokens["UTF8ONLY"] = ""
    return tokens


def _targmax(targets: str) -> str:
    bounded = ",".join(f"{name}:{targets}" for name in ("KICK", "NOTICE", "PRIVMSG", "TAGMSG"))
    return f"{bounded},JOIN:,LIST:,NAMES:1,PART:,WHOIS:1"
