"""Phrases messages that are about other messages, and what is said about our account."""

from ircwire.text import strip_formatting
from trialogue_client.core import events as ev
from trialogue_client.core.references import reaction_of, taken_back_of

_QUOTED = 40
"""Characters of a message that are enough to know which one is meant."""


def quote(message: ev.Remembered) -> str:
    """Return the beginning of a message, in quotation marks."""
    text = strip_formatting(message.text).partition("\n")[0]
    short = text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()}…"
    return f"“{short}”"


def answered(event: ev.Said) -> str:
    """Return the text of a reply with what it answers; the name that stands in front for older programs goes."""
    if event.refers_to is None:
        return event.text
    nick = event.refers_to.nick
    text = event.text
    for mark in (": ", ", "):
        text = text.removeprefix(f"{nick}{mark}")
    return f"(to {nick}: {quote(event.refers_to)}) {text}"


def reacted(event: ev.Tagged) -> str:
    """Return a reaction as a sentence; "" for what is none, such as that somebody is typing."""
    who = "You" if event.me else event.who.nick
    reaction, back = reaction_of(event.tags), taken_back_of(event.tags)
    if not (reaction or back) or event.refers_to is None:
        return ""
    done = f"reacted {reaction} to" if reaction else f"took back {back} from"
    whose = "you" if event.refers_to.me else event.refers_to.nick
    return f"{who} {done} {whose}: {quote(event.refers_to)}"


def redacted(event: ev.Redacted) -> str:
    """Return a redaction as a sentence; what was taken back is not said again."""
    who = "You" if event.me else event.by.nick
    because = f" ({event.reason})" if event.reason else ""
    if event.refers_to is None:
        return f"{who} took back a message{because}"
    when = f" of {event.refers_to.at.astimezone():%H:%M}" if event.refers_to.at else ""
    own = event.refers_to.me if event.me else event.refers_to.nick == event.by.nick
    if own:
        return f"{who} took back {'your' if event.me else 'their'} message{when}{because}"
    return f"{who} took back {'your' if event.refers_to.me else f'{event.refers_to.nick}’s'} message{when}{because}"


def missed(event: ev.Missed, *, room: bool) -> str:
    """Return how much was missed."""
    if event.more:
        of = f"in {event.target}" if room else f"by {event.target}"
        return f"While you were away, much was said {of}; the newest of it follows. /history tells what came before."
    count = "1 message" if event.count == 1 else f"{event.count} messages"
    return f"While you were away: {count}" + (f" in {event.target}." if room else f" from {event.target}.")


def found(event: ev.Found) -> str:
    """Return how much was found."""
    if not event.results:
        return f"Nothing was found for {event.wanted}."
    count = "1 message" if len(event.results) == 1 else f"{len(event.results)} messages"
    return f"{count} found for {event.wanted}:"


def account_made(event: ev.AccountMade) -> str:
    """Return what is to be done next."""
    if event.ready:
        return f"{event.account} is an account now, and yours: its password is asked for wherever you come from."
    return "A code is on its way to you by e-mail: type /verify and that code."
