"""SET KEEP of both services: parses and shows how much history is kept."""

from trialogue_server.commands.services.service import Request, refusal
from trialogue_server.world.history_limits import HistoryLimits

DEFAULT = "default"
_NUMBER_AT_MOST = 10**9
_DAYS_AT_MOST = 36_500
_UNITS = {
    "day": ("days", 1),
    "message": ("messages", 1),
    "byte": ("bytes", 1),
    "kb": ("bytes", 1024),
    "mb": ("bytes", 1024**2),
    "gb": ("bytes", 1024**3),
}
"""What each word bounds, with its factor."""


def server_keep(request: Request) -> HistoryLimits:
    """Return the server's own bounds for each conversation."""
    history = request.ctx.config.history
    return HistoryLimits(history.keep_days, history.keep_messages, history.keep_bytes)


def read_keep(request: Request, before: HistoryLimits, number: str, unit: str) -> HistoryLimits:
    """Read ``30``, ``30 days``, ``1000 messages``, ``5 MB``, or ``default`` for none. Raises Failed."""
    if number.lower() == DEFAULT and not unit:
        return HistoryLimits()
    field, factor = _UNITS.get(unit.lower().removesuffix("s") or "day", ("", 0))
    if not field:
        raise refusal("Say how many days, messages, KB, MB or GB")
    bound = getattr(server_keep(request), field) or factor * (_DAYS_AT_MOST if field == "days" else _NUMBER_AT_MOST)
    if bound < factor:
        raise refusal(f"The server keeps {_size(bound)} of each conversation at most: say less")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:10]) <= bound // factor):
        shown = unit if field == "bytes" else field
        raise refusal(f'Say a number of {shown} from 1 to {bound // factor}, or "{DEFAULT}"')
    return before._replace(**{field: int(number) * factor})


def kept(request: Request, wish: HistoryLimits) -> str:
    """Return what is kept where somebody sets this: ``30 days, 5 MB at most``."""
    keep = server_keep(request).and_also(wish)
    bounds = [f"{keep.messages} messages"] * bool(keep.messages) + [_size(keep.bytes)] * bool(keep.bytes)
    return (f"{keep.days} days" if keep.days else "ever") + (f", {' and '.join(bounds)} at most" if bounds else "")


def _size(number: int) -> str:
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if not number % factor:
            return f"{number // factor} {unit}"
    return f"{number} bytes"
