"""Applies new settings, and tells clients which capabilities have changed.

https://ircv3.net/specs/extensions/capability-negotiation#the-cap-new-subcommand
"""

from msgspec.structs import replace

from ircwire.caps import STS, format_caps, pack_caps
from trialogue_server.commands.connection.cap import VERSION_WITH_VALUES, room_for_caps
from trialogue_server.commands.core import Core
from trialogue_server.commands.operators.revoking import revoke_changed
from trialogue_server.config import Config
from trialogue_server.delivery.render import encode_line
from trialogue_server.session.capabilities import BIT, CAP_NOTIFY, offered
from trialogue_server.session.session import Session


def apply_settings(core: Core, config: Config, motd: tuple[str, ...]) -> list[str]:
    """Put settings and the message of the day in force, except for what needs a restart.

    Returns the names of settings that have changed and need a restart: "listen.port".
    """
    before, wanted = core.config, config
    config = _with_lasting(config, before)
    core.config, core.motd = config, motd
    core.registry.limits = config.connections
    core.registry.queues.apply_limits(config.limits)
    core.guard.limits = core.registry.hashes.limits = config.accounts
    core.world.whowas.resize(config.limits.whowas_entries)
    core.delivery.line_limit = config.limits.line_length
    core.delivery.server = config.server.name
    offers = {secure: (offered(before, secure=secure), offered(core.config, secure=secure)) for secure in (False, True)}
    for session in core.registry.sessions.values():
        session.throttle.rate, session.throttle.burst = config.flood.rate, config.flood.burst
        _update(core, session, *offers[session.secure])
    revoke_changed(core, config)
    core.audience.sessions_changed()
    return _changed(wanted, config)


def _changed(one: Config, other: Config) -> list[str]:
    """Return the names of the settings in which two differ."""
    return [
        f"{section}.{name}"
        for section in one.__struct_fields__
        for name in getattr(getattr(one, section), "__struct_fields__", ())
        if getattr(getattr(one, section), name) != getattr(getattr(other, section), name)
    ]


def _with_lasting(config: Config, before: Config) -> Config:
    """Return the new settings with the old values of those that need a restart.

    These are the addresses and files it listens with; how names are compared and hosts are shown; where data is kept,
    and whether history is kept and indexed; and the form of the log.
    """
    fresh, old, store = config.tls, before.tls, before.history
    tls = replace(old, sts=fresh.sts, sts_duration=fresh.sts_duration, sts_port=fresh.sts_port)
    server = replace(config.server, utf8_names=before.server.utf8_names, cloak_key=before.server.cloak_key)
    log = replace(config.log, level=before.log.level, format=before.log.format)
    history = replace(config.history, enabled=store.enabled, search=store.search, durability=store.durability)
    web = replace(
        config.web, enabled=before.web.enabled, host=before.web.host, port=before.web.port, tls=before.web.tls
    )
    config = replace(config, listen=before.listen, tls=tls, web=web, metrics=before.metrics, server=server)
    return replace(config, history=history, data=before.data, log=log)


def _update(core: Core, session: Session, before: dict[str, str], after: dict[str, str]) -> None:
    """Tell one session which capabilities came, changed or went; it loses those that went."""
    new = {name: value for name, value in after.items() if before.get(name) != value}
    gone = [name for name in before if name not in after and name != STS]  # which only ever ends by a duration of 0
    for name in gone:
        session.caps &= ~BIT[name]
    if not session.caps & CAP_NOTIFY or session.closing:
        return
    with_values = session.cap_version >= VERSION_WITH_VALUES
    if not with_values:
        new = {name: value for name, value in new.items() if name not in before and name != STS}
    _tell(core, session, "NEW", format_caps(new, values=with_values))
    _tell(core, session, "DEL", gone)


def _tell(core: Core, session: Session, subcommand: str, words: list[str]) -> None:
    for line in pack_caps(words, room_for_caps(core.config)) if words else ():
        body = f":{core.name} CAP {session.nick} {subcommand} :{line}"
        session.outbox.put(encode_line("", body, core.config.limits.line_length))
