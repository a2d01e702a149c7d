"""Phrases numeric replies."""

from collections.abc import Callable, Sequence

from ircwire import numerics as num

_SILENT = frozenset(
    {
        num.RPL_YOURHOST,
        num.RPL_CREATED,
        num.RPL_MYINFO,
        num.RPL_ISUPPORT,
        "042",  # RPL_YOURID
        "250",  # RPL_STATSCONN
        num.RPL_LUSERCLIENT,
        num.RPL_LUSEROP,
        num.RPL_LUSERUNKNOWN,
        num.RPL_LUSERCHANNELS,
        num.RPL_LUSERME,
        num.RPL_LOCALUSERS,
        num.RPL_GLOBALUSERS,
        num.RPL_ENDOFWHO,
        num.RPL_ENDOFWHOIS,
        num.RPL_LISTSTART,
        num.RPL_LISTEND,
        num.RPL_CREATIONTIME,
        num.RPL_TOPICWHOTIME,
        num.RPL_ENDOFINVEXLIST,
        num.RPL_ENDOFEXCEPTLIST,
        num.RPL_ENDOFBANLIST,
        num.RPL_ENDOFWHOWAS,
        num.RPL_ENDOFINFO,
        num.RPL_MOTDSTART,
        num.RPL_ENDOFMOTD,
        num.ERR_NOMOTD,
    }
)
"""What greets every connection and what only ends a list: nobody needs to read it."""


def phrase(code: str, params: Sequence[str]) -> str:
    """Return a reply (its params without our nick) as a sentence; "" for one that need not be shown."""
    if code in _SILENT:
        return ""
    try:
        return _PHRASES[code](params) if code in _PHRASES else " ".join(params)
    except (IndexError, ValueError):
        return " ".join(params)  # A server that leaves out what the phrase needs: better its own words than none.


def _fill(template: str) -> Callable[[Sequence[str]], str]:
    return lambda params: template.format(*params)


def _quiet(params: Sequence[str]) -> str:
    return f"{params[0]} has said nothing for {duration(int(params[1]) if params[1].isdigit() else 0)}"


def _away(params: Sequence[str]) -> str:
    """Our server says "not here" of an account that nobody uses now: they are not away, and have left no word."""
    return f"{params[0]} is {params[1]}" if params[1].startswith("not here") else f"{params[0]} is away: {params[1]}"


def _motd(params: Sequence[str]) -> str:
    return params[0].removeprefix("- ").removeprefix("-")


def _people(params: Sequence[str]) -> str:
    count = "1 person" if params[1] == "1" else f"{params[1]} people"
    return f"{params[0]}: {count}" + (f", {params[2]}" if params[2] else "")


def _somebody(params: Sequence[str]) -> str:
    away = ", away" if params[5].startswith("G") else ""
    where = "" if params[0] == "*" else f" in {params[0]}"
    return f"{params[4]} ({params[6].partition(' ')[2]}, {params[1]}@{params[2]}){where}{away}"


def duration(seconds: int) -> str:
    """Return a time span in words, to its largest unit: ``3 minutes``."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return _count(seconds // size, unit)
    return _count(seconds, "second")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


_PHRASES: dict[str, Callable[[Sequence[str]], str]] = {
    num.RPL_UMODEIS: _fill("Your own mode is {0}"),
    num.RPL_AWAY: _away,
    num.RPL_WHOISUSER: _fill("{0} ({1}@{2}): {4}"),
    num.RPL_WHOISSERVER: _fill("{0} is connected to {1}"),
    num.RPL_WHOISOPERATOR: _fill("{0} is an operator of this server"),
    num.RPL_WHOISIDLE: _quiet,
    num.RPL_WHOISCHANNELS: _fill("{0} is in {1}"),
    num.RPL_WHOISACCOUNT: _fill("{0} is logged in as {1}"),
    "671": _fill("{0} uses an encrypted connection"),  # RPL_WHOISSECURE
    num.RPL_WHOREPLY: _somebody,
    num.RPL_LIST: _people,
    num.RPL_INVITING: _fill("{0} has been asked into {1}"),
    num.RPL_CHANNELMODEIS: lambda params: f"{params[0]} is set to {' '.join(params[1:])}",
    num.RPL_BANLIST: _fill("{0} keeps out {1}"),
    num.RPL_EXCEPTLIST: _fill("{0} lets in {1} in spite of bans"),
    num.RPL_INVEXLIST: _fill("{0} needs no invitation for {1}"),
    num.RPL_YOUREOPER: _fill("You are an operator of this server now"),
    num.RPL_MOTD: _motd,
}
