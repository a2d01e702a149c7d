"""Checks the settings, alone and together."""

import math
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from itertools import chain

from ircwire.isupport import format_token
from trialogue_server.config.problem import Given, must_be
from trialogue_server.config.schema import ALL_PRIVILEGES, Config, OperatorSection

_Finding = tuple[str, str, str]
"""Section, key, and what the value must be."""

_DEFAULTS = Config()
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_LONGEST_NAME = 63
"""The length of a server name in RFC 2812, which clients make room for."""

_LONGEST_TOKEN = 300
"""Bytes. A token of RPL_ISUPPORT stands on one line with others."""

_URL = re.compile(r"https?://[!-~]{1,300}")
"""A URL short enough for one line."""

_PLAIN_MODES = "CMRimnst"
"""Channel modes that take no parameter; the others cannot be a default."""

_CHANNEL = re.compile(r"#[^\s,\x00-\x1f\x7f]+")
_TAG_RULE = re.compile(r"\*|-?[A-Za-z0-9./_][A-Za-z0-9./_-]*")
_KEPT_TAG = re.compile(r"(?!typing$)[A-Za-z0-9./_][A-Za-z0-9./_-]*")
_LEAST = {
    "nick_length": 9,  # RFC 1459's, below which clients' own choices would be cut
    "user_length": 4,
    "realname_length": 16,
    "channel_length": 8,
    "topic_length": 16,
    "away_length": 16,
    "kick_length": 16,
    "quit_length": 16,
    "key_length": 4,
    "metadata_key_length": 16,
    "metadata_value_length": 64,
    "line_length": 512,  # https://modern.ircdocs.horse/#message-format: every client may send that much
    "tags_length": 4096,  # https://ircv3.net/specs/extensions/message-tags#size-limit: so may every client with tags
    "modes_per_command": 3,  # https://modern.ircdocs.horse/#modes-parameter: what clients take for granted
    "multiline_bytes": 512,  # one line: what could be said without it
    "send_queue": 16384,  # less cannot hold what a client gets at its registration
    "address_send_queue": 65536,
    "total_send_queue": 1048576,
}
"""The least bounds with which the server is still of use; 0 lifts each."""

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+|null")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_BAD_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080}
)
"""Those from 1024 on that browsers refuse.  https://fetch.spec.whatwg.org/#port-blocking"""

_SHA256 = re.compile("[0-9a-f]{64}")
_OTHER_HASH = re.compile(r"\$(?!argon2id\$)[a-z0-9-]{1,12}\$")


def check(config: Config, given: Mapping[tuple[str, str], Given]) -> list[str]:
    """Return a line for each setting that cannot be used, alone or with the others."""
    problems = [*_operator_classes(config), *_operators(config)]
    found = chain(_identity(config), _tls(config), _web(config), _numbers(config), _lists(config))
    for section, key, wanted in found:
        value = getattr(getattr(config, section), key)
        setting = given.get((section, key)) or Given(value, f"{section}.{key}", f"{key} = ")
        example = getattr(getattr(_DEFAULTS, section), key) or _EXAMPLES.get((section, key), value)
        problems.append(must_be(setting, wanted, secret=key == "password", example=example))
    return problems


_EXAMPLES: dict[tuple[str, str], object] = {
    ("tls", "certificate"): "/etc/trialogue/certificate.pem",
    ("tls", "key"): "/etc/trialogue/key.pem",
    ("channels", "autojoin"): ["#lobby"],
    ("rooms", "permanent"): ["#lobby"],
    ("server", "icon"): "https://example.org/icon.svg",
    ("server", "admin"): ["Ask for Alice at the front desk"],
    ("server", "motd_file"): "",
    ("web", "hosts"): ["chat.example.org"],
    ("web", "origins"): ["https://chat.example.org"],
    ("web", "proxies"): ["127.0.0.1"],
}


def _identity(config: Config) -> Iterator[_Finding]:
    server = config.server
    if not _NAME.fullmatch(server.name) or "." not in server.name or len(server.name) > _LONGEST_NAME:
        yield "server", "name", "a host name: letters, digits, hyphens and at least one dot, at most 63 in all"
    if not server.network or not server.network.isprintable() or _is_long("NETWORK", server.network):
        yield "server", "network", f"a short name on one line, at most {_LONGEST_TOKEN} bytes"
    if server.icon and not _URL.fullmatch(server.icon):
        yield "server", "icon", "the address of a picture, such as https://example.org/icon.svg"
    if not server.description or not server.description.isprintable():
        yield "server", "description", "a description on one line"
    if not all(line.isprintable() for line in server.admin):
        yield "server", "admin", "a list of texts of one line each"
    if server.motd and server.motd_file:
        yield "server", "motd_file", "left out when server.motd is given, as only one of the two can be shown"
    if any(char in server.password for char in "\0\r\n"):
        yield "server", "password", "text on one line"
    elif _OTHER_HASH.match(server.password):
        yield "server", "password", _WHAT_PASSWORDS_ARE


def _is_long(name: str, value: str) -> bool:
    """Return whether the token that announces it would be cut."""
    return len(format_token(name, value).encode()) > _LONGEST_TOKEN


def _tls(config: Config) -> Iterator[_Finding]:
    tls = config.tls
    if tls.key and not tls.certificate:
        yield "tls", "certificate", "the certificate that belongs to tls.key: the two go together"
    if tls.certificate and not tls.key:
        yield "tls", "key", "the key that belongs to tls.certificate: the two go together"
    same_host = (tls.host or config.listen.host) == config.listen.host
    if tls.enabled and same_host and tls.port == config.listen.port != 0:
        yield "tls", "port", "another port than listen.port, as plain text and TLS cannot share one"
    if tls.sts and not tls.enabled:
        yield "tls", "sts", "false, as it sends everybody to TLS, and tls.enabled is false"
    if tls.sts and tls.enabled and not tls.port and not tls.sts_port:
        yield "tls", "sts_port", "the port to which clients shall come, as tls.port does not say"


def _web(config: Config) -> Iterator[_Finding]:
    web = config.web
    if web.port in _BAD_PORTS:
        yield "web", "port", "another port, as browsers refuse this one"
    elif web.enabled and web.port in {config.listen.port, config.tls.port if config.tls.enabled else 0} - {0}:
        yield "web", "port", "a port of its own, beside listen.port and tls.port"
    if not all(map(_ORIGIN.fullmatch, web.origins)):
        yield "web", "origins", "a list of origins, each with its scheme and without a path"
    if not all(map(_HOST.fullmatch, web.hosts)):
        yield "web", "hosts", "a list of names of this server, without scheme and port"
    if not all(map(_is_network, web.proxies)):
        yield "web", "proxies", "a list of addresses or networks"


def _numbers(config: Config) -> Iterator[_Finding]:
    for section in ("timeouts", "flood", "limits", "web"):
        table = getattr(config, section)
        for key in table.__struct_fields__:
            value = getattr(table, key)
            if isinstance(value, float) and not math.isfinite(value):
                yield section, key, "a finite number, or 0 for no limit"
    for key, least in _LEAST.items():
        if 0 < getattr(config.limits, key) < least:
            yield "limits", key, f"at least {least}, or 0 for no limit"


def _lists(config: Config) -> Iterator[_Finding]:
    modes = config.channels.default_modes
    if not set(modes) <= set(_PLAIN_MODES) or len(set(modes)) != len(modes):
        yield "channels", "default_modes", f"some of the letters {_PLAIN_MODES}, each at most once"
    longest = config.limits.channel_length or math.inf
    any_script = config.server.utf8_names
    for section, key, names in (
        ("channels", "autojoin", config.channels.autojoin),
        ("rooms", "permanent", config.rooms.permanent),
    ):
        if not all(
            _is_channel(name) and len(name.encode()) <= longest and (any_script or name.isascii()) for name in names
        ):
            yield section, key, "a list of channel names, each with # and no space or comma, none over the limit"
    for key in ("host", "sender", "user"):
        if not getattr(config.mail, key).isprintable():
            yield "mail", key, "text on one line, since it is written into the head of each mail"
    denied = config.text.denied_tags
    if not all(map(_TAG_RULE.fullmatch, denied)) or "*" in denied[1:] or _is_long("CLIENTTAGDENY", ",".join(denied)):
        wanted = "a list of tags without their +, of which only the first may be *, and any may be -tag"
        yield "text", "denied_tags", f"{wanted}; at most {_LONGEST_TOKEN} bytes in all, as clients are told of it"
    if not all(map(_KEPT_TAG.fullmatch, config.history.kept_tags)):
        yield "history", "kept_tags", "a list of tags without their +, of which none is typing, as that is never kept"
    if not all(map(_is_network, config.connections.exempt)):
        yield "connections", "exempt", "a list of addresses or networks"


def _is_channel(name: str) -> bool:
    return name.isprintable() and _CHANNEL.fullmatch(name) is not None


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


_WHAT_PASSWORDS_ARE = "what trialogue-server --hash-password prints, or the password itself"


def _operator_classes(config: Config) -> Iterator[str]:
    names: set[str] = set()
    for number, each in enumerate(config.operator_classes, start=1):
        where = f"operator_classes (entry {number})"
        if not each.name or not each.name.isprintable():
            yield f"{where}: name must be text on one line."
        elif each.name in names:
            yield f"{where}: name is used by an entry before it. Give each class a name of its own."
        names.add(each.name)


def _operators(config: Config) -> Iterator[str]:
    names: set[str] = set()
    classes = [each.name for each in config.operator_classes]
    for number, operator in enumerate(config.operators, start=1):
        where = f"operators (entry {number})"
        if not operator.name or not operator.name.isprintable() or " " in operator.name:
            yield f"{where}: name must be one word without spaces."
        elif operator.name in names:
            yield f"{where}: name is used by an entry before it. Give each operator a name of their own."
        names.add(operator.name)
        yield from (f"{where}: {problem}" for problem in _proofs(operator))
        if not operator.masks or not all("@" in mask and " " not in mask for mask in operator.masks):
            yield f'{where}: masks must be a list of user@host, such as ["*@192.0.2.*"].'
        if operator.class_ and operator.class_ not in classes:
            yield f"{where}: class must be the name of an [[operator_classes]] entry.{_are(classes)}"
        if operator.class_ and operator.privileges != ALL_PRIVILEGES:
            yield f"{where}: privileges must be left out where a class is named, as the class has them."


def _are(names: list[str]) -> str:
    return f" There are {', '.join(names)}." if names else " There is none."


def _proofs(operator: OperatorSection) -> Iterator[str]:
    if not (operator.password or operator.fingerprint or operator.account):
        yield "name a password, a fingerprint or an account, as otherwise everybody could be this operator."
    elif _OTHER_HASH.match(operator.password):
        yield f"password must be {_WHAT_PASSWORDS_ARE}, and not empty."
    if operator.fingerprint and not _SHA256.fullmatch(operator.certificate):
        yield "fingerprint must be the SHA-256 of a client certificate: 64 hexadecimal digits, colons do not matter."
