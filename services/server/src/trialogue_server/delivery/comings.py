"""Somebody has come or gone: tell the sessions that watch their nick.

https://ircv3.net/specs/extensions/monitor: "*" stands for the watcher's nick, so that all of them share one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircwire import numerics as n
from ircwire.source import parse_source
from trialogue_server.delivery.metadata import send_values
from trialogue_server.delivery.render import encode_line, server_time
from trialogue_server.delivery.reply import Reply
from trialogue_server.session.capabilities import SERVER_TIME

if TYPE_CHECKING:
    from trialogue_server.delivery.commit import Delivery
    from trialogue_server.world import events as e


def tell_online(delivery: Delivery, event: e.UserRegistered | e.NickChanged) -> None:
    """There is somebody of that name now."""
    user = delivery.world.users[event.uid]
    _tell(delivery, user.nick, f"{n.RPL_MONONLINE} * :{user.mask}", event.at)
    for session in delivery.audience.watchers(user.nick):
        reply = Reply(session, delivery.server, event.at, limit=delivery.line_limit)
        send_values(reply, user.nick, [(user.nick, user.metadata)], session.subscriptions)


def tell_offline(delivery: Delivery, event: e.UserLeft | e.NickChanged) -> None:
    """Nobody goes by the name that the user had."""
    nick = parse_source(event.source).nick
    _tell(delivery, nick, f"{n.RPL_MONOFFLINE} * :{nick}", event.at)


def tell_renamed(delivery: Delivery, event: e.NickChanged) -> None:
    """One name is gone and another there, unless they are the same to the server."""
    if delivery.world.user(parse_source(event.source).nick) is None:
        tell_offline(delivery, event)
        tell_online(delivery, event)


def _tell(delivery: Delivery, nick: str, body: str, at: float) -> None:
    made: dict[int, bytes] = {}
    for session in delivery.audience.watchers(nick):
        timed = session.caps & SERVER_TIME
        if timed not in made:
            tags = f"time={server_time(at)}" if timed else ""
            made[timed] = encode_line(tags, f":{delivery.server} {body}", delivery.line_limit)
        session.outbox.put(made[timed])
