"""Which settings are there? Frozen, with their defaults; `config.example.toml` documents each.

Section and key give the variable that overrides it: `limits.nick_length` is TRIALOGUE_LIMITS_NICK_LENGTH.
A number that bounds something means "no limit" when it is 0, unless the example says otherwise.
"""

from typing import Literal

from msgspec import Struct


class Section(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """A table of the TOML file."""


class ServerSection(Section, frozen=True):
    """Who the server says it is."""

    name: str = "trialogue.local"
    description: str = "A Trialogue server"
    network: str = "Trialogue"
    password: str = ""
    admin: tuple[str, ...] = ()
    motd: str = ""
    motd_file: str = ""
    utf8_names: bool = False


class ListenSection(Section, frozen=True):
    """Where plain text is served; `backlog` is the kernel's queue of connections not yet accepted."""

    host: str = "127.0.0.1"
    port: int = 6667
    backlog: int = 4096


class TlsSection(Section, frozen=True):
    """The encrypted listener; without files, a certificate of our own making is kept in the data directory."""

    enabled: bool = False
    host: str = ""
    port: int = 6697
    certificate: str = ""
    key: str = ""


class DataSection(Section, frozen=True):
    """Where what must survive a restart is kept; "" is the user's own data directory."""

    directory: str = ""


class LimitsSection(Section, frozen=True):
    """Lengths in bytes of UTF-8 unless said otherwise, and counts."""

    nick_length: int = 32
    user_length: int = 16
    realname_length: int = 150
    channel_length: int = 64
    topic_length: int = 390
    away_length: int = 200
    kick_length: int = 300
    quit_length: int = 300
    key_length: int = 32
    line_length: int = 512
    tags_length: int = 4096
    channels_per_user: int = 100
    list_entries: int = 100
    modes_per_command: int = 20
    targets_per_command: int = 20
    send_queue: int = 2 * 1024 * 1024
    whowas_entries: int = 1000
    whowas_age: int = 7 * 24 * 3600
    who_replies: int = 0
    list_replies: int = 0


class ConnectionsSection(Section, frozen=True):
    """How many may come, in all and from one address; `exempt` networks count no further than `total`."""

    total: int = 0
    per_address: int = 32
    exempt: tuple[str, ...] = ("127.0.0.0/8", "::1/128")


class TimeoutsSection(Section, frozen=True):
    """Seconds; 0 means never."""

    registration: float = 30.0
    ping_interval: float = 90.0
    ping_timeout: float = 60.0
    flush: float = 5.0
    grace: float = 10.0
    store: float = 60.0


class FloodSection(Section, frozen=True):
    """The token bucket of each connection, in lines; a `rate` of 0 turns it off."""

    rate: float = 5.0
    burst: int = 40


class TextSection(Section, frozen=True):
    """What happens to lines that are no UTF-8."""

    invalid_utf8: Literal["refuse", "replace", "latin-1"] = "refuse"


class ChannelsSection(Section, frozen=True):
    """What a new channel is like, and which ones everybody is put into."""

    default_modes: str = "nt"
    autojoin: tuple[str, ...] = ()


class LogSection(Section, frozen=True):
    """What is logged, and in which shape: "auto" is for people on a terminal and JSON elsewhere."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


Privilege = Literal["kill", "rehash", "die", "wallops", "channels"]
"""What an operator may do: `channels` is to see secret channels and to change any channel as its operator may."""


class OperatorSection(Section, frozen=True):
    """One `[[operators]]` entry; `password` is what `trialogue-server --hash-password` prints."""

    name: str
    password: str
    masks: tuple[str, ...] = ("*@*",)
    privileges: tuple[Privilege, ...] = ("kill", "rehash", "die", "wallops", "channels")


class Config(Section, frozen=True):
    """All settings."""

    server: ServerSection = ServerSection()
    listen: ListenSection = ListenSection()
    tls: TlsSection = TlsSection()
    data: DataSection = DataSection()
    limits: LimitsSection = LimitsSection()
    connections: ConnectionsSection = ConnectionsSection()
    timeouts: TimeoutsSection = TimeoutsSection()
    flood: FloodSection = FloodSection()
    text: TextSection = TextSection()
    channels: ChannelsSection = ChannelsSection()
    log: LogSection = LogSection()
    operators: tuple[OperatorSection, ...] = ()
