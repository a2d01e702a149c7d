"""Builds the parts for what the command line asks for: line mode, a pipe, a scenario, discovery."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import cast

import trio

from trialogue_client.arguments import Options
from trialogue_client.ending import EndSignals
from trialogue_client.engine.startup import Startup
from trialogue_client.lines import layout
from trialogue_client.lines.linemode import OK, LineMode
from trialogue_client.lines.nearby import list_servers
from trialogue_client.lines.pipe import PipeScreen, Source
from trialogue_client.lines.row_printer import Layout
from trialogue_client.lines.screen import Screen
from trialogue_client.lines.startup import NoPasswordError, StartupQuestions
from trialogue_client.lines.streams import Outputs, QuitHandler, Streams
from trialogue_client.net.connector import Connector
from trialogue_client.net.dial import dial
from trialogue_client.net.discover import discover
from trialogue_client.net.reconnect import QUIT_SECONDS
from trialogue_client.net.sts import Policies
from trialogue_client.net.trust import KnownHosts
from trialogue_client.script.parser import read
from trialogue_client.script.play import FAULTY, Performance, Stage
from trialogue_client.script.scenario import ScenarioError
from trialogue_client.settings.memory import Memory
from trialogue_client.wording import palette

_GOODBYE_SECONDS = QUIT_SECONDS + 0.5


async def run(options: Options, ending: EndSignals | None = None) -> int:
    """Do it and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # What this terminal or pipe has no letters for is no reason to end.
    ending, streams, departure = ending or EndSignals(), Streams(), QuitHandler()
    codes: list[int] = []  # None, if it comes to no end of its own.
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_heed, ending, departure, nursery.cancel_scope)
        codes.append(await _do(options, streams, departure))
        nursery.cancel_scope.cancel()
    ending.held_up = not await streams.wait_drained(in_a_hurry=ending.signal is not None)
    return codes[0] if codes else ending.code


async def _heed(ending: EndSignals, departure: QuitHandler, everything: trio.CancelScope) -> None:
    """Leave politely when a signal comes, and at once when that takes too long or another one comes."""
    async for _ in ending.signals():
        if not departure.begin():
            everything.cancel()
        everything.deadline = min(everything.deadline, trio.current_time() + _GOODBYE_SECONDS)


async def _do(options: Options, streams: Streams, departure: QuitHandler) -> int:
    if options.script is not None:
        return await _play(options, options.script, streams, departure)
    if options.discover:
        return await list_servers(discover, streams.say, streams.complain)
    screen = _screen(options, streams)
    code = OK
    try:
        code = await _talk(options, screen, streams, departure)
    except* BrokenPipeError:
        streams.nobody_reads()
    finally:
        with trio.CancelScope(shield=True):
            streams.held_up = not await screen.close()
    return code


async def _play(options: Options, path: Path, streams: Streams, departure: QuitHandler) -> int:
    try:
        scenario = read(path)
    except ScenarioError as error:
        streams.complain(str(error))
        return FAULTY
    if options.actor and options.actor not in scenario.actors:
        streams.complain(f"{path} has no actor “{options.actor}”: --as takes one of {', '.join(scenario.actors)}.")
        return FAULTY
    policies = Policies(options.config_dir / "sts", time.time)
    reach = partial(dial, options.endpoint, _known(options), streams.complain, policies)
    performance = Performance(
        scenario, Stage(options.endpoint, reach, streams.say, options.password, options.plain_secrets)
    )
    departure.begin = performance.interrupt
    return await performance.run(options.actor)


async def _talk(options: Options, screen: Screen, streams: Streams, departure: QuitHandler) -> int:
    memory = Memory(options.config_dir)
    startup = Startup(options, memory)
    try:
        networks = await StartupQuestions(startup, screen, discover).networks()
    except NoPasswordError as error:
        streams.complain(str(error))
        return FAULTY
    if not networks:
        return OK
    mode = LineMode(
        screen,
        _layout(options, screen, memory, lambda: mode.nick),
        startup,
        Connector(options.config_dir, asks=screen.asks).connect,
    )
    departure.begin = mode.leave
    return await mode.run(networks)


def _screen(options: Options, streams: Streams) -> Screen:
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal and not options.plain and os.environ.get("TERM") != "dumb":
        from trialogue_client.lines.prompt import PromptScreen

        return PromptScreen(coloured=palette.wanted())
    source = cast(Source, getattr(sys.stdin.buffer, "raw", sys.stdin.buffer))
    asks = sys.stdin.isatty()
    return PipeScreen(source, Outputs(streams.out, streams.errors), asks=asks, shows=asks or options.show)


def _layout(options: Options, screen: Screen, memory: Memory, nick: Callable[[], str]) -> Layout:
    if screen.echoes or options.plain or not screen.asks:
        return lambda row: layout.plain(row, times=memory.settings.times or not screen.asks)
    coloured = palette.wanted()
    return lambda row: layout.designed(
        row,
        width=shutil.get_terminal_size().columns,
        nick=nick(),
        coloured=coloured,
        times=memory.settings.times,
    )


def _known(options: Options) -> KnownHosts:
    return KnownHosts(options.config_dir / "known_hosts")
