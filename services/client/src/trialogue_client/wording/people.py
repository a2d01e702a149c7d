"""Phrases who comes and goes, and how rooms change."""

from ircwire.modes import format_modes
from trialogue_client.core import events as ev
from trialogue_client.wording.rows import Row, RowKind, View, news

_OTHERS_HERE = (
    "This device is away, but another one of yours is here: you are not shown as away. /awayall is for all of them."
)
_ACCOUNT = ("~account", "~a")
"""How an entry begins that means an account.  https://ircv3.net/specs/extensions/account-extban"""


def joined(event: ev.Joined, view: View) -> list[Row]:
    return [] if event.me else [news(f"{event.who.nick} came in", event.room, view)]


def parted(event: ev.Parted, view: View) -> list[Row]:
    if event.me:
        return [Row(RowKind.EVENT, f"You left {event.room}.")]
    return [news(f"{event.who.nick} left{_because(event.reason)}", event.room, view)]


def kicked(event: ev.Kicked, view: View) -> list[Row]:
    if event.me:
        text = f"{event.by.nick} put you out of {event.room}{_because(event.reason)}. To go back: /join {event.room}"
        return [Row(RowKind.TROUBLE, text)]
    return [news(f"{event.by.nick} put {event.nick} out{_because(event.reason)}", event.room, view)]


def gone(event: ev.Quit, _: View) -> list[Row]:
    return [Row(RowKind.EVENT, f"{event.who.nick} has gone{_because(event.reason)}")] * (not event.me)


def renamed(event: ev.Renamed, _: View) -> list[Row]:
    return [Row(RowKind.EVENT, f"{'You are' if event.me else f'{event.old} is'} now {event.new}")]


def room_renamed(event: ev.RoomRenamed, view: View) -> list[Row]:
    text = f"{event.by.nick} renamed {event.old} to {event.new}{_because(event.reason)}"
    return [news(text, event.old, view)]


def names(event: ev.NamesListed, view: View) -> list[Row]:
    others = len(
        [name for name in event.names if view.chat.fold(name.lstrip("~&@%+")) != view.chat.fold(view.chat.nick)]
    )
    if not event.on_join:
        return [Row(RowKind.EVENT, f"In {event.room}: {', '.join(event.names) or 'nobody'}")]
    company = "nobody else yet" if others == 0 else "1 other person" if others == 1 else f"{others} other people"
    if view.greeted:
        return [Row(RowKind.HINT, f"You are {'back ' if view.reconnected else ''}in {event.room} with {company}.")]
    view.greeted = True
    return [Row(RowKind.HINT, f"You are in {event.room} with {company}. Type to talk, /help for commands.")]


def topic_changed(event: ev.TopicChanged, view: View) -> list[Row]:
    change = f"set the topic: {event.topic}" if event.topic else "removed the topic"
    return [news(f"{event.by.nick} {change}", event.room, view)]


def topic_told(event: ev.TopicTold, _: View) -> list[Row]:
    return [
        Row(RowKind.EVENT, f"Topic of {event.room}: {event.topic}" if event.topic else f"{event.room} has no topic.")
    ]


def mode(event: ev.ModeChanged, view: View) -> list[Row]:
    if not view.chat.is_room(event.target):
        return []
    return [news(f"{event.by.nick} set {' '.join(format_modes(event.changes))}", event.target, view)]


def invited(event: ev.Invited, _: View) -> list[Row]:
    if event.me:
        return [Row(RowKind.HINT, f"{event.by.nick} asks you into {event.room}: type /join {event.room}")]
    return [Row(RowKind.EVENT, f"{event.by.nick} asked {event.nick} into {event.room}")]


def away(event: ev.AwayChanged, _: View) -> list[Row]:
    if event.me and event.message:
        return [Row(RowKind.EVENT, _OTHERS_HERE)]
    if event.me:
        return [Row(RowKind.EVENT, "You are back." if event.message is None else "You are shown as away.")]
    return [Row(RowKind.EVENT, f"{event.nick} is {'back' if event.message is None else f'away: {event.message}'}")]


def block_changed(event: ev.BlockChanged, _: View) -> list[Row]:
    who = _blocked(event.entry)
    if event.on:
        told = (
            f"{who} is blocked: nothing that they say to you alone reaches you. They are not told. Undo: /unblock {who}"
        )
        return [Row(RowKind.HINT, told)]
    return [Row(RowKind.HINT, f"{who} is not blocked any more; what they said meanwhile does not come.")]


def block_listed(event: ev.BlockListed, _: View) -> list[Row]:
    return [Row(RowKind.EVENT, f"You have blocked {', '.join(map(_blocked, event.entries)) or 'nobody'}.")]


def _blocked(entry: str) -> str:
    """Return an entry as one types it: an account's name, a nick, or a mask."""
    kind, colon, account = entry.partition(":")
    return account if colon and kind in _ACCOUNT else entry.removesuffix("!*@*")


def _because(reason: str) -> str:
    """Return the reason in brackets; servers put "Quit: " before what a person said, which may be nothing."""
    reason = reason.removeprefix("Quit:").strip()
    return f" ({reason})" if reason else ""
