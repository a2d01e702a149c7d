"""Every command in line mode, at a terminal and from a pipe, where nobody can be asked."""

from pathlib import Path

import pytest
import trio

from tests.support.lines import in_the_lobby
from trialogue_client.core.commands.table import TABLE

LINES = {
    "join": ("/join den", "You are in #den"),
    "part": ("/part", "You left #lobby."),
    "msg": ("/msg carol psst", "bob to carol: psst"),
    "me": ("/me waves", "* bob waves"),
    "notice": ("/notice carol psst", "bob to carol (notice): psst"),
    "stop": ("/stop", "Nothing waits to be sent here."),
    "nick": ("/nick robert", "You are now robert"),
    "topic": ("/topic Tea", None),
    "names": ("/names", "In #lobby: "),
    "who": ("/who", None),
    "whois": ("/whois carol", None),
    "away": ("/away lunch", None),
    "awayall": ("/awayall lunch", None),
    "mute": ("/mute", "Nothing new from #lobby is counted or called out: /unmute #lobby undoes it."),
    "unmute": ("/unmute carol", "You are told again of what is new from carol."),
    "block": ("/block carol", "This server keeps no block list; /mute carol keeps quiet what is said"),
    "unblock": ("/unblock carol", "This server keeps no block list"),
    "blocked": ("/blocked", "This server keeps no block list"),
    "invite": ("/invite carol", None),
    "kick": ("/kick carol", "bob put carol out"),
    "mode": ("/mode +t", None),
    "list": ("/list", None),
    "history": ("/history", "This server keeps no history"),
    "search": ("/search tea", "This server cannot search."),
    "reply": ("/reply carol hi", "bob: carol: hi"),
    "react": ("/react carol 👍", "This server does not pass on reactions."),
    "edit": ("/edit hi", "This server lets nobody take back what was said."),
    "redact": ("/redact", "This server lets nobody take back what was said."),
    "undo": ("/undo", "This server lets nobody take back what was said."),
    "register": ("/register", "This server makes no accounts in this way"),
    "verify": ("/verify 123", "This server makes no accounts in this way"),
    "login": ("/login", None),
    "logout": ("/logout", None),
    "connect": ("/connect", "You are on fake.test:6667 as bob, and talk there."),
    "disconnect": ("/disconnect", None),
    "autoconnect": ("/autoconnect", "The client goes to fake.test:6667 at every start"),
    "settings": ("/settings", "bell       on — ring when somebody calls you"),
    "set": ("/set bell off", "bell       off — ring when somebody calls you"),
    "forget": ("/forget", "You have no account here, so there is no password to forget."),
    "raw": ("/raw PING x", None),
    "help": ("/help set", "/set [setting] [value]"),
    "quit": ("/quit bye", None),
}
"""Each command, typed, and what line mode then shows; None where the server answers, or the client asks or ends."""
ASKED_OF_THE_SERVER = ("topic", "who", "whois", "away", "invite", "mode", "list")
ASK = ("login",)


def test_the_tables_have_every_command() -> None:
    assert list(LINES) == [command.name for command in TABLE]


@pytest.mark.parametrize("name", LINES)
async def test_line_mode_takes_it(autojump_clock: trio.testing.MockClock, tmp_path: Path, name: str) -> None:
    typed, shown = LINES[name]
    async with in_the_lobby(tmp_path) as (screen, server, run, _):
        screen.type(typed)
        if shown is not None:
            await screen.until(shown)
        await trio.sleep(1)
        assert not any("full screen" in line or "no command" in line for line in screen.shown)
        assert run.code == (0 if name in ("quit", "disconnect") else -1)
        if name in ASKED_OF_THE_SERVER:
            assert server.said(name.upper())
        if name in ASK:
            assert "assword" in screen.prompts[-1]


@pytest.mark.parametrize("name", LINES)
async def test_a_pipe_takes_it_or_says_why_not(
    autojump_clock: trio.testing.MockClock, tmp_path: Path, name: str
) -> None:
    typed, shown = LINES[name]
    async with in_the_lobby(tmp_path, asks=False) as (screen, server, _, __):
        screen.type(typed)
        if name in ASK:
            await screen.until("! A password can only be asked for at a terminal, where it can be hidden.")
        elif shown is not None:
            await screen.until(shown)
        await trio.sleep(1)
        if name in ASKED_OF_THE_SERVER:
            assert server.said(name.upper())
