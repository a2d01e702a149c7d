"""Carrying out effects: what takes long must not keep a connection from ending."""

import socket

import pytest
import trio
from msgspec.structs import replace
from structlog.testing import capture_logs

from tests.support.irc import Irc
from tests.support.patience import PATIENCE
from trialogue_server.commands.effects import SendMail
from trialogue_server.control import Control
from trialogue_server.store.memory import MemoryStore


async def test_a_mail_server_that_says_nothing_keeps_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = {"host": "127.0.0.1", "port": silent.getsockname()[1], "sender": "chat@example.org", "tls": "none"}
        irc = Irc(mail=mail)
        core = irc.core
        control = Control(irc.door, MemoryStore(), lambda: (core.config, ()), None)
        with trio.fail_after(PATIENCE):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(control.perform, SendMail("alice@example.org", "hello", "text", lambda *_: None))
                await trio.lowlevel.wait_readable(silent)
                nursery.cancel_scope.cancel()
            await trio.lowlevel.checkpoint()
        asked, _ = silent.accept()
        asked.setblocking(False)
        with asked, pytest.raises(BlockingIOError):
            asked.recv(1)  # the end of the connection would be read, had the mail been waited for


async def test_a_reload_says_what_needs_a_restart() -> None:
    irc = Irc()
    core = irc.core
    fresh = replace(core.config, listen=replace(core.config.listen, port=7000))
    control = Control(irc.door, MemoryStore(), lambda: (fresh, ()), None)
    with capture_logs() as logs:
        reloaded = await control.reload()
    assert (reloaded.error, reloaded.waiting) == ("", ("listen.port",))
    assert [entry["settings"] for entry in logs if entry["log_level"] == "warning"] == ["listen.port"]
