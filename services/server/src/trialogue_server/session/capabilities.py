"""The capabilities that the server offers, and the sets that sessions choose.

A session's capabilities are the bits of one int: the renderer makes each line once for each set of bits.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from ircwire import caps as c
from ircwire.multiline import format_limits
from trialogue_server.config import Config
from trialogue_server.config.schema import UNBOUNDED
from trialogue_server.world.idempotency import KEPT_FOR, KEY_SIZES

Value = str | Callable[[Config], str | None]
"""The value that clients of version 302 see; None where the settings offer no such capability."""


def _multiline(config: Config) -> str:
    limits = config.limits
    return format_limits(limits.multiline_bytes or UNBOUNDED, limits.multiline_lines)


def _account_registration(config: Config) -> str | None:
    """https://ircv3.net/specs/extensions/account-registration"""
    if not config.accounts.registration:
        return None
    early = config.accounts.before_connect and not config.server.password
    keys = {"before-connect": early, "email-required": config.accounts.email_required}
    return ",".join(key for key, holds in keys.items() if holds)


def _search(config: Config) -> str | None:
    return "" if config.history.enabled and config.history.search else None


def _history(config: Config) -> str | None:
    return "" if config.history.enabled else None


def _metadata_2(config: Config) -> str:
    return ",".join(["before-connect", *_metadata_limits(config)])


def _metadata_3(config: Config) -> str:
    """https://ircv3.net/specs/extensions/metadata#draftmetadata-3-capability"""
    length = config.limits.metadata_key_length
    return ",".join([_metadata_2(config), *([f"max-key-bytes={length}"] if length < UNBOUNDED else [])])


def _metadata_limits(config: Config) -> Iterator[str]:
    limits = config.limits
    if limits.metadata_subs:
        yield f"max-subs={limits.metadata_subs}"
    if limits.metadata_keys:
        yield f"max-keys={limits.metadata_keys}"
    if limits.metadata_value_length < UNBOUNDED:
        yield f"max-value-bytes={limits.metadata_value_length}"


_KNOWN: Mapping[str, Value] = {
    c.ACCOUNT_NOTIFY: "",
    c.ACCOUNT_TAG: "",
    c.AWAY_NOTIFY: "",
    c.BATCH: "",
    c.CAP_NOTIFY: "",
    c.CHANNEL_RENAME: "",
    c.CHGHOST: "",
    c.ECHO_MESSAGE: "",
    c.EXTENDED_ISUPPORT: "",
    c.EXTENDED_JOIN: "",
    c.EXTENDED_MONITOR: "",
    c.INVITE_NOTIFY: "",
    c.LABELED_RESPONSE: "",
    c.MESSAGE_TAGS: "",
    c.METADATA_2: _metadata_2,
    c.METADATA_3: _metadata_3,
    c.MULTILINE: _multiline,
    c.MULTI_PREFIX: "",
    c.NO_IMPLICIT_NAMES: "",
    c.OPER_TAG: "",
    c.PRE_AWAY: "",
    c.SERVER_TIME: "",
    c.SETNAME: "",
    c.STANDARD_REPLIES: "",
    c.USERHOST_IN_NAMES: "",
    c.SASL: "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
    c.ACCOUNT_REGISTRATION: _account_registration,
    c.CHATHISTORY: _history,
    c.EVENT_PLAYBACK: _history,
    c.READ_MARKER: "",
    c.SEARCH: _search,
    c.SOJU_SEARCH: _search,
    c.MESSAGE_REDACTION: _history,
    c.IDEMPOTENCY_KEY: f"min-bytes={KEY_SIZES[0]},max-bytes={KEY_SIZES[1]},seconds={KEPT_FOR}",
}
"""By name, in the order of their bits."""

BIT = {name: 1 << place for place, name in enumerate(_KNOWN)}

ACCOUNT_NOTIFY = BIT[c.ACCOUNT_NOTIFY]
ACCOUNT_TAG = BIT[c.ACCOUNT_TAG]
AWAY_NOTIFY = BIT[c.AWAY_NOTIFY]
BATCH = BIT[c.BATCH]
CAP_NOTIFY = BIT[c.CAP_NOTIFY]
CHANNEL_RENAME = BIT[c.CHANNEL_RENAME]
CHGHOST = BIT[c.CHGHOST]
ECHO_MESSAGE = BIT[c.ECHO_MESSAGE]
EXTENDED_ISUPPORT = BIT[c.EXTENDED_ISUPPORT]
EXTENDED_JOIN = BIT[c.EXTENDED_JOIN]
EXTENDED_MONITOR = BIT[c.EXTENDED_MONITOR]
INVITE_NOTIFY = BIT[c.INVITE_NOTIFY]
LABELED_RESPONSE = BIT[c.LABELED_RESPONSE]
MESSAGE_TAGS = BIT[c.MESSAGE_TAGS]
METADATA_2 = BIT[c.METADATA_2]
METADATA_3 = BIT[c.METADATA_3]
MULTILINE = BIT[c.MULTILINE]
MULTI_PREFIX = BIT[c.MULTI_PREFIX]
NO_IMPLICIT_NAMES = BIT[c.NO_IMPLICIT_NAMES]
OPER_TAG = BIT[c.OPER_TAG]
PRE_AWAY = BIT[c.PRE_AWAY]
SASL = BIT[c.SASL]
SERVER_TIME = BIT[c.SERVER_TIME]
SETNAME = BIT[c.SETNAME]
STANDARD_REPLIES = BIT[c.STANDARD_REPLIES]
USERHOST_IN_NAMES = BIT[c.USERHOST_IN_NAMES]
CHATHISTORY = BIT[c.CHATHISTORY]
EVENT_PLAYBACK = BIT[c.EVENT_PLAYBACK]
READ_MARKER = BIT[c.READ_MARKER]
SOJU_SEARCH = BIT[c.SOJU_SEARCH]
MESSAGE_REDACTION = BIT[c.MESSAGE_REDACTION]
IDEMPOTENCY_KEY = BIT[c.IDEMPOTENCY_KEY]


_METADATA = METADATA_2 | METADATA_3


def knows_metadata(caps: int) -> bool:
    """Return whether a session with this set is told of metadata. That takes one of the drafts, and batches."""
    return bool(caps & _METADATA and caps & BATCH)


def offered(config: Config, *, secure: bool) -> dict[str, str]:
    """Return what these settings offer on a connection with or without TLS, with the values."""
    values = {name: value if isinstance(value, str) else value(config) for name, value in _KNOWN.items()}
    values[c.STS] = _sts(config, secure=secure)
    if secure and config.tls.client_certificates:
        values[c.SASL] = f"{values[c.SASL]},EXTERNAL"
    return {name: value for name, value in values.items() if value is not None}


def _sts(config: Config, *, secure: bool) -> str | None:
    """Return the STS policy, which tells clients to use TLS. It cannot be requested.

    https://ircv3.net/specs/extensions/sts
    """
    tls = config.tls
    port = tls.sts_port or tls.port
    if not tls.sts or not tls.enabled or not port:
        return None
    return f"duration={tls.sts_duration}" if secure else f"port={port}"


def names(bits: int) -> list[str]:
    """Return the names of the capabilities in a set."""
    return [name for name, bit in BIT.items() if bits & bit]


def change(bits: int, wishes: Iterable[str], offers: Container[str]) -> int | None:
    """Return the set with one CAP REQ applied, or None if it requests something that is not offered.

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-req-subcommand
    """
    for wish in wishes:
        name = wish.removeprefix("-")
        if name not in BIT or name not in offers:
            return None
        bits = bits & ~BIT[name] if wish.startswith("-") else bits | BIT[name]
    return None if bits & _METADATA == _METADATA else bits  # servers must not accept both drafts
