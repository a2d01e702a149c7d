"""What was asked for → the parts that do it."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import cast

import trio

from trialogue_client import settings
from trialogue_client.arguments import Options
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.net.backoff import delays
from trialogue_client.net.dial import dial
from trialogue_client.net.discover import discover
from trialogue_client.net.reconnect import Connection
from trialogue_client.net.trust import KnownHosts
from trialogue_client.plain import layout, palette
from trialogue_client.plain.linemode import FIRST_PAGE, OK, LineMode
from trialogue_client.plain.nearby import Choosing, list_servers
from trialogue_client.plain.pipe import PipeScreen, Source
from trialogue_client.plain.screen import Screen
from trialogue_client.script.parser import read
from trialogue_client.script.play import FAULTY, Performance, Stage
from trialogue_client.script.scenario import ScenarioError

_ASK = "Your name: "
_CLOSE_SECONDS = 2.0


async def run(options: Options) -> int:
    """Do it and return the exit code."""
    if options.script is not None:
        return await _play(options, options.script)
    if options.discover:
        return await list_servers(discover, _say, _complain)
    screen = _screen(options)
    code = OK
    try:
        code = await _talk(options, screen)
    except* BrokenPipeError:
        _nobody_reads()
    finally:
        with trio.move_on_after(_CLOSE_SECONDS, shield=True):
            await screen.close()
    return code


async def _play(options: Options, path: Path) -> int:
    try:
        scenario = read(path)
    except ScenarioError as error:
        _complain(str(error))
        return FAULTY
    if options.actor and options.actor not in scenario.actors:
        _complain(f"{path} has no actor “{options.actor}”: --as takes one of {', '.join(scenario.actors)}.")
        return FAULTY
    reach = partial(dial, options.endpoint, _known(options), _complain)
    stage = Stage(options.endpoint, reach, _say, options.password)
    return await Performance(scenario, stage).run(options.actor)


async def _talk(options: Options, screen: Screen) -> int:
    if not options.endpoint.host:
        chosen = await _where(options, screen)
        if chosen is None:
            return OK
        options = chosen
    nick = options.nick or options.account or await _name(options, screen)
    if nick is None:
        return OK
    password = ""
    if options.account and not options.account_password and options.endpoint.certificate is None:
        asked = await _secret(options, screen)
        if asked is None:
            return FAULTY
        password = asked
    chat = Chat(options.identity(nick, password), options.rooms, first_page=FIRST_PAGE)
    may_number = not (options.nick or options.account or screen.asks)
    mode = LineMode(chat, screen, _layout(options, screen, chat), may_number=may_number)
    reach = partial(dial, options.endpoint, _known(options), mode.tell)

    def connect(emit: Callable[[ev.Event], None]) -> Connection:
        def heard(event: ev.Event) -> None:
            if isinstance(event, ev.Registered) and screen.asks:
                _keep(options, chat.nick)
            emit(event)

        return Connection(chat, options.endpoint, reach, heard, partial(delays, SystemRandom()))

    return await mode.run(connect)


async def _where(options: Options, screen: Screen) -> Options | None:
    """Ask where to go; None when nobody answers."""
    known = settings.read(options.config_dir)
    asking = Choosing(screen, known.servers, tls=options.endpoint.tls)
    choice = await asking.run(discover if known.nearby else None)
    if choice is None:
        return None
    where, nick = choice
    endpoint = replace(options.endpoint, host=where.host, port=where.port, tls=where.tls)
    return replace(options, endpoint=endpoint, nick=options.nick or nick)


def _keep(options: Options, nick: str) -> None:
    """Keep a server that let us in, to offer it the next time."""
    where = options.endpoint
    known = settings.read(options.config_dir)
    server = replace(known.at(where.host, where.port), tls=where.tls, nick=nick)
    settings.write(options.config_dir, known.used(server))


async def _name(options: Options, screen: Screen) -> str | None:
    if not screen.asks:
        return options.login
    name: str | None = ""
    while name == "":
        screen.prompt(_ASK)
        name = await screen.line()
        name = name if name is None else name.strip()
    return name


async def _secret(options: Options, screen: Screen) -> str | None:
    """Ask for the account's password; None if it cannot be asked for."""
    if not screen.asks or not screen.hide(on=True):
        _complain(f"The password of {options.account} is missing: give it in TRIALOGUE_PASSWORD or by --password-file.")
        return None
    screen.prompt(f"Password of {options.account}: ")
    secret = await screen.line()
    screen.hide(on=False)
    return secret


def _screen(options: Options) -> Screen:
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal and not options.plain and os.environ.get("TERM") != "dumb":
        from trialogue_client.plain.prompt import PromptScreen

        return PromptScreen(coloured=palette.wanted())
    source = cast(Source, getattr(sys.stdin.buffer, "raw", sys.stdin.buffer))
    return PipeScreen(source, sys.stdout, sys.stderr, asks=sys.stdin.isatty())


def _layout(options: Options, screen: Screen, chat: Chat) -> layout.Layout:
    if screen.echoes or options.plain or not screen.asks:
        return layout.plain
    coloured = palette.wanted()
    return lambda row: layout.designed(row, width=shutil.get_terminal_size().columns, nick=chat.nick, coloured=coloured)


def _known(options: Options) -> KnownHosts:
    return KnownHosts(options.config_dir / "known_hosts")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _nobody_reads() -> None:
    """Whoever read our output has closed it (``| head``): end quietly, also when Python flushes at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
