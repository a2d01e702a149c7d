"""Capabilities: their names, and the lists of CAP.

https://ircv3.net/specs/extensions/capability-negotiation
"""

from collections.abc import Iterable, Mapping

from ircwire.text import pack_words

ACCOUNT_NOTIFY = "account-notify"
ACCOUNT_TAG = "account-tag"
ACCOUNT_REGISTRATION = "draft/account-registration"
CHATHISTORY = "draft/chathistory"
EVENT_PLAYBACK = "draft/event-playback"
READ_MARKER = "draft/read-marker"
MESSAGE_REDACTION = "draft/message-redaction"
AWAY_NOTIFY = "away-notify"
BATCH = "batch"
CAP_NOTIFY = "cap-notify"
CHGHOST = "chghost"
CHANNEL_RENAME = "draft/channel-rename"
ECHO_MESSAGE = "echo-message"
EXTENDED_JOIN = "extended-join"
EXTENDED_MONITOR = "extended-monitor"
INVITE_NOTIFY = "invite-notify"
LABELED_RESPONSE = "labeled-response"
MESSAGE_TAGS = "message-tags"
MULTILINE = "draft/multiline"
MULTI_PREFIX = "multi-prefix"
NO_IMPLICIT_NAMES = "no-implicit-names"
METADATA_2 = "draft/metadata-2"
METADATA_3 = "draft/metadata-3"
SASL = "sasl"
SEARCH = "draft/search"
SOJU_SEARCH = "soju.im/search"
IDEMPOTENCY_KEY = "trialogue.chat/idempotency-key"
"""The tag that carries the key has this name too: see docs/idempotency-keys.md."""
EXTENDED_ISUPPORT = "draft/extended-isupport"
PRE_AWAY = "draft/pre-away"
OPER_TAG = "draft/oper-tag"
SERVER_TIME = "server-time"
SETNAME = "setname"
STANDARD_REPLIES = "standard-replies"
STS = "sts"
USERHOST_IN_NAMES = "userhost-in-names"


def parse_caps(text: str) -> dict[str, str]:
    """Parse a capability list ``name[=value] …``; a name without a value has the value "".

    Of duplicates the last counts, in its place too: "a -a a" ends with "a".
    """
    caps: dict[str, str] = {}
    for word in text.split():
        name, _, value = word.partition("=")
        caps.pop(name, None)
        caps[name] = value
    return caps


def format_caps(caps: Mapping[str, str], *, values: bool = True) -> list[str]:
    """Return a capability list as words; without values for clients of version 301."""
    return [f"{name}={value}" if values and value else name for name, value in caps.items()]


def pack_caps(words: Iterable[str], size: int) -> list[str]:
    """Pack words into as few lines of at most `size` bytes as possible; at least one (empty) line."""
    return pack_words(words, size) or [""]
