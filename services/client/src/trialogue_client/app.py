"""What was asked for → the parts that do it."""

import os
import shutil
import sys
from functools import partial
from random import SystemRandom
from typing import BinaryIO, cast

import trio

from trialogue_client.arguments import Options
from trialogue_client.core.chat import Chat
from trialogue_client.core.state import Identity
from trialogue_client.net.backoff import delays
from trialogue_client.net.dial import dial
from trialogue_client.net.reconnect import Connection
from trialogue_client.net.trust import KnownHosts
from trialogue_client.plain import layout, palette
from trialogue_client.plain.linemode import OK, LineMode
from trialogue_client.plain.pipe import PipeScreen
from trialogue_client.plain.screen import Screen

_ASK = "Your name: "
_CLOSE_SECONDS = 2.0


async def run(options: Options) -> int:
    """Do it and return the exit code."""
    if options.script is not None:
        from trialogue_client.script.play import play

        return await play(options.script, options.actor, options.endpoint)
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


async def _talk(options: Options, screen: Screen) -> int:
    nick = options.nick or await _name(options, screen)
    if nick is None:
        return OK
    chat = Chat(Identity(nick, options.password), options.rooms)
    mode = LineMode(chat, screen, _layout(options, screen, chat), may_number=not options.nick and not screen.asks)
    known = KnownHosts(options.config_dir / "known_hosts")
    reach = partial(dial, options.endpoint, known, mode.tell)
    return await mode.run(lambda emit: Connection(chat, options.endpoint, reach, emit, partial(delays, SystemRandom())))


async def _name(options: Options, screen: Screen) -> str | None:
    if not screen.asks:
        return options.login
    name: str | None = ""
    while name == "":
        screen.prompt(_ASK)
        name = await screen.line()
        name = name if name is None else name.strip()
    return name


def _screen(options: Options) -> Screen:
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal and not options.plain and os.environ.get("TERM") != "dumb":
        from trialogue_client.plain.prompt import PromptScreen

        return PromptScreen(coloured=palette.wanted())
    source = cast(BinaryIO, getattr(sys.stdin.buffer, "raw", sys.stdin.buffer))
    return PipeScreen(source, sys.stdout, sys.stderr, asks=sys.stdin.isatty())


def _layout(options: Options, screen: Screen, chat: Chat) -> layout.Layout:
    if screen.echoes or options.plain or not screen.asks:
        return layout.plain
    coloured = palette.wanted()
    return lambda row: layout.designed(row, width=shutil.get_terminal_size().columns, nick=chat.nick, coloured=coloured)


def _nobody_reads() -> None:
    """Whoever read our output has closed it (``| head``): end quietly, also when Python flushes at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
