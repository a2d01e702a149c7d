"""Client-only tags that clients may send to each other.
https://ircv3.net/specs/extensions/message-tags#client-only-tags
"""

from collections.abc import Collection

from ircwire.tags import client_only, format_tags, is_key
from trialogue_server.commands.context import Context
from trialogue_server.session.capabilities import MESSAGE_TAGS

_ALL = "*"
TYPING = "typing"
"""The tag of https://ircv3.net/specs/client-tags/typing, which is not kept."""


def client_tags(ctx: Context) -> str:
    """Return the client-only tags as they stand on the wire. Other tags are the server's to set, and some may be
    denied.
    """
    tags = ctx.message.tags
    if not tags or not ctx.session.caps & MESSAGE_TAGS:
        return ""
    denied = ctx.config.text.denied_tags
    return format_tags(
        {key: value for key, value in client_only(tags).items() if is_key(key) and not is_denied(key[1:], denied)}
    )


def are_kept(tags: str, kept: Collection[str]) -> bool:
    """Return whether a TAGMSG with these tags is history. One tag that is kept is enough; typing is not kept."""
    names = {item.partition("=")[0].removeprefix("+") for item in tags.split(";")}
    return TYPING not in names and not names.isdisjoint(kept)


def is_denied(name: str, denied: Collection[str]) -> bool:
    """Return whether a tag (without its "+") is denied by this CLIENTTAGDENY list.

    https://ircv3.net/specs/extensions/message-tags#rpl_isupport-tokens
    """
    return bool(denied) and (name in denied or (_ALL in denied and f"-{name}" not in denied))
