"""Desktop notifications: what to write to the terminal so that the desktop shows one."""

from collections.abc import Mapping

from trialogue_client.engine.model import Alert
from trialogue_client.tui.formatting import harmless

_LONGEST = 200
_OSC_9 = frozenset({"iTerm.app", "WezTerm", "ghostty"})
_OSC_777 = ("foot", "rxvt")


def sequence(alert: Alert, environment: Mapping[str, str]) -> str:
    """Return the control sequence that has the terminal notify; "" for one that is not known to do it.

    Not known terminals get none: what they do not understand, some of them print.
    """
    title = harmless(alert.who if alert.where == alert.who else f"{alert.who} in {alert.where}").replace(";", ",")
    body = harmless(alert.text.replace("\n", " "))[:_LONGEST]
    if environment.get("TMUX") or environment.get("STY"):
        return ""  # A multiplexer keeps it for itself; the bell goes through.
    if (
        environment.get("TERM_PROGRAM") in _OSC_9
        or environment.get("WT_SESSION")
        or "kitty" in environment.get("TERM", "")
    ):
        return f"\x1b]9;{title}: {body}\x1b\\"
    if environment.get("TERM", "").startswith(_OSC_777):
        return f"\x1b]777;notify;{title};{body}\x1b\\"
    return ""
