"""MONITOR notifications: tells sessions that a nick they monitor has come or gone.

https://ircv3.net/specs/extensions/monitor: "*" stands for the watcher's nick, so that all of them share one line. What
a bot causes is marked: https://ircv3.net/specs/extensions/bot-mode#the-bot-tag
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircwire import numerics as n
from ircwire.source import parse_source
from trialogue_server.delivery.metadata import send_values
from trialogue_server.delivery.render import encode_line, mark_tags, server_time
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.capabilities import MESSAGE_TAGS, SERVER_TIME
from trialogue_server.world import events as e

if TYPE_CHECKING:
    from trialogue_server.delivery.commit import Delivery


_TAG_CAPS = SERVER_TIME | MESSAGE_TAGS


def tell_online(delivery: Delivery, event: e.UserRegistered | e.NickChanged) -> None:
    """Announce that somebody has the nick now."""
    user = delivery.world.users[event.uid]
    _tell(delivery, user.nick, f"{n.RPL_MONONLINE} * :{user.mask}", event.at, user.marks)
    for session in delivery.audience.watchers(user.nick):
        reply = Reply(session, delivery.server, event.at, limit=delivery.line_limit)
        send_values(reply, user.nick, [(user.nick, user.metadata)], session.subscriptions)


def tell_offline(delivery: Delivery, event: e.UserLeft | e.NickChanged) -> None:
    """Announce that nobody has the nick any more."""
    nick = parse_source(event.source).nick
    marks = event.marks if isinstance(event, e.UserLeft) else delivery.world.users[event.uid].marks
    _tell(delivery, nick, f"{n.RPL_MONOFFLINE} * :{nick}", event.at, marks)


def tell_renamed(delivery: Delivery, event: e.NickChanged) -> None:
    """Announce that one nick is gone and another there, unless both are the same to the server."""
    if delivery.world.user(parse_source(event.source).nick) is None:
        tell_offline(delivery, event)
        tell_online(delivery, event)


def _tell(delivery: Delivery, nick: str, body: str, at: float, marks: str) -> None:
    made: dict[int, bytes] = {}
    for session in delivery.audience.watchers(nick):
        caps = session.caps & _TAG_CAPS
        if caps not in made:
            tags = [f"time={server_time(at)}"] if caps & SERVER_TIME else []
            line = f":{delivery.server} {body}"
            made[caps] = encode_line(";".join([*tags, *mark_tags(marks, caps)]), line, delivery.line_limit)
        session.outbox.put(made[caps])
