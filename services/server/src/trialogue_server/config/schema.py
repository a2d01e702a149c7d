"""The settings: frozen structs with their defaults; `config.example.toml` documents each.

Section and key give the overriding variable: `limits.nick_length` is TRIALOGUE_LIMITS_NICK_LENGTH. A bound of 0 means
"no limit", unless the example says otherwise. Code that uses a size need not know that: `load` replaces a size of 0 by
UNBOUNDED.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

UNBOUNDED = 2**31 - 1
"""More bytes than anything here can have, and a number that every client can read when it is announced."""

Count = Annotated[int, Meta(ge=0, description="a whole number, or 0 for no limit")]
Size = Annotated[
    int,
    Meta(
        ge=0, le=UNBOUNDED, description="a whole number of bytes below 2 GiB, or 0 for no limit", extra={"size": True}
    ),
]
Kept = Annotated[int, Meta(ge=0, description="a whole number, or 0 to keep none")]
Whole = Annotated[int, Meta(ge=1, description="a whole number from 1 on")]
Port = Annotated[int, Meta(ge=0, le=65535, description="a port number from 1 to 65535, or 0 for one that is free")]
StsPort = Annotated[
    int, Meta(ge=0, le=65535, description="a port number from 1 to 65535, or 0 for the one of tls.port")
]
WholeSeconds = Annotated[int, Meta(ge=0, description="a whole number of seconds")]
Seconds = Annotated[float, Meta(ge=0, description="a number of seconds, or 0 for never")]
Grace = Annotated[float, Meta(ge=0, description="a number of seconds, or 0 to wait for nobody")]
Rate = Annotated[float, Meta(ge=0, description="a number of lines per second, or 0 for no limit")]
ChangeRate = Annotated[float, Meta(ge=0, description="a number of changes per second, or 0 for no limit")]
Switch = Annotated[bool, Meta(description="true or false")]
Text = Annotated[str, Meta(description="text in quotes")]
Secret = Annotated[str, Meta(description="text in quotes", extra={"secret": True})]
FilePath = Annotated[str, Meta(description="a path in quotes", extra={"path": True})]
Texts = Annotated[tuple[str, ...], Meta(description='a list of texts, such as ["one", "two"]')]


class Section(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """A table of the TOML file."""


class ServerSection(Section, frozen=True):
    """The server's identity."""

    name: Text = "trialogue.local"
    description: Text = "A Trialogue server"
    network: Text = "Trialogue"
    icon: Text = ""
    password: Secret = ""
    admin: Texts = ()
    motd: Text = ""
    motd_file: FilePath = ""
    utf8_names: Switch = False
    cloak: Switch = False
    cloak_key: Secret = ""


class ListenSection(Section, frozen=True):
    """Where plain text is served; `backlog` is the kernel's queue of connections that are not yet accepted."""

    host: Text = "127.0.0.1"
    port: Port = 6667
    backlog: Whole = 4096


class TlsSection(Section, frozen=True):
    """The encrypted listener. Without files a self-signed certificate is kept in the data directory."""

    enabled: Switch = False
    host: Text = ""
    port: Port = 6697
    certificate: FilePath = ""
    key: FilePath = ""
    client_certificates: Switch = True
    sts: Switch = False
    sts_duration: WholeSeconds = 0
    sts_port: StsPort = 0


class WebSection(Section, frozen=True):
    """The listener for browsers: the page, and IRC over WebSocket. `net.web.place` says where "" and "auto" lead."""

    enabled: Switch = True
    host: Text = ""
    port: Port = 8067
    tls: Literal["auto", "on", "off"] = "auto"
    hosts: Texts = ()
    origins: Texts = ()
    proxies: Texts = ()
    request_timeout: Seconds = 10.0
    ping_interval: Seconds = 30.0


class MetricsSection(Section, frozen=True):
    """The listener for those who look after the server: /healthz, /readyz and /metrics."""

    enabled: Switch = False
    host: Text = "127.0.0.1"
    port: Port = 9467


class AnnounceSection(Section, frozen=True):
    """Announcement of the server on the local network (DNS-SD over multicast DNS)."""

    enabled: Switch = True


class DataSection(Section, frozen=True):
    """The data directory; "" is the user's own."""

    directory: FilePath = ""


class LimitsSection(Section, frozen=True):
    """Lengths in bytes of UTF-8 unless said otherwise, and counts."""

    nick_length: Size = 32
    user_length: Size = 16
    realname_length: Size = 150
    channel_length: Size = 64
    topic_length: Size = 390
    away_length: Size = 200
    kick_length: Size = 300
    quit_length: Size = 300
    key_length: Size = 32
    line_length: Size = 512
    tags_length: Size = 4096
    channels_per_user: Count = 100
    list_entries: Count = 100
    monitor_entries: Count = 100
    block_entries: Count = 100
    idempotency_keys: Count = 100_000
    idempotency_keys_per_user: Count = 5_000
    metadata_keys: Count = 20
    metadata_subs: Count = 50
    metadata_key_length: Size = 64
    metadata_value_length: Size = 256
    modes_per_command: Count = 20
    targets_per_command: Count = 20
    multiline_bytes: Size = 4096
    multiline_lines: Count = 32
    send_queue: Size = 2 * 1024 * 1024
    address_send_queue: Size = 16 * 1024 * 1024
    total_send_queue: Size = 256 * 1024 * 1024
    whowas_entries: Kept = 1000
    whowas_age: Seconds = 7 * 24 * 3600
    who_replies: Count = 0
    list_replies: Count = 0


class ConnectionsSection(Section, frozen=True):
    """The number of connections, in all and from one address; `exempt` networks count no further than `total`."""

    total: Count = 0
    per_address: Count = 32
    exempt: Texts = ("127.0.0.0/8", "::1/128")


class TimeoutsSection(Section, frozen=True):
    """Seconds; 0 means never."""

    registration: Seconds = 30.0
    ping_interval: Seconds = 90.0
    ping_timeout: Seconds = 60.0
    batch: Seconds = 30.0
    flush: Seconds = 5.0
    grace: Grace = 10.0
    store: Seconds = 60.0


class FloodSection(Section, frozen=True):
    """The token buckets of each connection, for lines and for changes of metadata; a rate of 0 turns one off.

    `work` is how many units of work (see `session.work`) a token pays for.
    """

    rate: Rate = 5.0
    burst: Whole = 40
    work: Count = 2500
    metadata_rate: ChangeRate = 0.2
    metadata_burst: Whole = 50


class TextSection(Section, frozen=True):
    """Handling of lines that are not UTF-8, and the tags that clients may not send to each other."""

    invalid_utf8: Literal["refuse", "replace", "latin-1"] = "refuse"
    denied_tags: Texts = ()


class ChannelsSection(Section, frozen=True):
    """Defaults of new channels, and the channels that everybody is put into."""

    default_modes: Text = "nt"
    autojoin: Texts = ()
    registered_per_account: Count = 50


class RoomsSection(Section, frozen=True):
    """Permanent channels, and what is kept of channels that are empty and not registered."""

    permanent: Texts = ()
    keep_emptied: Switch = True
    emptied: Count = 5000
    emptied_bytes: Count = 256 * 1024 * 1024
    restart_wait: Seconds = 3600.0


class AccountsSection(Section, frozen=True):
    """Who may have an account, and how often a password may be guessed."""

    registration: Switch = True
    before_connect: Switch = True
    email_required: Switch = False
    verify_within: Seconds = 24 * 3600.0
    password_length: Whole = 8
    hash_memory: Whole = 19
    hash_passes: Whole = 2
    certificates: Count = 10
    login_attempts: Count = 5
    login_window: Seconds = 60.0
    account_attempts: Count = 30
    account_window: Seconds = 3600.0
    hashes: Count = 1000
    hashes_per_address: Count = 16
    mails: Count = 5
    mails_window: Seconds = 3600.0


class MailSection(Section, frozen=True):
    """How e-mail is sent. Without a host none is, and addresses are not verified."""

    host: Text = ""
    port: Port = 587
    sender: Text = ""
    user: Text = ""
    password: Secret = ""
    tls: Literal["starttls", "implicit", "none"] = "starttls"


class HistorySection(Section, frozen=True):
    """How much history is kept, and how safely."""

    enabled: Switch = True
    durability: Literal["full", "process"] = "full"
    page: Whole = 100
    playback: Count = 20
    waiting_messages: Count = 500
    waiting_per_sender: Count = 100
    waiting_bytes: Count = 256 * 1024
    search: Switch = True
    keep_days: Count = 0
    keep_messages: Count = 0
    keep_bytes: Count = 0
    keep_total_bytes: Count = 0
    kept_tags: Texts = ("draft/react", "draft/unreact", "draft/reply", "draft/persist")


class LogSection(Section, frozen=True):
    """What is logged, and in which format: "auto" is for people on a terminal and JSON elsewhere.

    `audit_days` and `audit_entries` bound the audit log in the database.
    """

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"
    audit_days: Count = 365
    audit_entries: Count = 100_000


Privilege = Literal["kill", "ban", "rehash", "die", "wallops", "channels", "metadata"]
"""Operator privileges. `channels` sees secret channels and may act as operator in any channel; `metadata` sets others'
metadata.
"""

ALL_PRIVILEGES: tuple[Privilege, ...] = get_args(Privilege)


class OperatorClassSection(Section, frozen=True):
    """One `[[operator_classes]]` entry: privileges that several operators share."""

    name: Text
    privileges: tuple[Privilege, ...] = ALL_PRIVILEGES


class OperatorSection(Section, frozen=True, rename={"class_": "class"}):
    """One `[[operators]]` entry. Password, certificate and account must all be right as far as they are named."""

    name: Text
    password: Secret = ""
    """The output of `trialogue-server --hash-password`."""
    fingerprint: Text = ""
    """SHA-256 of a client certificate, in hexadecimal."""
    account: Text = ""
    masks: Texts = ("*@*",)
    class_: Text = ""
    privileges: tuple[Privilege, ...] = ALL_PRIVILEGES
    """Only where no class is named."""

    @property
    def certificate(self) -> str:
        """The fingerprint in the form of sessions: small letters, no colons."""
        return self.fingerprint.replace(":", "").lower()


class Config(Section, frozen=True):
    """All settings."""

    server: ServerSection = ServerSection()
    listen: ListenSection = ListenSection()
    tls: TlsSection = TlsSection()
    web: WebSection = WebSection()
    metrics: MetricsSection = MetricsSection()
    data: DataSection = DataSection()
    limits: LimitsSection = LimitsSection()
    connections: ConnectionsSection = ConnectionsSection()
    timeouts: TimeoutsSection = TimeoutsSection()
    flood: FloodSection = FloodSection()
    text: TextSection = TextSection()
    channels: ChannelsSection = ChannelsSection()
    rooms: RoomsSection = RoomsSection()
    history: HistorySection = HistorySection()
    accounts: AccountsSection = AccountsSection()
    mail: MailSection = MailSection()
    announce: AnnounceSection = AnnounceSection()
    log: LogSection = LogSection()
    operator_classes: tuple[OperatorClassSection, ...] = ()
    operators: tuple[OperatorSection, ...] = ()

    def privileges_of(self, operator: OperatorSection) -> tuple[Privilege, ...]:
        """Return the privileges of an operator: those of their class, if they have one."""
        if not operator.class_:
            return operator.privileges
        return next((each.privileges for each in self.operator_classes if each.name == operator.class_), ())
