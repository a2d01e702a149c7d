"""Starts the server from the command line; anything that goes wrong becomes one plain sentence.

Exit codes: 0 stopped as asked; 1 the store was lost; 2 the server could not start, and said why.
"""

import errno
import gc
import os
import secrets
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trio

from ircwire.casemap import Fold, ascii_fold, unicode_fold
from trialogue_server import __version__
from trialogue_server.app import App, Listeners
from trialogue_server.cli import command_line
from trialogue_server.cli.command_line import Arguments
from trialogue_server.clock import read_clocks
from trialogue_server.commands.core import Core, Instance
from trialogue_server.commands.deciding import apply
from trialogue_server.commands.inputs import Administered
from trialogue_server.commands.requests import Answer, AnyRequest
from trialogue_server.config import Config, ConfigError
from trialogue_server.config.directory import (
    data_directory,
    keep_private,
    make_data_directory,
    remarks_about,
    write_private,
)
from trialogue_server.config.motd import load_motd
from trialogue_server.config.remarks import remarks
from trialogue_server.early_signals import EarlySignals
from trialogue_server.net.admin_socket import AdminListener, open_admin
from trialogue_server.net.listen import ListenError, open_listeners
from trialogue_server.net.web.place import Place, web_place
from trialogue_server.net.web.place import remark as web_remark
from trialogue_server.net.web.server import WebListener
from trialogue_server.obs.logs import configure, get_logger
from trialogue_server.pulse import StoreLost
from trialogue_server.store.audit_journal import AuditedJournal
from trialogue_server.store.base import Store, StoreBroken
from trialogue_server.store.database import FILE_NAME, Database
from trialogue_server.store.database_writer import DatabaseWriter
from trialogue_server.store.indexer import Indexer
from trialogue_server.store.lock import DirectoryLock
from trialogue_server.store.search_index import INDEX_NAME, SearchIndex, remove_index
from trialogue_server.store.sqlite import SqliteStore
from trialogue_server.world.world import World

if TYPE_CHECKING:
    from trialogue_server.net.tls_context import TlsContext

_STORE_LOST = 1
_NOT_STARTED = 2
_CLOAK_KEY = "cloak.key"
_CORE_KEY = "secret.key"
"""Files in the data directory."""

_THRESHOLDS = 10_000, 5, 2
"""Of the garbage collector: objects of each generation are looked through some tens of thousands at a time."""

_OLDEST = 2

_SWITCH_INTERVAL = 0.0005
"""Seconds for which a thread that waits for the interpreter lets the others go on. Every message waits for the one that
waits for the disk; by default that may be 5 ms, twice in each commit, while somebody makes much work.
"""


def run(argv: Sequence[str], signals: EarlySignals) -> int:
    """Run the command line; returns the exit code."""
    if argv[:1] and argv[0] in command_line.FAMILIES:
        from trialogue_server.cli import administration

        return administration.run(argv, os.environ, _without_server)
    if argv[:1] and argv[0] in command_line.ARCHIVE:
        from trialogue_server.cli import archive

        return archive.run(argv, os.environ)
    if argv[:1] == [command_line.STATUS]:
        from trialogue_server.cli import status

        return status.run(argv, os.environ)
    arguments = command_line.parse(argv)
    done = command_line.run_without_server(arguments, os.environ)
    return _serve(arguments, signals) if done is None else done


def _serve(arguments: Arguments, signals: EarlySignals) -> int:
    try:
        config = command_line.resolve(arguments, os.environ)
        motd = load_motd(config)
        listeners = _listen(config)
        store = _open_store(config)
        core = _build(config, motd, store)
    except (ConfigError, ListenError, StoreBroken) as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"trialogue-server: {line}\n")
        return _NOT_STARTED
    with configure(config.log.level, config.log.format, sys.stderr):
        return _run(core, store, listeners, arguments, signals)


def _run(core: Core, store: Store, listeners: Listeners, arguments: Arguments, signals: EarlySignals) -> int:
    config = core.config

    def reload() -> tuple[Config, tuple[str, ...]]:
        fresh = command_line.resolve(arguments, os.environ)
        return fresh, load_motd(fresh)

    _raise_open_files()
    listeners = listeners._replace(admin=_open_admin(config))
    app = App(core, store, listeners, reload, announce=partial(_announce, config, listeners), signals=signals)
    _remark(core)
    _calm_garbage_collector()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    signals.started()
    try:
        trio.run(app.run)
    except StoreLost as lost:
        get_logger().critical("the store is lost; nothing unstored was shown", reason=str(lost))
        return _STORE_LOST
    get_logger().info("stopped")
    return 0


def _remark(core: Core) -> None:
    """Print remarks about settings that may surprise."""
    log = get_logger()
    directory = data_directory(core.config, os.environ)
    about_web = web_remark(core.config)
    for remark in (*remarks(core.config), *remarks_about(directory, core.config.tls.key), *filter(None, [about_web])):
        log.warning("settings", remark=remark)
    for operator in core.config.operators:
        if operator.account and core.world.accounts.get(operator.account) is None:
            text = "the account of this operator does not exist: whoever registers the name becomes the operator"
            log.warning(text, operator=operator.name, account=operator.account)


def _open_admin(config: Config) -> AdminListener | None:
    try:
        return open_admin(data_directory(config, os.environ))
    except OSError as error:
        get_logger().warning("the administrator's commands cannot reach this server", reason=error.strerror)
        return None


def _without_server(config: Config, request: AnyRequest) -> Answer:
    """Carry out a request of the administrator while no server runs. Raises StoreBroken."""
    store = _open_store(config)
    core = _build(config, (), store)

    async def keep() -> None:
        await AuditedJournal(store).commit(core.tick.make_ready().journal)
        await store.aclose()

    answer = apply(core, Administered(request), read_clocks())
    with configure(config.log.level, config.log.format, sys.stderr):
        trio.run(keep)
    return answer


def _raise_open_files() -> None:
    """Allow as many connections as the administrator does: the usual soft limit, 1,024, is for old programs."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(OSError, ValueError):  # macOS has a bound of its own below what it claims
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _calm_garbage_collector() -> None:
    """What is loaded now stays, so it need not be looked through again and again; nor need what is old by then.

    A full collection of all would let everybody wait for a tenth of a second where many thousand rooms were made. Our
    garbage has no cycles, nor has what a connection leaves (a test sees to that), so it goes without a collector.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.callbacks.append(_freeze_the_old)


def _freeze_the_old(phase: str, info: Mapping[str, int]) -> None:
    if phase == "stop" and info["generation"] == _OLDEST:
        gc.freeze()


def _build(config: Config, motd: tuple[str, ...], store: Store) -> Core:
    world = World(_fold(config), whowas_entries=config.limits.whowas_entries)
    for event in store.restore():
        world.apply(event)
    version, secret = f"Trialogue-{__version__}", _kept_key(config, _CORE_KEY)
    instance = Instance(version, time.time(), secret, _cloak_key(config))
    return Core(config, world, instance, motd=motd, last_id=store.last_id)


def _cloak_key(config: Config) -> str:
    """Return the key of the cloaks: the setting, or one that is made once and kept."""
    return config.server.cloak_key or _kept_key(config, _CLOAK_KEY)


def _kept_key(config: Config, name: str) -> str:
    """Return a random key, which is made once and kept in the data directory."""
    path = make_data_directory(data_directory(config, os.environ)) / name
    if not path.exists():
        write_private(path, secrets.token_hex().encode())
    keep_private(path)
    return path.read_text(encoding="ascii").strip()


def _fold(config: Config) -> Fold:
    return unicode_fold if config.server.utf8_names else ascii_fold


def _open_store(config: Config) -> Store:
    """Open the data directory, for this process alone until it ends."""
    directory = make_data_directory(data_directory(config, os.environ))
    lock = DirectoryLock(directory)
    database = Database(directory / FILE_NAME, durability=config.history.durability, fold=_fold(config))
    searched = config.history.enabled and config.history.search
    if not searched:
        remove_index(directory / INDEX_NAME)  # what is deleted from now on must not stay there
    indexer = Indexer(SearchIndex(directory / INDEX_NAME, _fold(config)), database.readers) if searched else None
    return SqliteStore(DatabaseWriter(database), indexer, lock, keeps_history=config.history.enabled)


def _listen(config: Config) -> Listeners:
    backlog, place = config.listen.backlog, web_place(config)
    plain = open_listeners(config.listen.host, config.listen.port, backlog)
    secure: list[socket.socket] = []
    needs_tls = config.tls.enabled or (place is not None and place.secure)
    tls = _tls(config) if needs_tls else None
    if config.tls.enabled:
        secure = open_listeners(config.tls.host or config.listen.host, config.tls.port, backlog)
    return Listeners(plain, secure, tls, web=_listen_for_web(place, backlog, tls), metrics=_listen_for_metrics(config))


def _listen_for_web(place: Place | None, backlog: int, tls: "TlsContext | None") -> WebListener | None:
    """Listen for browsers. Where another program has the port there is no page, and the chat goes on without it."""
    if place is None:
        return None
    return WebListener(_listen_if_free(place.host, place.port, backlog), tls if place.secure else None)


def _listen_for_metrics(config: Config) -> list[socket.socket]:
    if not config.metrics.enabled:
        return []
    return _listen_if_free(config.metrics.host, config.metrics.port, config.listen.backlog)


def _listen_if_free(host: str, port: int, backlog: int) -> list[socket.socket]:
    """Listen there, or nowhere if another program does. Raises ListenError."""
    try:
        return open_listeners(host, port, backlog)
    except ListenError as error:
        if not isinstance(error.__cause__, OSError) or error.__cause__.errno != errno.EADDRINUSE:
            raise
        return []


def _tls(config: Config) -> "TlsContext":
    from trialogue_server.net.self_signed import own_tls  # loads large libraries that other servers do not need
    from trialogue_server.net.tls_context import TlsContext

    asks = config.tls.client_certificates
    if config.tls.certificate:
        return TlsContext(Path(config.tls.certificate), Path(config.tls.key), client_certificates=asks)
    directory = make_data_directory(data_directory(config, os.environ))
    return own_tls(directory, config.server.name, client_certificates=asks)


def _announce(config: Config, listeners: Listeners) -> None:
    log = get_logger()
    for sock in listeners.plain:
        host, port = sock.getsockname()[:2]
        log.info("listening", at=_shown(host, port), connect=f"trialogue-client {_reachable(host)} {port}")
    for sock in listeners.secure:
        host, port = sock.getsockname()[:2]
        assert listeners.tls is not None
        fingerprint = listeners.tls.fingerprint_sha256
        connect = f"trialogue-client {_reachable(host)} {port} --tls"
        log.info("listening with TLS", at=_shown(host, port), connect=connect, sha256=fingerprint)
    if listeners.web is not None:
        _announce_web(config, listeners.web)
    if config.metrics.enabled and not listeners.metrics:
        text = "another program has the port of [metrics]; everything else works"
        log.warning("metrics are not served", port=config.metrics.port, reason=text)
    for sock in listeners.metrics:
        log.info("serving metrics", url=f"http://{_shown(*sock.getsockname()[:2])}/metrics")


def _announce_web(config: Config, listener: WebListener) -> None:
    log = get_logger()
    if not listener.sockets:
        text = "another program has its port; everything else works. --web-port chooses another one"
        log.warning("the page is not served", port=config.web.port, reason=text)
    scheme = "http" if listener.tls is None else "https"
    for sock in listener.sockets:
        host, port = sock.getsockname()[:2]
        log.info("serving the page", url=f"{scheme}://{_shown(_reachable(host), port)}/")


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reachable(host: str) -> str:
    """Return an address at which a client on this machine finds a server that listens everywhere."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the listener's own words
