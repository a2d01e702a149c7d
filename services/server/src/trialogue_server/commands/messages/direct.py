"""Direct messages: to whoever has a nick, or to an account of which nobody is connected.

An account's name stands for its owner: if nobody has it as a nick, the owner gets the message under their present nick.
If the owner is not connected, the message is kept as history and waits: `offline_messages` delivers it later. Blocked
senders are not told: they are answered as everybody is, and their own history has the message.
"""

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from ircwire import numerics as n
from ircwire.multiline import Lines
from trialogue_server.commands import params as p
from trialogue_server.commands.context import Context
from trialogue_server.world import policy
from trialogue_server.world.accounts import Account
from trialogue_server.world.blocks import PublicIdentity, is_blocked, seen
from trialogue_server.world.ctcp import is_ctcp
from trialogue_server.world.events import MailNoted, MessagePosted, MultilinePosted, TagsPassed
from trialogue_server.world.history import between, is_passing, unheard
from trialogue_server.world.offline_messages import WaitingMessages, WaitingTotal
from trialogue_server.world.refused import Refused
from trialogue_server.world.user import User, identity_of

Make = Callable[..., MessagePosted | TagsPassed | MultilinePosted]
"""Makes the event from its stamp, command, target, text and tags."""

ABSENT = "not here; they will read it when they come back"


def post_to_user(ctx: Context, make: Make, name: str, said: str | Lines, tags: str, target: str) -> None:
    """Post a message to one person. Raises Refused. `make` is the event: a text, or lines."""
    to = find_listener(ctx, target)
    if to is None:
        _leave_for(ctx, _absent(ctx, target), make, name, said, tags)
        return
    policy.can_write_to(ctx.user, to)
    user = ctx.user
    conversation = between(user.identity, to.identity)
    if to.blocks and has_blocked(ctx, to.blocks, to.identity):
        conversation = unheard(conversation, user.identity)
    ctx.commit(make(*ctx.stamp(), name, to.nick, "", to.uid, "", said, tags, conversation, user.marks))
    if name == "PRIVMSG":
        if to.away:
            ctx.reply.numeric(n.RPL_AWAY, to.nick, to.away)
        if user.blocks:
            _remind(ctx, to.nick, seen(to))


def find_listener(ctx: Context, target: str) -> User | None:
    """Return the user who gets what is sent to this nick or account now; None if there is none."""
    user = ctx.world.user(target)
    if user is not None and (user.attached or not user.account):
        return user
    account = ctx.world.accounts.get(target) if user is None else ctx.world.accounts.get(user.account)
    return ctx.world.logins.listener(account.name) if account is not None else None


def has_blocked(ctx: Context, entries: tuple[str, ...], identity: str) -> bool:
    """Return whether somebody with this list and this identity has blocked the asker. Nobody blocks themselves.

    The whole list is paid for, so that a blocked sender cannot measure it.
    """
    if not entries or identity == ctx.user.identity:
        return False
    ctx.work(2 * len(entries))
    return is_blocked(entries, seen(ctx.user), ctx.world.fold)


class _Absent(NamedTuple):
    """An account of which nobody is connected."""

    shown: str
    """The nick that they keep (always-on), or the account's name."""
    user: User | None
    account: Account


def _absent(ctx: Context, target: str) -> _Absent:
    """Return the account that is meant, of which nobody is connected. Raises Refused."""
    user = ctx.world.user(target)
    account = ctx.world.accounts.get(user.account if user is not None else target)
    if account is None or not account.is_verified:
        raise Refused(n.ERR_NOSUCHNICK, p.echoed(target))
    return _Absent(user.nick if user is not None else account.name, user, account)


def _leave_for(ctx: Context, absent: _Absent, make: Make, name: str, said: str | Lines, tags: str) -> None:
    """Keep the message until the account is here. Raises Refused. A typing notification is not kept."""
    shown, user, account = absent
    if user is not None:
        policy.can_write_to(ctx.user, user)
    identity, mine = identity_of(account.name), ctx.user.identity
    conversation = between(mine, identity)
    hidden = has_blocked(ctx, account.blocks, identity)
    if hidden:
        conversation = unheard(conversation, mine)
    uid = user.uid if user is not None else 0
    event = make(*ctx.stamp(), name, shown, "", uid, "", said, tags, conversation, ctx.user.marks)
    if event.command == "TAGMSG" and is_passing(event):
        ctx.commit(event)
        return
    _must_be_kept(ctx, shown, event.text)
    size = len(event.text.encode()) + len(event.tags)
    mail = _more(ctx, shown, WaitingMessages(identity, mine, event.id, 0, 0, hidden), size)
    if hidden and _is_full(ctx, ctx.world.mails.hidden(identity), size):
        ctx.commit(replace(event, between=""))  # kept for nobody, and answered as if it were
    else:
        ctx.commit(event)
        ctx.commit_by_itself(MailNoted(event.id, event.at, event.uid, event.source, event.account, mail))
    if name == "PRIVMSG":
        ctx.reply.numeric(n.RPL_AWAY, shown, user.away if user is not None and user.away else ABSENT)
        if ctx.user.blocks:
            _remind(ctx, shown, PublicIdentity(account.name, ()))


def _must_be_kept(ctx: Context, shown: str, text: str) -> None:
    """Refuse a message that nobody would ever get."""
    if not ctx.config.history.enabled:
        raise Refused(n.ERR_NOSUCHNICK, shown, text="Not here now, and this server keeps no messages: nothing was sent")
    if is_ctcp(text):
        raise Refused(n.ERR_NOSUCHNICK, shown, text="Not here now, so no program can answer: nothing was sent")


def _more(ctx: Context, shown: str, like: WaitingMessages, size: int) -> WaitingMessages:
    """Return the sender's waiting messages with this one added. Raises Refused if they are too many."""
    bounds = ctx.config.history
    ctx.work(len(ctx.world.mails.of(like.identity)))
    everything, theirs = ctx.world.mails.load(like)
    text = f"Not here now, and too much waits for {shown} already: nothing was sent; try again when they are back"
    if _is_full(ctx, everything, size):
        raise Refused(n.ERR_CANNOTSENDTOUSER, shown, text=text)
    if bounds.waiting_per_sender and theirs.messages >= bounds.waiting_per_sender:
        who = "people without an account" if like.is_by_guest else "you"
        text = f"Not here now, and {theirs.messages} messages from {who} wait for {shown} already: nothing was sent"
        raise Refused(n.ERR_CANNOTSENDTOUSER, shown, text=text)
    found = ctx.world.mails.find(like) or like
    return WaitingMessages(like.identity, like.sender, found.first, found.messages + 1, found.size + size, like.hidden)


def _is_full(ctx: Context, load: WaitingTotal, size: int) -> bool:
    """Return whether as much as may wait for one account waits already, with so many bytes added."""
    bounds = ctx.config.history
    too_many = bounds.waiting_messages and load.messages >= bounds.waiting_messages
    return bool(too_many or (bounds.waiting_bytes and load.size + size > bounds.waiting_bytes))


def _remind(ctx: Context, shown: str, other: PublicIdentity) -> None:
    """Tell the asker that they have blocked the recipient: otherwise they would wait for an answer."""
    if is_blocked(ctx.user.blocks, other, ctx.world.fold):
        text = f"You have blocked {shown}, so no answer reaches you; /msg NickServ UNBLOCK {shown} ends that"
        ctx.reply.raw(f"NOTICE {ctx.user.nick} :{text}")
